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
import { plural } from "../draw/number.js";
import { plotlyFigure } from "../draw/plotly.js";
import { table } from "../draw/table.js";
import { measurements } from "../measurements.js";
import { base } from "../site.js";
import { showFace } from "./face.js";
import { offerDownloads } from "./take.js";
import { chartOf } from "./view.js";

/** Draws a view. @param {HTMLElement} figure @param {View} view @param {Index} index @param {() => boolean} current whether it is still wanted */
export async function draw(figure, view, index, current) {
  const data = await measurements(view.model, view.workload);
  if (!current()) return;
  const chart = chartOf(data, view, index);
  /** @type {HTMLElement} */ (figure.querySelector(".chart-title")).textContent = chart.title;
  showFace(figure, chart);
  showTable(figure, chart);
  figure.dataset.contrast = view.contrast;
  offerDownloads(figure, chart, view, index);
  give(figure, () => plotlyFigure(chart, index.colors, base));
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
