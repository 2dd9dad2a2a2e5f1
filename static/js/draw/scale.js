// @ts-check
/**
 * Where a value lies along an axis, and which values are marked; as in src/chart/scale.rs and src/chart/ticks.rs.
 *
 * @typedef {import("./chart.js").Scale} Scale
 * @typedef {{scale: Scale, low: number, high: number}} Extent the part of a scale that a chart shows
 */

/** From this ratio of the largest to the smallest value on, a linear axis would press the small values together. */
const SPANS_DECADES = 30;
/** The share of the span that is left free at each open end of an axis. */
const PADDING = 0.04;
/** No logarithmic axis spans more than this. */
const MOST_RATIO = 1e100;
/** How far a logarithmic axis reaches around a single value. */
const AROUND_ONE = 2;

/** @param {Iterable<number>} values @returns {[number, number]} */
function bounds(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

/** Logarithmic when positive values span decades; a zero or a negative value forces a linear axis. @param {number[]} values @returns {Scale} */
export function scaleFor(values) {
  const [low, high] = bounds(values.filter(Number.isFinite));
  return low > 0 && high / low >= SPANS_DECADES ? "log" : "linear";
}

/** Whether a value has a place on a scale. @param {Scale} scale @param {number} value */
export function holds(scale, value) {
  return Number.isFinite(value) && (scale === "linear" || value > 0);
}

/** The extent that shows all these values. @param {Scale} scale @param {number[]} values @returns {Extent} */
export function extent(scale, values) {
  const [low, high] = bounds(values.filter((value) => holds(scale, value)));
  if (low > high) return scale === "linear" ? { scale, low: 0, high: 1 } : { scale, low: 1, high: 10 };
  return { scale, ...(scale === "linear" ? aroundZero(low, high) : padded(low, high)) };
}

/** @param {number} low @param {number} high */
function aroundZero(low, high) {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const padding = (to - from) * PADDING;
  if (padding === 0) return { low: 0, high: 1 };
  return { low: from < 0 ? from - padding : 0, high: to > 0 ? to + padding : 0 };
}

/** @param {number} low @param {number} high */
function padded(low, high) {
  low = Math.max(low, high / MOST_RATIO);
  const ratio = high > low ? Math.max((high / low) ** PADDING, 1.05) : AROUND_ONE;
  return { low: low / ratio, high: high * ratio };
}

/** How far along the axis a value lies: 0 at its start, 1 at its end. @param {Extent} extent @param {number} value */
export function fraction({ scale, low, high }, value) {
  return scale === "linear" ? (value - low) / (high - low) : Math.log(value / low) / Math.log(high / low);
}

/** Round values to mark, ascending; about `wanted` of them. @param {Extent} extent @param {number} wanted */
export function ticks({ scale, low, high }, wanted) {
  return scale === "linear" ? linear(low, high, wanted) : log(low, high, wanted);
}

/** Without the last digits' noise of binary arithmetic. @param {number} value */
const rounded = (value) => Number(value.toExponential(12));

/** @param {number} low @param {number} high @param {number} wanted */
function linear(low, high, wanted) {
  const step = stepOf((high - low) / Math.max(wanted, 1));
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => rounded((first + index) * step));
}

/** @param {number} low @param {number} high @param {number} wanted */
function log(low, high, wanted) {
  const decades = Math.log10(high / low);
  const mantissas = subdivided(decades, wanted) ? [1, 2, 5] : [1];
  const every = Math.max(Math.ceil(decades / (Math.max(wanted, 1) + 2)), 1);
  const marks = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    if (exponent % every !== 0) continue;
    for (const mantissa of mantissas) {
      const mark = rounded(mantissa * 10 ** exponent);
      if (low <= mark && mark <= high) marks.push(mark);
    }
  }
  return marks.length < 3 && decades < 1 ? linear(low, high, wanted) : marks;
}

/** Whether a logarithmic axis is marked at 2 and 5 times the powers of ten too. @param {number} decades @param {number} wanted */
export function subdivided(decades, wanted) {
  return decades * 3 <= wanted + 4;
}

/** The smallest of 1, 2, 5 times a power of ten that isn't below `least`. @param {number} least */
function stepOf(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const mantissa = [1, 2, 5].find((mantissa) => mantissa * power >= least * (1 - 1e-9)) ?? 10;
  return mantissa * power;
}
