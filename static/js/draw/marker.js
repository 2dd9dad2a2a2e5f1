// @ts-check
/**
 * The fixed looks of series: colours, marker shapes and dashes, in the drawing and in Plotly; as in src/chart/marker.rs.
 *
 * @typedef {import("./chart.js").Series["style"]} Style
 */
import { COLORS, DASHES, SHAPES } from "./chart.js";
import { coordinate } from "./number.js";

/** The radius of a frontier point's marker, and of a dominated point's. */
export const RADIUS = 5;
export const SMALL = 3.2;

/** Each outline around the origin, for a radius of 1. An empty one is a circle. @type {number[][][]} */
const outlines = [
  [],
  [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
  [[0, -1.28], [1.28, 0], [0, 1.28], [-1.28, 0]],
  [[0, 1.2], [1.1, -0.8], [-1.1, -0.8]],
  [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
  [[-0.6, -1.14], [0, -0.54], [0.6, -1.14], [1.14, -0.6], [0.54, 0], [1.14, 0.6], [0.6, 1.14], [0, 0.54], [-0.6, 1.14], [-1.14, 0.6], [-0.54, 0], [-1.14, -0.6]],
  [[0, -1.36], [0.36, -0.48], [1.3, -0.42], [0.58, 0.18], [0.8, 1.1], [0, 0.6], [-0.8, 1.1], [-0.58, 0.18], [-1.3, -0.42], [-0.36, -0.48]],
  [[-1, -1.1], [1, -1.1], [-1, 1.1], [1, 1.1]],
  [[1.2, 0], [-0.8, 1.1], [-0.8, -1.1]],
];
const symbols = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x", "star", "hourglass", "triangle-right"];
/** How much larger Plotly must draw a symbol to draw it as large as its outline. */
const grow = [1, 1, 1.4, 1.2, 1.4, 1, 1, 1.4, 1.2, 1.4];
const dashes = ["solid", "dash", "dot", "dashdot"];

/** @param {Style} style */
export const colorClass = ([color]) => `series-${(color % COLORS) + 1}`;
/** @param {Style} style */
export const dashClass = ([, , dash]) => `dash-${(dash % DASHES) + 1}`;
/** @param {Style} style */
export const symbol = ([, shape]) => symbols[shape % SHAPES];
/** @param {Style} style @param {number} radius */
export const symbolSize = ([, shape], radius) => Math.round(2 * radius * grow[shape % SHAPES]) + 1;
/** @param {Style} style */
export const plotlyDash = ([, , dash]) => dashes[dash % DASHES];

/** The rest of a path after `M x y` that draws a marker around that point. @param {Style} style @param {number} radius */
export function outline([, shape], radius) {
  const corners = outlines[shape % SHAPES];
  return corners.length ? polygon(corners, radius) : circle(radius);
}

/** @param {number} radius */
function circle(radius) {
  const r = coordinate(radius);
  return `m0-${r}a${r} ${r} 0 1 0 .1 0z`;
}

/** Away from zero at a tie, as Rust rounds. @param {number} value */
const round = (value) => Math.sign(value) * Math.round(Math.abs(value));

/** @param {number[][]} corners @param {number} radius */
function polygon(corners, radius) {
  let path = "";
  let from = [0, 0];
  for (const [index, corner] of corners.entries()) {
    const to = corner.map((value) => round(value * radius * 10) / 10);
    if (index < 2) path += "ml"[index];
    else if (to[0] >= from[0]) path += " ";
    path += pair(to[0] - from[0], to[1] - from[1]);
    from = to;
  }
  return `${path}z`;
}

/** `x y`, without the space where a minus sign parts the two anyway. @param {number} x @param {number} y */
export function pair(x, y) {
  const second = coordinate(y);
  return coordinate(x) + (second.startsWith("-") ? "" : " ") + second;
}
