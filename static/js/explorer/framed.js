// @ts-check
/** Draws a view of the explorer in a frame on another page. */
import { ignoredWords } from "../address.js";
import { measurements } from "../measurements.js";
import { base } from "../site.js";
import { read, write } from "./address.js";
import { showFace } from "./face.js";
import { chartOf } from "./view.js";

/** @param {string} selector @returns {HTMLElement} */
const part = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

/** @param {URLSearchParams} query of the view */
export async function show(query) {
  const answer = await fetch(`${base}/data/view/index.json`);
  if (!answer.ok) throw new Error(`the index of views: ${answer.status}`);
  /** @type {import("./index.js").Index} */
  const index = await answer.json();
  const { view, ignored } = read(query.toString(), index);
  const chart = chartOf(await measurements(view.model, view.workload), view, index);
  const figure = part(".chart");
  figure.dataset.contrast = view.contrast;
  showFace(figure, chart, ignoredWords(ignored));
  part(".chart-title a").textContent = chart.title;
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[target=_top]"))) link.href = `${base}/compare/${write(view, index)}`;
}
