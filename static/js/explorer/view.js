// @ts-check
/**
 * From measurements and a view to a chart, as src/page/charts.rs makes it: the same points, sentence and remarks.
 *
 * @typedef {import("./address.js").View} View
 * @typedef {import("./index.js").Index} Index
 * @typedef {import("../measurements.js").Measurements} Measurements
 * @typedef {import("../measurements.js").Row} Row
 * @typedef {import("../metric.js").MetricInfo} MetricInfo
 * @typedef {import("../draw/chart.js").Chart} Chart
 * @typedef {import("../draw/chart.js").Series} Series
 * @typedef {import("../draw/chart.js").Point} Point
 */
import { count, figure, plural } from "../draw/number.js";
import { scaleFor } from "../draw/scale.js";
import { frontier } from "../frontier.js";
import { standing } from "../measurements.js";
import { value } from "../metric.js";
import { editionNote, pricesOf } from "./prices.js";

/** The measurements that a view shows. @param {Measurements} data @param {View} view @returns {Row[]} */
export function chosen({ rows }, view) {
  const allowed = (/** @type {string[]} */ list, /** @type {string} */ key) => !list.length || list.includes(key);
  const same = (/** @type {string} */ wanted, /** @type {string} */ key) => !wanted || wanted === key;
  const fits = (/** @type {Row} */ { series }) =>
    allowed(view.precision, series.precision) && allowed(view.accelerator, series.accelerator) && allowed(view.framework, series.framework) &&
    same(view.speculation, series.speculation) && same(view.serving, series.serving) && same(view.source, series.source);
  return standing(rows, view.date).filter(fits);
}

/** The chart of a view. @param {Measurements} data @param {View} view @param {Index} index @returns {Chart} */
export function chartOf(data, view, index) {
  const [x, y] = [view.x, view.y].map((key) => /** @type {MetricInfo} */ (index.metrics.find((metric) => metric.key === key)));
  const prices = pricesOf(view, index);
  const counts = { all: 0, withoutX: 0, withoutY: 0, dominated: 0, few: 0, unknown: 0 };
  const needed = Math.max(x.requests ?? 0, y.requests ?? 0);
  const rows = chosen(data, view);
  const series = groups(data, view, rows).map(({ look, rows }) => {
    /** @type {Point[]} */
    let points = [];
    for (const row of rows) {
      counts.all += 1;
      const [across, up] = [value(view.x, row, prices), value(view.y, row, prices)];
      if (across === null) counts.withoutX += 1;
      else if (up === null) counts.withoutY += 1;
      else {
        if (needed && row.requests === null) counts.unknown += 1;
        else if (needed && Number(row.requests) < needed) counts.few += 1;
        points.push(point(row, across, up, needed));
      }
    }
    points.sort((a, b) => a.x - b.x || a.y - b.y || (a.href < b.href ? -1 : 1));
    let best = frontier(points, x.better, y.better);
    if (view.points === "frontier") {
      counts.dominated += points.length - best.length;
      points = best.map((index) => points[index]);
      best = points.map((_, index) => index);
    }
    return { ...look, points, frontier: best };
  });
  const shown = series.filter(({ points }) => points.length);
  const values = (/** @type {"x" | "y"} */ name) => shown.flatMap(({ points }) => points.map((point) => point[name]));
  const axis = (/** @type {MetricInfo} */ metric, /** @type {"x" | "y"} */ name, /** @type {View["xscale"]} */ scale) =>
    ({ label: metric.name, unit: metric.unit, better: metric.better, scale: scale || scaleFor(values(name)) });
  return {
    id: "view",
    title: `${y.name} against ${lowerFirst(x.name)}`,
    summary: summary(subject(data, view, index, rows), x, y, shown),
    notes: notes(x, y, counts, needed, view, index),
    x: axis(x, "x", view.xscale),
    y: axis(y, "y", view.yscale),
    series: shown,
    labelled: view.labels === "load",
  };
}

/** What makes a line of its own, in the order of the data. @param {Measurements} data @param {View} view @param {Row[]} rows */
function groups(data, view, rows) {
  /** @type {Map<unknown, Row[]>} */
  const lines = new Map();
  for (const row of rows) {
    const line = view.by === "accelerator" ? data.groups[row.series.group] : row.series;
    const known = lines.get(line);
    if (known) known.push(row);
    else lines.set(line, [row]);
  }
  const precisions = new Set(rows.map((row) => row.series.precision));
  if (view.by === "accelerator") {
    return data.groups.map((look) => ({ look: plainLook(look), rows: lines.get(look) ?? [] }));
  }
  return data.series.map((series) => {
    const look = plainLook(series);
    if (precisions.size > 1) look.name += `, ${series.precision.toUpperCase()}`;
    return { look, rows: lines.get(series) ?? [] };
  });
}

