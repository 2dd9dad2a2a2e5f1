// @ts-check
/**
 * A chart as plain data, as in src/chart/mod.rs. The modules of this folder draw it in a browser exactly as the build
 * draws it; tests/browser/compare.test.js holds the two to each other.
 *
 * @typedef {{x: number, y: number, label: string, href: string, details: [string, string][]}} Point
 * @typedef {{key: string, name: string, style: [number, number, number], points: Point[], frontier: number[]}} Series
 * @typedef {{label: string, unit: string, better?: "higher" | "lower", scale: Scale, marked?: Marked}} Axis
 * @typedef {{low: number, high: number, marks: [number, string][]}} Marked an axis of days or words: from where to where, and what is named on it
 * @typedef {"linear" | "log"} Scale
 *
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {string} summary
 * @property {string[]} notes
 * @property {Axis} x
 * @property {Axis} y
 * @property {Series[]} series
 * @property {boolean} [labelled] whether points carry their labels
 */

/** Colours, shapes and dashes repeat after so many. */
export const COLORS = 10;
export const SHAPES = 10;
export const DASHES = 4;

/** Units of a drawing. */
export const WIDTH = 600;
export const HEIGHT = 420;

/** "Interactivity (tok/s/user)". @param {Axis} axis */
export function withUnit({ label, unit }) {
  return unit ? `${label} (${unit})` : label;
}

/** Text inside of HTML and SVG. @param {string} text */
export function escape(text) {
  /** @type {Record<string, string>} */
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
