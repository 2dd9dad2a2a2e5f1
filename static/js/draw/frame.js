// @ts-check
/**
 * The plot area of a chart, and which points are drawn in it; as in src/chart/frame.rs and src/chart/drawn.rs.
 *
 * @typedef {import("./chart.js").Chart} Chart
 * @typedef {import("./chart.js").Point} Point
 * @typedef {import("./chart.js").Axis} Axis
 * @typedef {{series: import("./chart.js").Series, frontier: Point[], others: Point[]}} Drawn
 */
import { escape } from "./chart.js";
import { coordinate, plural, tick } from "./number.js";
import { extent, fraction, holds, ticks } from "./scale.js";
import { thinned } from "./thin.js";

export const TOP = 56;
export const BOTTOM = 364;
export const RIGHT = 584;
/** The width of a digit in the largest text. */
const DIGIT = 10.5;
export const Y_TICKS = 5;
export const X_TICKS = 7;
/** The most points of one series in a drawing. */
export const MOST_POINTS = 500;

/** The points that the chart's axes hold. @param {Chart} chart @returns {Drawn[]} */
export function drawn(chart) {
  const held = (/** @type {Point} */ point) => holds(chart.x.scale, point.x) && holds(chart.y.scale, point.y);
  return chart.series.map((series) => {
    const leading = new Set(series.frontier);
    const frontier = series.frontier.map((index) => series.points[index]).filter(held);
    return { series, frontier, others: series.points.filter((point, index) => !leading.has(index) && held(point)) };
  });
}

/** What an axis shows. @param {Axis} axis @param {number[]} values @returns {import("./scale.js").Extent} */
function shown({ scale, marked }, values) {
  return marked ? { scale: "linear", low: marked.low, high: marked.high } : extent(scale, values);
}

/** What is marked on an axis, with its name. @param {Axis} axis @param {import("./scale.js").Extent} extent @param {number} wanted @returns {[number, string][]} */
function marks({ marked }, extent, wanted) {
  return marked?.marks ?? ticks(extent, wanted).map((value) => [value, tick(value)]);
}

export class Frame {
  /** @param {Chart} chart @param {Drawn[]} series */
  constructor(chart, series) {
    const points = series.flatMap(({ frontier, others }) => [...frontier, ...others]);
    this.x = shown(chart.x, points.map((point) => point.x));
    this.y = shown(chart.y, points.map((point) => point.y));
    const lengths = marks(chart.y, this.y, Y_TICKS).map(([, name]) => [...name].length);
    this.left = 20 + DIGIT * (lengths.length ? Math.max(...lengths) : 1);
  }

  /** Where a point lies in the drawing. @param {Point} point @returns {[number, number]} */
  place({ x, y }) {
    return [this.xAt(x), this.yAt(y)];
  }

  /** @param {number} value */
  xAt(value) {
    return this.left + fraction(this.x, value) * (RIGHT - this.left);
  }

  /** @param {number} value */
  yAt(value) {
    return BOTTOM - fraction(this.y, value) * (BOTTOM - TOP);
  }

  /** At most 500 points of a series, but never without a frontier point. @param {Drawn} drawn @returns {Drawn} */
  thinned(drawn) {
    const room = Math.max(MOST_POINTS - drawn.frontier.length, 0);
    if (drawn.others.length <= room) return drawn;
    const placed = drawn.others.map((point) => ({ point, at: this.place(point) }));
    placed.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    const kept = thinned(placed.map(({ at }) => at), room);
    return { ...drawn, others: kept.map((index) => placed[index].point) };
  }

  /** Grid, tick labels and axis labels. @param {Chart} chart */
  axes(chart) {
    let [grid, beside, below] = ["", "", ""];
    for (const [value, name] of marks(chart.y, this.y, Y_TICKS)) {
      const y = coordinate(this.yAt(value));
      grid += `M${coordinate(this.left)} ${y}H${RIGHT}`;
      beside += `<text x="${this.left - 8}" y="${y}" dy=".35em">${escape(name)}</text>`;
    }
    for (const [value, name] of marks(chart.x, this.x, X_TICKS)) {
      const x = coordinate(this.xAt(value));
      grid += `M${x} ${TOP}V${BOTTOM}`;
      below += `<text x="${x}" y="${BOTTOM}" dy="1.35em">${escape(name)}</text>`;
    }
    return (
      `<path class="grid" d="${grid}"/><path class="axis" d="M${coordinate(this.left)} ${BOTTOM}H${RIGHT}"/>` +
      `<g class="ticks-y">${beside}</g><g class="ticks-x">${below}</g>${labelAbove(chart.y)}${labelBelow(chart.x)}`
    );
  }
}

/** "tok/s/user, higher is better →"; the unit alone where neither is better. @param {Axis} axis @param {string} higher @param {string} lower */
function hint({ unit, better }, higher, lower) {
  if (!better) return unit;
  const words = better === "higher" ? `higher is better ${higher}` : `lower is better ${lower}`;
  return unit ? `${unit}, ${words}` : words;
}

/** @param {Axis} axis */
function labelAbove(axis) {
  return (
    `<text class="axis-label" y="${TOP}" dy="-2em"><tspan class="quantity">${escape(axis.label)}</tspan>` +
    `<tspan x="0" dy="1.25em">${escape(hint(axis, "↑", "↓"))}</tspan></text>`
  );
}

/** @param {Axis} axis */
function labelBelow(axis) {
  return (
    `<text class="axis-label end" x="${RIGHT}" y="${BOTTOM}" dy="2.55em">` +
    `<tspan class="quantity">${escape(axis.label)}</tspan> ${escape(hint(axis, "→", "←"))}</text>`
  );
}

/** Room that a label takes in a drawing. */
const [LETTER, LINE] = [6, 11];

/**
 * The loads of the frontiers' points, as far as they don't cover each other: what stands beside a point.
 * @param {Chart} chart @param {Drawn[]} series @param {Frame} frame @returns {Map<Point, string>}
 */
export function labels(chart, series, frame) {
  /** @type {Map<Point, string>} */
  const labels = new Map();
  if (!chart.labelled) return labels;
  /** @type {[number, number, number][]} left, right and height of each */
  const taken = [];
  for (const point of series.flatMap(({ frontier }) => frontier)) {
    // "concurrency 64" is "64" where there is little room.
    const text = point.label.replace(/^concurrency /, "");
    const [x, y] = frame.place(point);
    const right = x + LETTER * text.length;
    if (taken.some(([from, to, height]) => from < right && x < to && Math.abs(height - y) < LINE)) continue;
    taken.push([x, right, y]);
    labels.set(point, text);
  }
  return labels;
}

/** The remarks under a chart: its own, then what its drawing leaves out. @param {Chart} chart */
export function notes(chart) {
  const all = [...chart.notes];
  const points = chart.series.flatMap((series) => series.points);
  const total = points.length;
  const finite = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).length;
  const of = (/** @type {number} */ number) => plural(number, "measurement");
  if (finite < total) all.push(`${total - finite} of ${of(total)} left out: a value is missing.`);
  const series = drawn(chart);
  const size = (/** @type {Drawn[]} */ list) => list.reduce((sum, { frontier, others }) => sum + frontier.length + others.length, 0);
  const held = size(series);
  if (held < finite) all.push(`${finite - held} of ${of(total)} not drawn: zero and less have no place on a logarithmic axis.`);
  const frame = new Frame(chart, series);
  const kept = size(series.map((drawn) => frame.thinned(drawn)));
  if (kept < held) all.push(`${kept} of ${of(held)} drawn here, thinned to keep the look; all are in the downloads and in the interactive chart.`);
  return all;
}
