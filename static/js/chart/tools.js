// @ts-check
/**
 * The buttons under a live chart.
 *
 * @typedef {import("./live.js").LiveChart} LiveChart
 */
import { showLegend } from "./legend.js";
import { picture, unchanged } from "./look.js";
import { make } from "./make.js";

/** Puts the buttons in their row, each pressed or not as the reader has chosen. @param {LiveChart} chart */
export function addTools(chart) {
  const { choice, spec, scatter } = chart;
  chart.stage.tools.textContent = "";
  // Where a form has these choices they are its, and in the address.
  const free = chart.stage.figure.dataset.choices !== "form";
  const dated = spec.layout.xaxis.type === "date";
  if (free && !dated && spec.data.some((trace) => trace.showlegend === false)) {
    toggle(chart, "Frontier only", choice.frontierOnly, () => (choice.frontierOnly = !choice.frontierOnly));
  }
  if (scatter) {
    for (const name of /** @type {const} */ (["x", "y"])) {
      if (!free || (dated && name === "x")) continue;
      toggle(chart, `Log ${name}`, choice.types[name] === "log", () => {
        choice.types[name] = choice.types[name] === "log" ? "linear" : "log";
        choice.revision += 1;
        return choice.types[name] === "log";
      });
    }
    toggle(chart, "Pan", choice.pan, () => (choice.pan = !choice.pan));
    button(chart, "Reset", () => reset(chart));
  }
  button(chart, "PNG", () => download(chart));
}

/** @param {LiveChart} chart @param {string} name @param {() => void} act */
function button(chart, name, act) {
  const it = make("button", { type: "button", textContent: name, onclick: act });
  chart.stage.tools.append(it);
  return it;
}

/** @param {LiveChart} chart @param {string} name @param {boolean} pressed @param {() => boolean} act returns whether it is pressed now */
function toggle(chart, name, pressed, act) {
  const it = button(chart, name, () => {
    it.ariaPressed = String(act());
    chart.draw();
  });
  it.ariaPressed = String(pressed);
}

/** Everything as it was at first. @param {LiveChart} chart */
function reset(chart) {
  chart.choice = unchanged(chart.spec, chart.choice.revision + 1);
  chart.unpin();
  const before = document.activeElement?.textContent;
  addTools(chart);
  showLegend(chart);
  [...chart.stage.tools.querySelectorAll("button")].find((button) => button.textContent === before)?.focus();
}

/** @param {LiveChart} chart */
function download(chart) {
  const { xaxis, yaxis } = chart.plot._fullLayout;
  const figure = picture(chart, { xaxis: xaxis.range, yaxis: yaxis.range });
  return chart.Plotly.downloadImage(figure, { format: "png", width: 1200, height: 800, filename: chart.stage.figure.id });
}
