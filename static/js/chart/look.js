// @ts-check
/**
 * How a figure looks now: as the build made it, in the colours of the page, at the size of its box, and as its reader
 * wants it. All of it is a function of a view; nothing here touches the page.
 *
 * @typedef {import("../chart.js").Stage} Stage
 * @typedef {{data: any[], layout: any, config: any}} Spec a Plotly figure as src/chart/plotly.rs writes it
 *
 * @typedef {object} Choice what a reader has chosen
 * @property {Set<string>} hidden the series that are not shown, by their keys
 * @property {boolean} frontierOnly whether points that are not on a frontier are left out
 * @property {boolean} pan whether dragging moves the chart; else it zooms
 * @property {{x: string, y: string}} types the scale of each axis: `log` or `linear`
 * @property {number} revision a new one makes Plotly forget zoom and pan
 *
 * @typedef {{stage: Stage, spec: Spec, scatter: boolean, choice: Choice}} View
 */

/** What a figure starts with. @param {Spec} spec @param {number} revision @returns {Choice} */
export function unchanged({ layout }, revision) {
  const types = { x: layout.xaxis.type, y: layout.yaxis.type };
  return { hidden: new Set(), frontierOnly: false, pan: false, types, revision };
}

/** Folds long lines of the points' texts, so that a hover label doesn't hide the chart. @param {Spec} spec @returns {Spec} */
export function folded(spec) {
  const fold = (/** @type {string} */ line) => line.replace(/(.{1,44})(?: |$)/g, "$1<br>").slice(0, -4);
  const texts = (/** @type {string} */ text) => text.split("<br>").map(fold).join("<br>");
  return { ...spec, data: spec.data.map((trace) => (trace.hovertext ? trace : { ...trace, hovertext: trace.text.map(texts) })) };
}

/** Whether there is too little room for a hover label beside the points. @param {Stage} stage */
export function isNarrow(stage) {
  return stage.box.clientWidth < 500;
}

/** The figure's traces in the colours of the page, and as visible as the reader wants. @param {View} view */
export function traces({ stage, spec, choice }) {
  const style = getComputedStyle(stage.figure);
  const slots = spec.layout.colorway;
  /** @param {any} color @returns {any} */
  const own = (color) =>
    Array.isArray(color) ? color.map(own) : style.getPropertyValue(`--series-${slots.indexOf(color) + 1}`).trim();
  const scale = Math.min(Math.max(stage.box.clientWidth / spec.layout.width, 0.65), 1.2);
  return spec.data.map((trace) => {
    const marker = { ...trace.marker, color: own(trace.marker.color), size: trace.marker.size * scale };
    if (trace.marker.opacity === 1) marker.line = { width: 1, color: style.getPropertyValue("--chart-background") };
    const visible = !choice.hidden.has(trace.legendgroup) && !(choice.frontierOnly && trace.showlegend === false);
    const hoverinfo = isNarrow(stage) && trace.hoverinfo !== "skip" ? "none" : trace.hoverinfo;
    return { ...trace, marker, visible, hoverinfo, line: trace.line && { ...trace.line, color: own(trace.line.color) } };
  });
}

/** A ring around a point. @param {View} view @param {{curve: number, point: number}} at */
export function ring({ stage, spec }, { curve, point }) {
  const { x, y } = spec.data[curve];
  const color = getComputedStyle(stage.figure).getPropertyValue("--chart-text").trim();
  const marker = { symbol: "circle-open", size: 18, color, line: { width: 2 } };
  return { type: "scatter", mode: "markers", x: [x[point]], y: [y[point]], marker, hoverinfo: "skip" };
}

/** The figure's layout at the size of its box, without the titles that the page already shows. @param {View} view */
export function layout(view) {
  const { spec, stage, choice } = view;
  const { box, figure } = stage;
  const whole = spec.layout;
  const scale = box.clientWidth / whole.width;
  const style = getComputedStyle(figure);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--chart-${name}`).trim();
  const label = box.querySelector("text");
  const size = label ? parseFloat(getComputedStyle(label).fontSize) * scale : 12;
  const { l, r, t, b } = whole.margin;
  const hover = { align: "left", bgcolor: color("background"), bordercolor: color("axis") };
  return {
    ...whole,
    title: undefined,
    showlegend: false,
    width: box.clientWidth,
    height: whole.height * scale,
    margin: { ...whole.margin, l: l * scale, r: r * scale, t: t * scale, b: b * scale },
    font: { size, color: color("muted"), family: style.fontFamily },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    hoverlabel: { ...hover, font: { size: 13, color: color("text"), family: style.fontFamily } },
    dragmode: choice.pan ? "pan" : matchMedia("(pointer: coarse)").matches ? false : "zoom",
    uirevision: choice.revision,
    xaxis: axis(view, "x", color),
    yaxis: axis(view, "y", color),
  };
}

/** @param {View} view @param {"x" | "y"} name @param {(name: string) => string} color */
function axis({ spec, scatter, stage, choice }, name, color) {
  const axis = spec.layout[`${name}axis`];
  const type = choice.types[name];
  const free = { type, range: undefined, autorange: true, rangemode: "tozero", ...marks(spec, name, type) };
  const ticklen = axis.ticklen && (axis.ticklen * stage.box.clientWidth) / spec.layout.width;
  const line = { showline: scatter && name === "x", linecolor: color("axis"), zerolinecolor: color("axis") };
  return { ...axis, ...(type === axis.type ? {} : free), ...line, ticklen, title: undefined, gridcolor: color("grid") };
}

/**
 * How an axis whose scale the reader has changed is marked; as in src/chart/plotly.rs.
 * @param {Spec} spec @param {"x" | "y"} name @param {string} type
 */
function marks(spec, name, type) {
  const values = spec.data.flatMap((trace) => trace[name]).filter((value) => value > 0);
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, 0]);
  if (type !== "log") return { nticks: undefined, tickformat: most < 1000 ? undefined : "~s" };
  const decades = Math.log10(most / least);
  const subdivided = decades * 3 <= (name === "x" ? 11 : 9);
  const nticks = subdivided ? Math.max(Math.round(decades / 0.45), 2) : Math.max(Math.floor(decades / 0.75), 1);
  return { nticks, tickformat: least < 1 ? "~g" : "~s" };
}

/**
 * The figure with what the page shows around it: title, axis titles, legend.
 * @param {View} view @param {{xaxis: number[], yaxis: number[]}} ranges what the reader sees of each axis
 */
export function picture(view, ranges) {
  const { spec, stage, scatter } = view;
  const style = getComputedStyle(stage.figure);
  const paper = style.getPropertyValue("--chart-background").trim();
  const { title, showlegend, margin } = spec.layout;
  const now = layout(view);
  const titled = (/** @type {"xaxis" | "yaxis"} */ name) => {
    return { ...now[name], title: spec.layout[name].title, range: ranges[name], autorange: false };
  };
  const around = {
    title,
    showlegend,
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    margin: scatter ? { l: 80, r: 30, t: 70, b: 70 } : { ...margin, t: 70, b: 50 },
    font: { ...now.font, size: 14, color: style.getPropertyValue("--chart-text").trim() },
    legend: { orientation: "h", y: -0.15 },
    xaxis: titled("xaxis"),
    yaxis: titled("yaxis"),
  };
  return { data: traces(view), layout: { ...now, ...around } };
}
