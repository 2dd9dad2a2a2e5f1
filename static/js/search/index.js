// @ts-check
/**
 * The list of all pages, loaded once, and addresses beside it.
 *
 * @typedef {import("./rank.js").Row} Row
 */

/** @type {Promise<Row[]> | undefined} */
let rows;

/** @param {string} page the address of the page for searching @returns {Promise<Row[]>} */
export function index(page) {
  return (rows ??= load(page).catch((error) => {
    rows = undefined;
    throw error;
  }));
}

/** @param {string} page */
async function load(page) {
  const answer = await fetch(new URL("index.json", page));
  if (!answer.ok) throw new Error(`search index: ${answer.status}`);
  const rows = await answer.json();
  if (!Array.isArray(rows)) throw new Error("search index: no list");
  return rows;
}

/** Where a page of the index is. @param {string} page @param {string} path */
export function address(page, path) {
  return new URL(`../${path}`, page).href;
}
