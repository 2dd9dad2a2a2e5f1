// @ts-check
/**
 * The address of a question: `?q=SELECT…`, and what its answer is drawn by. Nothing asked, or not drawn, is left out.
 *
 * @typedef {{q: string, x: string, y: string, series: string}} View empty where nothing is chosen
 */
import { encoded } from "../address.js";

const NAMES = /** @type {const} */ (["q", "x", "y", "series"]);

/** @param {string} query @returns {{view: View, ignored: string[]}} what it says, and the parts that mean nothing here */
export function read(query) {
  /** @type {View} */
  const view = { q: "", x: "", y: "", series: "" };
  /** @type {string[]} */
  const ignored = [];
  for (const [name, value] of new URLSearchParams(query)) {
    const known = NAMES.find((it) => it === name);
    if (known && !view[known]) view[known] = value;
    else ignored.push(`${name}=${value}`);
  }
  return { view, ignored };
}

/** @param {View} view @returns {string} `?q=…`, or nothing */
export function write(view) {
  const parts = NAMES.filter((name) => view[name]).map((name) => `${name}=${encoded(view[name]).replaceAll("%20", "+")}`);
  return view.q && parts.length ? `?${parts.join("&")}` : "";
}
