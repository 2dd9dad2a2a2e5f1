// @ts-check
/**
 * A chart as a Plotly figure; as in src/chart/plotly.rs.
 *
 * @typedef {import("./chart.js").Chart} Chart
 * @typedef {import("./chart.js").Axis} Axis
 * @typedef {import("./frame.js").Drawn} Drawn
 * @typedef {{background: string, text: string, grid: string, series: string[]}} Colors the light theme's; look.js puts in the page's own
 */
import { COLORS, HEIGHT, WIDTH, escape, withUnit } from "./chart.js";
import { BOTTOM, Frame, RIGHT, TOP, X_TICKS, Y_TICKS, drawn, labels } from "./frame.js";
import { RADIUS, SMALL, plotlyDash, symbol, symbolSize } from "./marker.js";
import { readable } from "./number.js";
import { subdivided } from "./scale.js";

/** From more points on, drawing is left to WebGL. */
const MOST_SVG_POINTS = 5000;
const DOMINATED_OPACITY = 0.4;
const TRANSPARENT = "rgba(0,0,0,0)";

/** @param {Chart} chart @param {Colors} colors @param {string} [root] the path that the site lies below @returns {import("../chart/look.js").Spec} */
export function plotlyFigure(chart, colors, root = "") {
  const series = drawn(chart);
  const frame = new Frame(chart, series);
  const points = series.reduce((sum, { frontier, others }) => sum + frontier.length + others.length, 0);
  const type = points > MOST_SVG_POINTS ? "scattergl" : "scatter";
  const context = { chart, colors, root, type, beside: labels(chart, series, frame) };
  const dominated = series.filter(({ frontier, others }) => frontier.length && others.length).map((it) => trace(context, it, it.others, true));
  const leading = series.map((it) => trace(context, it, it.frontier.length ? it.frontier : it.others, false));
  const config = { displayModeBar: false, plotlyServerURL: "", displaylogo: false, responsive: true, showSendToCloud: false };
  return { data: [...dominated, ...leading], layout: layout(chart, colors, frame), config };
}

/** @param {{chart: Chart, colors: Colors, root: string, type: string, beside: Map<import("./chart.js").Point, string>}} context @param {Drawn} drawn @param {Drawn["others"]} points @param {boolean} dominated */
function trace({ chart, colors, root, type, beside }, { series, frontier }, points, dominated) {
  const { style, name, key } = series;
  const color = colors.series[style[0] % COLORS];
  const lines = !dominated && frontier.length > 1;
  const labelled = !dominated && points.some((point) => beside.has(point));
  const size = symbolSize(style, dominated ? SMALL : RADIUS);
  return {
    type,
    name: escape(name),
    showlegend: !dominated,
    legendgroup: key,
    mode: (lines ? "lines+markers" : "markers") + (labelled ? "+text" : ""),
    x: points.map((point) => point.x),
    y: points.map((point) => point.y),
    text: points.map((point) => hover(chart, name, point)),
    ...(labelled ? { texttemplate: points.map((point) => escape(beside.get(point) ?? "")), textposition: "top right" } : {}),
    hoverinfo: "text",
    customdata: points.map((point) => root + point.href),
    marker: { symbol: symbol(style), opacity: dominated ? DOMINATED_OPACITY : 1, size, color },
    ...(lines ? { line: { width: 2, dash: plotlyDash(style), color } } : {}),
  };
}

/** What a reader sees of a point, a line each. @param {Chart} chart @param {string} series @param {import("./chart.js").Point} point */
function hover(chart, series, point) {
  /** @type {[Axis, number][]} */
  const values = [[chart.y, point.y], [chart.x, point.x]];
  const lines = [series, point.label, ...values.map(([axis, value]) => `${axis.label}: ${readable(value)} ${axis.unit}`)];
  return [...lines, ...point.details.map(([name, value]) => `${name}: ${value}`)].map(escape).join("<br>");
}

/** @param {Chart} chart @param {Colors} colors @param {Frame} frame */
function layout(chart, colors, frame) {
  return {
    title: { text: escape(chart.title) },
    showlegend: true,
    margin: { l: Math.round(frame.left), r: WIDTH - RIGHT, t: TOP, b: HEIGHT - BOTTOM, autoexpand: false },
    autosize: false,
    width: WIDTH,
    height: HEIGHT,
    font: { size: 12, color: colors.text },
    paper_bgcolor: colors.background,
    plot_bgcolor: colors.background,
    colorway: colors.series,
    hovermode: "closest",
    hoverdistance: 30,
    xaxis: axis(chart.x, frame.x, X_TICKS, 1, colors),
    yaxis: axis(chart.y, frame.y, Y_TICKS, 5, colors),
  };
}

/** @param {Axis} axis @param {import("./scale.js").Extent} extent @param {number} wanted @param {number} gap @param {Colors} colors */
function axis(axis, { low, high }, wanted, gap, colors) {
  const linear = axis.scale === "linear";
  const format = linear ? (high >= 1000 ? "~s" : undefined) : low < 1 ? "~g" : "~s";
  return {
    title: { text: escape(withUnit(axis)) },
    type: axis.scale,
    range: linear ? [low, high] : [Math.log10(low), Math.log10(high)],
    nticks: linear ? wanted : logTicks(low, high, wanted),
    ...(format ? { tickformat: format } : {}),
    ticks: "outside",
    ticklen: gap,
    tickcolor: TRANSPARENT,
    gridcolor: colors.grid,
    zeroline: false,
  };
}

/** The count that makes Plotly mark what the drawing does. @param {number} low @param {number} high @param {number} wanted */
function logTicks(low, high, wanted) {
  const decades = Math.log10(high / low);
  return subdivided(decades, wanted) ? Math.max(Math.round(decades / 0.45), 2) : Math.max(Math.floor(decades / 0.75), 1);
}
