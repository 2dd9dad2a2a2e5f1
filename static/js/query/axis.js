// @ts-check
/**
 * What of an answer's columns can be an axis: figures, days (or months), and a few words.
 *
 * @typedef {import("./worker.js").Answer} Answer
 * @typedef {import("./worker.js").Cell} Cell
 * @typedef {import("../draw/chart.js").Marked} Marked
 * @typedef {{kind: "figures" | "days" | "words", at: (cell: Cell) => number, marked?: Marked}} Axis where a cell lies; NaN where nowhere
 */

/** The most words that have room beside a drawing, and the most characters of one. */
const [MOST_WORDS, LONGEST_WORD] = [24, 18];
const DAY = 86_400_000;
/** So many names `2026-01-31` fit under a drawing on a phone, and so many `2026-01`; as in src/chart/time.rs. */
const [MOST_DAYS, MOST_MONTHS] = [3, 5];

/** The axis that a column can be; nothing for one of too many words, or of words and figures. @param {Answer} answer @param {number} column @returns {Axis | undefined} */
export function axisOf({ rows }, column) {
  const cells = rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== undefined);
  if (!cells.length) return undefined;
  if (cells.every((cell) => typeof cell === "number")) return { kind: "figures", at: (cell) => Number(cell ?? NaN) };
  const texts = cells.filter((cell) => typeof cell === "string");
  if (texts.length < cells.length) return undefined;
  if (texts.every((text) => Number.isFinite(dayOf(text)))) return { kind: "days", at: dayOf, marked: days(texts.map(dayOf)) };
  const words = [...new Set(texts)];
  return words.length > MOST_WORDS ? undefined : { kind: "words", at: (cell) => placeOf(words, cell), marked: named(words) };
}

/** The days from 1970 to an ISO day, or to the first of an ISO month. @param {Cell} cell */
function dayOf(cell) {
  return typeof cell === "string" && /^\d{4}-\d\d(-\d\d)?$/.test(cell) ? Date.parse(cell) / DAY : NaN;
}

/** The first word is the topmost. @param {string[]} words @param {Cell} cell */
function placeOf(words, cell) {
  const place = words.findIndex((word) => word === cell);
  return place < 0 ? NaN : words.length - 1 - place;
}

/** @param {string[]} words @returns {Marked} */
function named(words) {
  const short = (/** @type {string} */ word) => (word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD - 1)}…` : word);
  return { low: -0.5, high: words.length - 0.5, marks: words.map((word) => [placeOf(words, word), short(word)]) };
}

/** @param {number[]} values @returns {Marked} */
function days(values) {
  const bounds = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const padding = Math.max((bounds[1] - bounds[0]) * 0.04, 1);
  const [low, high] = [bounds[0] - padding, bounds[1] + padding];
  const marks = everyDays(low, high) ?? firsts(low, high);
  return { low, high, marks };
}

/** Days at even distances; nothing where they are too many. @param {number} low @param {number} high @returns {[number, string][] | undefined} */
function everyDays(low, high) {
  const first = Math.ceil(low);
  const step = [1, 2, 7, 14].find((step) => Math.floor((high - first) / step) < MOST_DAYS);
  if (!step) return undefined;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, index) => {
    const day = first + index * step;
    return [day, new Date(day * DAY).toISOString().slice(0, 10)];
  });
}

/** The firsts of months, with as many months between. @param {number} low @param {number} high @returns {[number, string][]} */
function firsts(low, high) {
  const months = (high - low) / 30.44;
  const step = [1, 2, 3, 6].find((step) => months / step <= MOST_MONTHS) ?? 12 * Math.ceil(months / 12 / MOST_MONTHS);
  const start = new Date(low * DAY);
  /** @type {[number, string][]} */
  const marks = [];
  for (let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step; ; month += step) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY;
    if (day > high) return marks;
    if (day >= low) marks.push([day, new Date(day * DAY).toISOString().slice(0, 7)]);
  }
}