/** @param {import("../measurements.js").Look} look */
const plainLook = ({ key, name, style }) => ({ key, name, style });

/** @param {Row} row @param {number} x @param {number} y @param {number} needed @returns {Point} */
function point({ label, href, configuration, run, requests }, x, y, needed) {
  /** @type {[string, string][]} */
  const details = [["Configuration", configuration], ["Run", run.day]];
  if (needed) details.push(["Requests", requestsWords(requests, needed)]);
  return { x, y, label, href, details };
}

/** What a p99 rests on, as src/page/percentile.rs says it. @param {number | null} requests @param {number} needed */
function requestsWords(requests, needed) {
  const stated = requests === null ? "not stated" : count(requests);
  return requests !== null && requests >= needed ? stated : `${stated}; a p99 needs ${needed}`;
}

/** What the chart is of, and what was chosen beside the first view. @param {Measurements} data @param {View} view @param {Index} index @param {Row[]} rows */
function subject(data, view, index, rows) {
  const { names } = index;
  const listed = (/** @type {"precision" | "accelerator" | "framework"} */ list) => view[list].map((key) => names[list][key]).join(" and ");
  const speculation = { "": "", none: "without speculative decoding", "not-stated": "speculation not stated" };
  return [
    data.model.name,
    data.workload.name,
    listed("precision") || [...new Set(rows.map((row) => row.series.precision.toUpperCase()))].sort().join(" and "),
    listed("accelerator"),
    listed("framework"),
    speculation[/** @type {""} */ (view.speculation)] ?? `with ${names.speculation[view.speculation]}`,
    view.serving,
    view.source && `${view.source} runs`,
    view.date && `as of ${view.date}`,
  ].filter(Boolean).join(", ");
}

/** @param {string} of @param {MetricInfo} x @param {MetricInfo} y @param {Series[]} series */
function summary(of, x, y, series) {
  if (!series.length) return `${of}: no measurement has both figures.`;
  const corner = `${y.better === "higher" ? "upper" : "lower"} ${x.better === "higher" ? "right" : "left"}`;
  const sign = y.better === "higher" ? 1 : -1;
  let best = { series: series[0], point: series[0].points[0] };
  for (const one of series) {
    for (const point of one.points) {
      const lead = sign * (point.y - best.point.y);
      if (lead > 0 || (lead === 0 && point.href < best.point.href)) best = { series: one, point };
    }
  }
  const extreme = y.better === "higher" ? "highest" : "lowest";
  return (
    `${of}. Better is to the ${corner}; lines join each frontier. ` +
    `The ${extreme} value is ${figure(best.point.y)} ${y.unit}, ${best.series.name} at ${best.point.label}.`
  );
}

/** @param {MetricInfo} x @param {MetricInfo} y @param {{all: number, withoutX: number, withoutY: number, dominated: number, few: number, unknown: number}} counts @param {number} needed @param {View} view @param {Index} index */
function notes(x, y, counts, needed, view, index) {
  const notes = [];
  for (const [missing, metric] of /** @type {[number, MetricInfo][]} */ ([[counts.withoutX, x], [counts.withoutY, y]])) {
    if (missing) notes.push(`${count(missing)} of ${plural(counts.all, "measurement")} have no ${lowerFirst(metric.name)}.`);
  }
  if (counts.unknown) {
    notes.push(`A p99 needs ${needed} requests; of ${plural(counts.unknown, "measurement")} the source doesn’t say how many there were.`);
  }
  if (counts.few) {
    const have = plural(counts.few, "measurement has", "measurements have");
    notes.push(`${have} fewer than the ${needed} requests that a p99 needs, counting ten for each slot where the source doesn’t say.`);
  }
  if (counts.dominated) {
    notes.push(`${plural(counts.dominated, "dominated measurement")} not drawn; the pages by precision have all.`);
  }
  if ([x, y].some(({ key }) => ["cost", "output-cost", "throughput-per-megawatt"].includes(key))) notes.push(editionNote(view, index));
  return notes;
}

/** @param {string} text */
export const lowerFirst = (text) => text.charAt(0).toLowerCase() + text.slice(1);
