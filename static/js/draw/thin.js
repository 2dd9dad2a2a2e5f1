// @ts-check
/** Sveinn Steinarsson's largest-triangle-three-buckets (2013): the points that keep the look of a line; as in src/chart/thin.rs. */

/**
 * Places of at most `keep` of the points, which are in order of x; the first and the last stay.
 * @param {[number, number][]} points @param {number} keep @returns {number[]}
 */
export function thinned(points, keep) {
  const all = points.map((_, index) => index);
  if (points.length <= Math.max(keep, 2)) return all;
  const last = points.length - 1;
  if (keep <= 2) return [0, last];
  const inner = keep - 2;
  const startOf = (/** @type {number} */ bucket) => 1 + Math.floor((bucket * (last - 1)) / inner);
  const kept = [0];
  let before = points[0];
  for (let bucket = 0; bucket < inner; bucket++) {
    const [start, end] = [startOf(bucket), startOf(bucket + 1)];
    const after = average(bucket + 1 < inner ? points.slice(end, startOf(bucket + 2)) : points.slice(last));
    let [chosen, largest] = [start, -Infinity];
    for (let index = start; index < end; index++) {
      const area = doubledArea(before, points[index], after);
      // Of equals the last, as Rust's `max_by`.
      if (area >= largest) [chosen, largest] = [index, area];
    }
    kept.push(chosen);
    before = points[chosen];
  }
  return [...kept, last];
}

/** @param {[number, number][]} points @returns {[number, number]} */
function average(points) {
  const [x, y] = points.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [x / points.length, y / points.length];
}

/** @param {[number, number]} a @param {[number, number]} b @param {[number, number]} c */
function doubledArea(a, b, c) {
  return Math.abs((a[0] - c[0]) * (b[1] - a[1]) - (a[0] - b[0]) * (c[1] - a[1]));
}
