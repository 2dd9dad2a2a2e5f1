// @ts-check
/**
 * The way from point to point by keys.
 *
 * @typedef {{curve: number, point: number, x: number, group: string}} Spot one point of a figure
 */

/**
 * The visible points in walking order: series by series, each from left to right; bars from the top.
 * @param {import("./look.js").Spec} spec @param {any[]} traces the figure's traces as they look now @param {boolean} scatter
 * @returns {Spot[]}
 */
export function spots(spec, traces, scatter) {
  /** @type {Spot[]} */
  const spots = traces.flatMap((trace, curve) => {
    const group = trace.legendgroup ?? "";
    return trace.visible && trace.hoverinfo !== "skip" ? trace.x.map((/** @type {number} */ x, /** @type {number} */ point) => ({ curve, point, x, group })) : [];
  });
  if (!scatter) {
    const rows = spec.layout.yaxis.categoryarray;
    const row = (/** @type {Spot} */ spot) => rows.indexOf(spec.data[spot.curve].y[spot.point]);
    return spots.sort((a, b) => row(b) - row(a));
  }
  const order = [...new Set(spec.data.map((trace) => trace.legendgroup))];
  return spots.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.x - b.x);
}

/**
 * Where a key leads from a point; nowhere if it is not a key to walk with.
 * @param {string} key @param {Spot[]} spots @param {Spot | undefined} at @param {boolean} scatter
 * @returns {Spot | undefined}
 */
export function next(key, spots, at, scatter) {
  const now = spots.findIndex((spot) => spot.curve === at?.curve && spot.point === at?.point);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[key];
  if (key === "Home" || (step && now < 0)) return spots[0];
  if (key === "End") return spots.at(-1);
  if (!step) return undefined;
  const across = key === "ArrowRight" || key === "ArrowLeft";
  if (scatter && !across) return nearest(spots, spots[now], step);
  return spots[Math.min(Math.max(now + step, 0), spots.length - 1)];
}

/** The point of the next series that is nearest across. @param {Spot[]} spots @param {Spot} from @param {number} step */
function nearest(spots, from, step) {
  const groups = [...new Set(spots.map((spot) => spot.group))];
  const group = groups[(groups.indexOf(from.group) + step + groups.length) % groups.length];
  const across = (/** @type {Spot} */ spot) => Math.abs(spot.x - from.x);
  return spots.filter((spot) => spot.group === group).sort((a, b) => across(a) - across(b))[0];
}

/** What a figure says of a point, line by line. @param {import("./look.js").Spec} spec @param {Spot} spot @returns {string[]} */
export function words(spec, { curve, point }) {
  const trace = spec.data[curve];
  // Plotly reads its texts as HTML. The text of a bar is what stands beside it.
  const text = (trace.type === "bar" ? trace.hovertext : trace.text)[point].replaceAll("<br>", "\n");
  return (new DOMParser().parseFromString(text, "text/html").body.textContent ?? "").split("\n");
}

/** The address of a point's measurement. @param {import("./look.js").Spec} spec @param {Spot} spot @returns {string} */
export function address(spec, { curve, point }) {
  const trace = spec.data[curve];
  return (trace.customdata ?? trace.ids)[point];
}
