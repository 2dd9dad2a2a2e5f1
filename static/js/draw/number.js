// @ts-check
/** Numbers as people read them, written digit by digit as src/format.rs and src/chart/number.rs do. */

/** @type {[number, string][]} */
const thousands = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]];

/**
 * A number with so many decimals. Of two equally near ones the even is taken, as Rust does; `toFixed` takes the larger.
 * @param {number} value @param {number} decimals
 */
function fixed(value, decimals) {
  const text = value.toFixed(decimals);
  if (decimals > 70) return text;
  const tail = value.toFixed(decimals + 30).slice(-30);
  const tie = tail[0] === "5" && /^0*$/.test(tail.slice(1));
  if (!tie) return text;
  const below = value.toFixed(decimals + 30).slice(0, -30).replace(/\.$/, "");
  return Number(below.at(-1)) % 2 === 0 ? below : text;
}

/** @param {string} text */
const withoutZeros = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** @param {string} digits whole ones, with their sign */
const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** A figure with `digits` significant digits; whole digits are never cut. @param {number} value @param {number} [digits] */
export function figure(value, digits = 3) {
  if (!Number.isFinite(value)) return "not known";
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value))) + 1;
  const [whole, fraction] = withoutZeros(fixed(value, Math.max(digits - magnitude, 0))).split(".");
  return fraction ? `${grouped(whole)}.${fraction}` : grouped(whole);
}

/** A count with thousands separated. @param {number} value */
export function count(value) {
  return grouped(String(value));
}

/** "1 point", "2 points". @param {number} number @param {string} one @param {string} [many] */
export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A measured value as tables write it, with a true minus sign. @param {number} value */
export function readable(value) {
  return figure(value).replace("-", "−");
}

/** The label of a tick: `1k`, `20k`, `0.05`. At most four significant digits. @param {number} value */
export function tick(value) {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace("e+", "e").replace("-", "−");
  const [unit, suffix] = thousands.find(([unit]) => Math.abs(value) >= unit) ?? [1, ""];
  const scaled = value / unit;
  if (scaled === 0) return "0";
  const decimals = Math.max(3 - Math.floor(Math.log10(Math.abs(scaled))), 0);
  return `${withoutZeros(fixed(scaled, decimals))}${suffix}`.replaceAll("-", "−");
}

/** A coordinate in a drawing: at most one decimal. @param {number} value */
export function coordinate(value) {
  const text = fixed(value, 1).replace(/\.0$/, "");
  return text === "-0" ? "0" : text;
}
