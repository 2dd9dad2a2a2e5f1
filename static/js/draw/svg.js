// @ts-check
/**
 * The drawing of a chart, its legend, and the drawing that stands alone; as in src/chart/{svg,legend,document}.rs.
 *
 * @typedef {import("./chart.js").Chart} Chart
 * @typedef {import("./chart.js").Series} Series
 * @typedef {import("./frame.js").Drawn} Drawn
 */
import { HEIGHT, WIDTH, escape } from "./chart.js";
import { Frame, drawn, labels } from "./frame.js";
import { RADIUS, SMALL, colorClass, dashClass, outline, pair } from "./marker.js";
import { coordinate, count } from "./number.js";

/** The most series that a legend lists. */
const MOST_SERIES = 60;

/** @param {Chart} chart */
export function svg(chart) {
  const id = escape(chart.id);
  return (
    `<svg class="chart-svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" ` +
    `aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${escape(chart.title)}</title>` +
    `<desc id="${id}-desc">${escape(chart.summary)}</desc>${drawing(chart)}</svg>`
  );
}

/** What is in the drawing. @param {Chart} chart */
function drawing(chart) {
  const all = drawn(chart);
  if (all.every(({ frontier, others }) => !frontier.length && !others.length)) {
    return `<text class="nothing" x="${WIDTH / 2}" y="${HEIGHT / 2}">No measurements</text>`;
  }
  const frame = new Frame(chart, all);
  const series = all.map((drawn) => frame.thinned(drawn));
  const dominated = series.filter(({ frontier }) => frontier.length).map((it) => marks("dominated", it, it.others, frame));
  const leading = series.map((it) => line(it, frame) + marks("mark", it, it.frontier.length ? it.frontier : it.others, frame));
  const beside = [...labels(chart, all, frame)].map(([point, text]) => {
    const [x, y] = frame.place(point);
    return `<text x="${coordinate(x)}" y="${coordinate(y)}" dx=".6em" dy="-.4em">${escape(text)}</text>`;
  });
  const loads = beside.length ? `<g class="point-labels">${beside.join("")}</g>` : "";
  return frame.axes(chart) + dominated.join("") + leading.join("") + loads;
}

/** The frontier as straight lines. @param {Drawn} drawn @param {Frame} frame */
function line({ series, frontier }, frame) {
  if (frontier.length < 2) return "";
  const path = frontier.map((point) => pair(...frame.place(point))).join(" ");
  return `<path class="line ${colorClass(series.style)} ${dashClass(series.style)}" d="M${path}"/>`;
}

/** All markers of one kind of a series in one path. @param {string} name @param {Drawn} drawn @param {Drawn["others"]} points @param {Frame} frame */
function marks(name, { series }, points, frame) {
  if (!points.length) return "";
  const shape = outline(series.style, name === "dominated" ? SMALL : RADIUS);
  const path = points.map((point) => `M${pair(...frame.place(point))}${shape}`).join("");
  return `<path class="${name} ${colorClass(series.style)}" d="${path}"/>`;
}

/** A list of the series, to stand under the drawing. @param {Chart} chart */
export function legend({ series }) {
  if (!series.length) return "";
  const entry = (/** @type {Series} */ series) =>
    `<li data-series="${escape(series.key)}"><svg class="chart-svg" viewBox="0 0 30 14" width="30" height="14" aria-hidden="true">` +
    `${sample(series, 0, 7)}</svg>${escape(series.name)}</li>`;
  const more = series.length > MOST_SERIES ? `<li>and ${count(series.length - MOST_SERIES)} more series</li>` : "";
  return `<ul class="chart-legend">${series.slice(0, MOST_SERIES).map(entry).join("")}${more}</ul>`;
}

/** A line with a marker on it, 30 units wide. @param {Series} series @param {number} x @param {number} y */
function sample({ style, frontier }, x, y) {
  const line = frontier.length > 1 ? `<path class="line ${colorClass(style)} ${dashClass(style)}" d="M${x} ${y}h30"/>` : "";
  return `${line}<path class="mark ${colorClass(style)}" d="M${x + 15} ${y}${outline(style, 4.5)}"/>`;
}

/** Free space around the drawing that stands alone, room for its title, a row of its legend, and its longest name. */
const [BORDER, TITLE, ROW, LONGEST_NAME] = [16, 36, 22, 36];

/**
 * An SVG file with everything in it: title, drawing, legend and the light theme's colours.
 * @param {Chart} chart @param {string} rules the style rules, as src/chart/palette.rs gives them
 */
export function svgDocument(chart, rules) {
  const width = WIDTH + 2 * BORDER;
  const height = TITLE + HEIGHT + ROW * Math.ceil(chart.series.length / 2) + 2 * BORDER;
  const rows = chart.series.map((series, index) => {
    const [x, y] = [(WIDTH / 2) * (index % 2), ROW * (Math.floor(index / 2) + 0.5)];
    const name = [...series.name].slice(0, LONGEST_NAME).join("");
    return `${sample(series, x, y)}<text x="${x + 38}" y="${y}" dy=".35em">${escape(name)}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart-svg" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" font-family="sans-serif" role="img">` +
    `<title>${escape(chart.title)}</title><desc>${escape(chart.summary)}</desc><style>${rules}</style>` +
    `<path class="paper" d="M0 0h${width}v${height}H0z"/>` +
    `<text class="title" x="${BORDER}" y="34">${escape(chart.title)}</text>` +
    `<g transform="translate(${BORDER} ${BORDER + TITLE})">${drawing(chart)}</g>` +
    `<g transform="translate(${BORDER} ${BORDER + TITLE + HEIGHT})">${rows.join("")}</g></svg>\n`
  );
}
