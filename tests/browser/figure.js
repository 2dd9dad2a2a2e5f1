// The faces of one chart as data: what its CSV file, its Plotly figure and its drawing say, in a form that compares.

/**
 * @typedef {object} Point
 * @property {number} x
 * @property {number} y
 * @property {string} address
 * @property {boolean} front whether it is in front of the points that others dominate
 */

/** RFC 4180. @param {string} text @returns {string[][]} */
export function parseCsv(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const [sign, row] = [text[at], rows[rows.length - 1]];
    if (quoted && sign === '"' && text[at + 1] === '"') at += 1;
    else if (sign === '"') {
      quoted = !quoted;
      continue;
    } else if (!quoted && sign === ",") {
      row.push("");
      continue;
    } else if (!quoted && sign === "\n") {
      rows.push([""]);
      continue;
    }
    row[row.length - 1] += text[at];
  }
  return rows.filter((row) => row.length > 1);
}

/**
 * The points of a scatter chart's CSV file that its axes can hold. All of a series without a frontier are in front.
 * @param {string} csv @param {any} layout the layout of the chart's Plotly figure @returns {Point[]}
 */
export function pointsOfCsv(csv, layout) {
  const [header, ...all] = parseCsv(csv);
  const [frontier, address] = [header.indexOf("Frontier"), header.indexOf("Address")];
  const holds = (/** @type {string} */ cell, /** @type {any} */ axis) => cell !== "" && (axis.type !== "log" || Number(cell) > 0);
  const rows = all.filter((row) => holds(row[2], layout.xaxis) && holds(row[3], layout.yaxis));
  const led = new Set(rows.filter((row) => row[frontier] === "yes").map((row) => row[0]));
  const front = (/** @type {string[]} */ row) => row[frontier] === "yes" || !led.has(row[0]);
  return rows.map((row) => ({ x: Number(row[2]), y: Number(row[3]), address: row[address], front: front(row) }));
}

/**
 * The points of a Plotly figure.
 * @param {{data: any[]}} figure @param {string} base the path that the site is published below @returns {Point[]}
 */
export function pointsOfPlotly({ data }, base) {
  return data.flatMap((trace) =>
    trace.x.map((/** @type {number} */ x, /** @type {number} */ index) => ({
      x,
      y: trace.y[index],
      address: trace.customdata[index].slice(base.length),
      front: trace.showlegend !== false,
    })),
  );
}

/** Points in an order of their own, as text. @param {Point[]} points */
export function listed(points) {
  return points.map(({ x, y, address, front }) => `${x} ${y} ${address} ${front ? "in front" : "behind"}`).sort();
}

/**
 * Where the markers of a chart's drawing are on the screen; runs in the page.
 * @param {Element} box @returns {{x: number, y: number}[]}
 */
export function marksOfDrawing(box) {
  const svg = /** @type {SVGSVGElement} */ (box.querySelector(":scope > svg"));
  const toScreen = svg.getScreenCTM() ?? new DOMMatrix();
  return [...svg.querySelectorAll("path.mark, path.dominated")].flatMap((path) =>
    [...(path.getAttribute("d") ?? "").matchAll(/M(-?[\d.]+) ?(-?[\d.]+)/g)].map(([, x, y]) => {
      const at = new DOMPoint(Number(x), Number(y)).matrixTransform(toScreen);
      return { x: at.x, y: at.y };
    }),
  );
}

/**
 * Where the markers of a live chart are on the screen; runs in the page.
 * @param {Element} box @returns {{x: number, y: number}[]}
 */
export function marksOfPlotly(box) {
  return [...box.querySelectorAll(".chart-live .scatterlayer .point")].map((point) => {
    const matrix = /** @type {SVGGraphicsElement} */ (point).getScreenCTM();
    return { x: matrix?.e ?? NaN, y: matrix?.f ?? NaN };
  });
}
