// @ts-check
/**
 * An answer as a chart: two of its columns as axes, a third tells the series apart. Words stand on the left, where names have
 * room, whichever axis they were chosen for.
 *
 * @typedef {import("./worker.js").Answer} Answer
 * @typedef {import("../draw/chart.js").Chart} Chart
 * @typedef {import("../draw/chart.js").Series} Series
 */
import { make } from "../chart/make.js";
import { COLORS, DASHES, SHAPES } from "../draw/chart.js";
import { MOST_POINTS, drawn } from "../draw/frame.js";
import { count, plural } from "../draw/number.js";
import { scaleFor } from "../draw/scale.js";
import { legend, svg } from "../draw/svg.js";
import { axisOf } from "./axis.js";

/**
 * @param {Answer} answer @param {{x: string, y: string, series: string}} by names of its columns; the series may be none
 * @param {(column: string) => string} unitOf @returns {Chart}
 */
export function chartOf(answer, by, unitOf) {
  const { columns, rows } = answer;
  const [x, y, series] = [by.x, by.y, by.series].map((name) => columns.indexOf(name));
  const [across, up] = [axis(answer, x, unitOf), axis(answer, y, unitOf)];
  const turned = across.kind === "words";
  /** @type {Map<string, Series>} */
  const all = new Map();
  for (const row of rows) {
    const name = series < 0 ? by.y : String(row[series] ?? "not known");
    const place = all.size;
    const found = all.get(name) ?? { key: name, name, style: [place % COLORS, (place + Math.floor(place / COLORS)) % SHAPES, place % DASHES], points: [], frontier: [] };
    all.set(name, found);
    const [right, above] = turned ? [up.at(row[y]), across.at(row[x])] : [across.at(row[x]), up.at(row[y])];
    found.points.push({ x: right, y: above, label: "", href: "", details: [] });
  }
  const title = `${by.y} by ${by.x}`;
  const summary = `${plural(rows.length, "row")} of the answer${series < 0 ? "" : `, in ${plural(all.size, "series", "series")} by ${by.series}`}.`;
  return { id: "query-drawn", title, summary, notes: [], x: turned ? up : across, y: turned ? across : up, series: [...all.values()] };
}

/** @param {Answer} answer @param {number} column @param {(column: string) => string} unitOf */
function axis(answer, column, unitOf) {
  const { kind, at, marked } = axisOf(answer, column) ?? { kind: "figures", at: () => NaN, marked: undefined };
  const scale = marked ? /** @type {const} */ ("linear") : scaleFor(answer.rows.map((row) => at(row[column])));
  return { label: answer.columns[column], unit: kind === "figures" ? unitOf(answer.columns[column]) : "", scale, kind, at, marked };
}

/** Drawing, legend and remarks. @param {Chart} chart */
export function drawing(chart) {
  const figure = make("figure", { className: "chart" });
  const caption = make("figcaption", {}, make("p", { className: "chart-title" }, chart.title), make("p", { className: "chart-summary" }, chart.summary));
  const box = make("div", { className: "chart-box" });
  box.insertAdjacentHTML("afterbegin", svg(chart));
  figure.append(caption, box);
  if (chart.series.length > 1) box.insertAdjacentHTML("afterend", legend(chart));
  const remarks = remarksOf(chart).map((remark) => make("li", {}, remark));
  if (remarks.length) figure.append(make("ul", { className: "chart-notes" }, ...remarks));
  return figure;
}

/** What is not in the drawing. @param {Chart} chart */
function remarksOf(chart) {
  const points = chart.series.flatMap((series) => series.points);
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).length;
  const held = drawn(chart).map(({ others }) => others.length);
  const remarks = [];
  const missing = points.length - finite;
  if (missing) remarks.push(`${count(missing)} of ${plural(points.length, "row")} left out: a value is missing.`);
  const outside = finite - held.reduce((sum, number) => sum + number, 0);
  if (outside) remarks.push(`${count(outside)} of ${plural(points.length, "row")} not drawn: zero and less have no place on a logarithmic axis.`);
  if (held.some((number) => number > MOST_POINTS)) remarks.push(`Of a series with more rows ${MOST_POINTS} are drawn, thinned to keep the look.`);
  return remarks;
}
