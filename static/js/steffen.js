// @ts-check
/**
 * Steffen's monotone cubic through points, operation by operation as src/analysis/interpolation.rs computes it, so that both
 * give the same values to the last bit.
 *
 * @typedef {{x: number, y: number}} Point
 */

/**
 * The value at `x`, and the places of the points at or below and at or above; nothing outside the points, or where fewer than
 * two are usable.
 * @param {Point[]} points of ascending x @param {number} x @returns {{value: number, below: number, above: number} | undefined}
 */
export function interpolated(points, x) {
  const usable = points.length >= 2 && points.every((point, at) => at === 0 || points[at - 1].x < point.x);
  const above = points.findIndex((point) => point.x >= x);
  if (!usable || above < 0) return undefined;
  const right = points[above];
  if (right.x === x) return { value: right.y, below: above, above };
  const below = above - 1;
  if (below < 0) return undefined;
  const left = points[below];
  const [start, end] = [slope(points, below), slope(points, above)];
  const width = right.x - left.x;
  const secant = (right.y - left.y) / width;
  const t = x - left.x;
  const linear = (start + end - 2 * secant) / (width * width);
  const quadratic = (3 * secant - 2 * start - end) / width;
  const value = ((linear * t + quadratic) * t + start) * t + left.y;
  return { value: Math.min(Math.max(value, Math.min(left.y, right.y)), Math.max(left.y, right.y)), below, above };
}

/** Steffen's equations 11 inside, and 26 to 28 at the ends. @param {Point[]} points @param {number} at */
function slope(points, at) {
  const width = (/** @type {number} */ from) => points[from + 1].x - points[from].x;
  const secant = (/** @type {number} */ from) => (points[from + 1].y - points[from].y) / width(from);
  const last = points.length - 2;
  if (last === 0) return secant(0);
  if (at === 0) return endSlope(width(0), width(1), secant(0), secant(1));
  if (at > last) return endSlope(width(last), width(last - 1), secant(last), secant(last - 1));
  const [before, after] = [secant(at - 1), secant(at)];
  const parabola = (before * width(at) + after * width(at - 1)) / (width(at - 1) + width(at));
  return (Math.sign(before) + Math.sign(after)) * Math.min(Math.abs(before), Math.abs(after), 0.5 * Math.abs(parabola));
}

/** @param {number} width @param {number} nextWidth @param {number} secant @param {number} nextSecant */
function endSlope(width, nextWidth, secant, nextSecant) {
  const share = width / (width + nextWidth);
  const parabola = secant * (1 + share) - nextSecant * share;
  if (parabola * secant <= 0) return 0;
  return Math.abs(parabola) > 2 * Math.abs(secant) ? 2 * secant : parabola;
}
