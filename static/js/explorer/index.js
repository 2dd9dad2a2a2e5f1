// @ts-check
/**
 * What there is to choose from, as the page states it (src/page/compare.rs).
 *
 * @typedef {object} WorkloadChoices
 * @property {string} key
 * @property {string} name
 * @property {string} lead the precision that is shown first
 * @property {string[]} precision
 * @property {string[]} accelerator
 * @property {string[]} framework
 * @property {string[]} speculation
 * @property {string[]} serving
 * @property {string[]} source
 * @property {string} last the day of the newest run
 *
 * @typedef {{power_kw: number | null, hyperscaler: number | null, neocloud: number | null, rental: number | null, estimate: boolean}} BookPrice
 * @typedef {{effective: string, source: string, accelerator: Record<string, BookPrice>}} Edition
 *
 * @typedef {object} Index
 * @property {{model: string, workload: string, x: string, y: string}} default
 * @property {{key: string, name: string, workloads: WorkloadChoices[]}[]} models
 * @property {Record<"accelerator" | "framework" | "precision" | "speculation", Record<string, string>>} names
 * @property {import("../metric.js").MetricInfo[]} metrics
 * @property {{tier: string, tiers: {key: string, name: string}[], editions: Edition[]}} prices
 * @property {import("../draw/plotly.js").Colors} colors
 */

/** The index of this page. @returns {Index} */
export function indexOfPage() {
  return JSON.parse(document.getElementById("explorer-index")?.textContent ?? "{}");
}

/** The workloads of a model. @param {Index} index @param {string} model */
export function workloadsOf(index, model) {
  return index.models.find(({ key }) => key === model)?.workloads ?? [];
}

/** The workload that a model is shown with first: the site's, where the model has it. @param {Index} index @param {string} model */
export function homeWorkload(index, model) {
  const keys = workloadsOf(index, model).map(({ key }) => key);
  return keys.includes(index.default.workload) ? index.default.workload : keys[0];
}

/** What the series of a workload can be chosen by. @param {Index} index @param {string} model @param {string} workload */
export function choicesOf(index, model, workload) {
  const choices = workloadsOf(index, model).find(({ key }) => key === workload);
  if (!choices) throw new Error(`${model}, ${workload}: not measured`);
  return choices;
}
