// @ts-check
/**
 * Puts a view into its figure: drawing, legend, remarks, table and downloads, and the live chart if there is one.
 *
 * @typedef {import("./address.js").View} View
 * @typedef {import("./index.js").Index} Index
 * @typedef {import("../draw/chart.js").Chart} Chart
 */
import { give } from "../chart.js";
import { make } from "../chart/make.js";
import { notes } from "../draw/frame.js";
import { plural } from "../draw/number.js";
import { plotlyFigure } from "../draw/plotly.js";
import { legend, svg } from "../draw/svg.js";
import { table } from "../draw/table.js";
import { measurements } from "../measurements.js";
import { base } from "../site.js";
import { offerDownloads } from "./take.js";
import { chartOf } from "./view.js";

export { chartOf } from "./view.js";
export { measurements } from "../measurements.js";

/** Draws a view. @param {HTMLElement} figure @param {View} view @param {Index} index @param {() => boolean} current whether it is still wanted */
export async function draw(figure, view, index, current) {
  const data = await measurements(view.model, view.workload);
  if (!current()) return;
  const chart = chartOf(data, view, index);
  show(figure, chart);
  figure.dataset.contrast = view.contrast;
  offerDownloads(figure, chart, view, index);
  give(figure, () => plotlyFigure(chart, index.colors, base));
}

/** @param {HTMLElement} figure @param {Chart} chart */
function show(figure, chart) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (figure.querySelector(`.chart-${name}`));
  part("title").textContent = chart.title;
  part("summary").textContent = chart.summary;
  replace(figure, ".chart-box > .chart-svg", svg(chart), part("box"));
  replace(figure, ".chart-legend", legend(chart), part("tools"), "beforebegin");
  const remarks = notes(chart).map((note) => make("li", { textContent: note }));
  figure.querySelector(".chart-notes")?.remove();
  if (remarks.length) part("downloads").before(make("ul", { className: "chart-notes" }, ...remarks));
  showTable(figure, chart);
}

/** The table is made when it is opened. @param {HTMLElement} figure @param {Chart} chart */
function showTable(figure, chart) {
  const rows = chart.series.reduce((sum, { points }) => sum + points.length, 0);
  const old = /** @type {HTMLDetailsElement | null} */ (figure.querySelector(".chart-data"));
  const scroll = make("div", { className: "chart-scroll", role: "region", tabIndex: 0, ariaLabel: `Table: ${chart.title}` });
  const details = make("details", { className: "chart-data" }, make("summary", { textContent: `Table of ${plural(rows, "measurement")}` }), scroll);
  const fill = () => details.open && !scroll.childElementCount && scroll.insertAdjacentHTML("beforeend", table(chart, base));
  details.ontoggle = fill;
  details.open = Boolean(old?.open);
  fill();
  old?.remove();
  if (rows) figure.append(details);
}

/** Puts markup in the place of an element, or beside another where there was none. @param {HTMLElement} figure @param {string} selector @param {string} html @param {HTMLElement} otherwise @param {InsertPosition} [where] */
function replace(figure, selector, html, otherwise, where = "beforeend") {
  const old = figure.querySelector(selector);
  if (old) {
    old.insertAdjacentHTML("beforebegin", html);
    old.remove();
  } else otherwise.insertAdjacentHTML(where, html);
}
