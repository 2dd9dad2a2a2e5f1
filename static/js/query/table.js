// @ts-check
/**
 * An answer as a table and as CSV.
 *
 * @typedef {import("./worker.js").Answer} Answer
 * @typedef {import("./worker.js").Cell} Cell
 */
import { make } from "../chart/make.js";
import { count, plural } from "../draw/number.js";

/** The most rows of a table in the page. The CSV file has all that are kept. */
const MOST_ROWS = 200;
/** The most characters of a cell in the page. */
const MOST_CHARACTERS = 300;

/** Whether a column has figures and nothing else. @param {Answer} answer @param {number} column */
export function isNumeric({ rows }, column) {
  const cells = rows.map((row) => row[column]).filter((cell) => cell !== null);
  return cells.length > 0 && cells.every((cell) => typeof cell === "number");
}

/** How many rows there are, and how many of them are seen. @param {Answer} answer */
export function extentOf({ columns, rows, more }) {
  if (!columns.length) return "No rows: the question selects nothing.";
  const found = more ? `More than ${plural(rows.length, "row")}, of which the first are kept. A LIMIT, a WHERE or a GROUP BY makes it less` : plural(rows.length, "row");
  return `${found}${rows.length > MOST_ROWS ? `. The first ${count(MOST_ROWS)} are shown; the CSV file has ${more ? "all that are kept" : "all"}` : ""}.`;
}

/** @param {Answer} answer @param {(column: string) => string} unitOf */
export function table(answer, unitOf) {
  const numeric = answer.columns.map((_, column) => isNumeric(answer, column));
  const head = answer.columns.map((name, column) => {
    const unit = unitOf(name);
    return make("th", { scope: "col", className: numeric[column] ? "n" : "" }, name, ...(unit ? [" ", make("small", {}, unit)] : []));
  });
  const rows = answer.rows.slice(0, MOST_ROWS).map((row) => make("tr", {}, ...row.map((cell, column) => cellOf(cell, numeric[column]))));
  return make("table", {}, make("caption", {}, "Answer"), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

/** @param {Cell} cell @param {boolean} numeric */
function cellOf(cell, numeric) {
  if (cell === null) return make("td", { className: numeric ? "n" : "" }, make("span", { className: "gap", title: "not known" }, "–"));
  const text = typeof cell === "number" ? shown(cell) : cell;
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return make("td", { className: numeric ? "n" : "" }, cut);
}

/** A figure with as many digits as the data have, six, and no trace of binary arithmetic. @param {number} value */
function shown(value) {
  const digits = Number.isInteger(value) ? value : Number(value.toPrecision(6));
  return String(digits).replace("-", "−").replace("e+", "e");
}

/** Every row that is kept, with every digit; CSV as src/dataset/format/csv.rs writes it. @param {Answer} answer */
export function csv({ columns, rows }) {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

/** @param {Cell} cell */
function csvCell(cell) {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  // What a spreadsheet could take for a formula gets an apostrophe in front, one more than it may have.
  const harmless = /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return harmless === "" || /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
