// @ts-check
/**
 * The legend's entries as buttons: one press hides or shows a series, with Shift or twice shows it alone.
 *
 * @typedef {import("./live.js").LiveChart} LiveChart
 */
import { make } from "./make.js";

/** Makes the entries buttons. @param {LiveChart} chart */
export function wakeLegend(chart) {
  for (const item of entries(chart)) {
    const key = item.dataset.series ?? "";
    const button = make("button", { type: "button", title: "Hide or show; with Shift: show alone" }, ...item.childNodes);
    button.onclick = (event) => (event.shiftKey ? solo(chart, key) : toggle(chart, key));
    button.ondblclick = () => solo(chart, key);
    item.append(button);
  }
  showLegend(chart);
}

/** Marks which series are shown. @param {LiveChart} chart */
export function showLegend(chart) {
  for (const item of entries(chart)) {
    const button = item.querySelector("button");
    if (button) button.ariaPressed = String(!chart.choice.hidden.has(item.dataset.series ?? ""));
  }
}

/** @param {LiveChart} chart @returns {HTMLElement[]} the entries that are of a series */
function entries(chart) {
  return [...chart.stage.figure.querySelectorAll(".chart-legend > li[data-series]")].map((item) => /** @type {HTMLElement} */ (item));
}

/** @param {LiveChart} chart @param {string} key */
function toggle(chart, key) {
  const { hidden } = chart.choice;
  if (!hidden.delete(key)) hidden.add(key);
  showLegend(chart);
  chart.draw();
}

/** @param {LiveChart} chart @param {string} key */
function solo(chart, key) {
  const { hidden } = chart.choice;
  const others = chart.spec.data.map((trace) => trace.legendgroup).filter((group) => group !== key);
  const alone = !hidden.has(key) && others.every((group) => hidden.has(group));
  chart.choice.hidden = new Set(alone ? [] : others);
  showLegend(chart);
  chart.draw();
}
