// @ts-check
/**
 * What a reader sees of a chart, put into its figure: sentence, drawing, legend and remarks. On the page of the explorer and in
 * frames on other pages alike.
 *
 * @typedef {import("../draw/chart.js").Chart} Chart
 */
import { make } from "../chart/make.js";
import { notes } from "../draw/frame.js";
import { legend, svg } from "../draw/svg.js";

/** @param {HTMLElement} figure @param {Chart} chart @param {string} [remark] what is said before the sentence */
export function showFace(figure, chart, remark = "") {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (figure.querySelector(selector));
  const box = part(".chart-box");
  part(".chart-summary").textContent = `${remark} ${chart.summary}`.trim();
  part(".chart-box > .chart-svg")?.remove();
  box.insertAdjacentHTML("afterbegin", svg(chart));
  part(".chart-legend")?.remove();
  box.insertAdjacentHTML("afterend", legend(chart));
  part(".chart-notes")?.remove();
  const remarks = notes(chart).map((note) => make("li", { textContent: note }));
  const list = make("ul", { className: "chart-notes" }, ...remarks);
  if (remarks.length) figure.insertBefore(list, part(".chart-downloads"));
}
