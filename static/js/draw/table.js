// @ts-check
/**
 * The figures of a chart: the table under it and the CSV file, byte for byte as src/chart/{table,csv}.rs write them.
 *
 * @typedef {import("./chart.js").Chart} Chart
 */
import { csvLine } from "../csv.js";
import { escape, withUnit } from "./chart.js";
import { plural, readable } from "./number.js";

/** The most rows of a table in a page. The CSV file always has all. */
const MOST_ROWS = 200;

/** @param {Chart} chart */
function rowsOf(chart) {
  return chart.series.flatMap((series) => {
    const leading = new Set(series.frontier);
    return series.points.map((point, index) => ({ series, point, frontier: leading.has(index) }));
  });
}

/** @param {Chart} chart @param {string} [root] the path that the site lies below @returns {string} */
export function table(chart, root = "") {
  const rows = rowsOf(chart);
  if (!rows.length) return "<p>No measurements.</p>";
  const header = (/** @type {string} */ name, numeric = false) => `<th scope="col"${numeric ? ' class="num"' : ""}>${escape(name)}</th>`;
  const details = rows[0].point.details.map(([name]) => header(name));
  const head = header("Measurement") + header("Series") + header(withUnit(chart.x), true) + header(withUnit(chart.y), true) + details.join("");
  const more = rows.length > MOST_ROWS ? `<p>${MOST_ROWS} of ${plural(rows.length, "measurement")}; the CSV file has all.</p>` : "";
  const body = shortened(rows).map((row) => rowHtml(row, root)).join("");
  return `<table><caption>${escape(chart.title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${more}`;
}

/** Of too many rows, those of frontier points before others, in their order. @param {ReturnType<typeof rowsOf>} rows */
function shortened(rows) {
  if (rows.length <= MOST_ROWS) return rows;
  let leading = Math.min(rows.filter((row) => row.frontier).length, MOST_ROWS);
  let others = MOST_ROWS - leading;
  return rows.filter((row) => (row.frontier ? leading-- : others--) > 0);
}

/** @param {ReturnType<typeof rowsOf>[number]} row @param {string} root */
function rowHtml({ series, point, frontier }, root) {
  const number = (/** @type {number} */ value) => `<td class="num">${Number.isFinite(value) ? readable(value) : "–"}</td>`;
  const details = point.details.map(([, value]) => `<td${isNumber(value) ? ' class="num"' : ""}>${escape(value)}</td>`);
  return (
    `<tr><th scope="row"><a href="${escape(root + point.href)}">${escape(point.label)}</a></th>` +
    `<td>${escape(series.name)}${frontier ? " (frontier)" : ""}</td>${number(point.x)}${number(point.y)}${details.join("")}</tr>`
  );
}

/** Every point, with the values as measured. @param {Chart} chart @returns {string} */
export function csv(chart) {
  const rows = rowsOf(chart);
  const names = rows[0]?.point.details.map(([name]) => name) ?? [];
  const lines = [["Series", "Measurement", withUnit(chart.x), withUnit(chart.y), "Frontier", ...names, "Address"].map(safe)];
  for (const { series, point, frontier } of rows) {
    const details = names.map((_, index) => safe(point.details[index]?.[1] ?? ""));
    lines.push([safe(series.name), safe(point.label), plain(point.x), plain(point.y), frontier ? "yes" : "no", ...details, safe(point.href)]);
  }
  return lines.map(csvLine).join("");
}

/** @param {string} text */
const isNumber = (text) => text.trim() === text && text !== "" && Number.isFinite(Number(text)) && !/^[+-]?0[xob]/i.test(text);

/** Text that no spreadsheet runs. @param {string} text */
const safe = (text) => (/^[=+\-@\t\r]/.test(text) && !isNumber(text) ? `'${text}` : text);

/** All digits of a number, never an exponent. @param {number} value */
function plain(value) {
  if (!Number.isFinite(value)) return "";
  const [digits, exponent] = String(value).split("e");
  if (exponent === undefined) return digits;
  const [whole, part = ""] = digits.replace("-", "").split(".");
  const point = whole.length + Number(exponent);
  const all = (whole + part).padEnd(Math.max(point, 0), "0");
  const text = point > 0 ? all.slice(0, point) + (all.length > point ? `.${all.slice(point)}` : "") : `0.${"0".repeat(-point)}${all}`;
  return (value < 0 ? "-" : "") + text;
}
