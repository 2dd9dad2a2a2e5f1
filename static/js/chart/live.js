// @ts-check
/**
 * A chart that its reader has turned to: Plotly in the place of the drawing, in the same box, from the same figure.
 *
 * @typedef {import("./look.js").Spec} Spec
 * @typedef {import("./look.js").Stage} Stage
 * @typedef {import("./walk.js").Spot} Spot
 */
import { wakeLegend } from "./legend.js";
import { folded, isNarrow, layout, ring, traces, unchanged } from "./look.js";
import { make } from "./make.js";
import { plotly, usesWebGl, withoutWebGl } from "./plotly.js";
import { addTools } from "./tools.js";
import { address, next, spots, words } from "./walk.js";

/** Loads all that a live chart needs, and shows it. @param {Stage} stage */
export async function open(stage) {
  const [basic, spec] = await Promise.all([plotly(), stage.spec?.() ?? figureAt(stage.figure.dataset.figure ?? "")]);
  const strong = usesWebGl(spec) && document.querySelector("meta[name=plotly-webgl]") ? await plotly("plotly-webgl") : undefined;
  const live = new LiveChart(stage, strong ?? basic, spec, Boolean(strong));
  try {
    await live.open();
  } catch (error) {
    live.plot.remove();
    throw error;
  }
  return live;
}

/** @param {string} url @returns {Promise<Spec>} */
async function figureAt(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

export class LiveChart {
  /** The point that the reader is at. @type {Spot | undefined} */
  at;
  /** What is pinned to the chart. @type {HTMLElement | undefined} */
  pinned;

  /** @param {Stage} stage @param {any} Plotly @param {Spec} spec @param {boolean} hasWebGl whether this Plotly draws with WebGL */
  constructor(stage, Plotly, spec, hasWebGl) {
    this.hasWebGl = hasWebGl;
    this.stage = stage;
    this.Plotly = Plotly;
    this.spec = folded(hasWebGl ? spec : withoutWebGl(spec));
    this.scatter = stage.figure.dataset.kind !== "bars";
    this.choice = unchanged(this.spec, 0);
    /** @type {any} */
    this.plot = make("div", { className: "chart-live", ariaHidden: "true" });
  }

  async open() {
    const { box } = this.stage;
    box.append(this.plot);
    await this.draw();
    if (this.plot.querySelector(".no-webgl")) await this.drawWithoutWebGl();
    box.classList.add("live");
    let last = -Infinity;
    this.plot.on("plotly_click", (/** @type {any} */ event) => {
      // One tap comes twice: by touch, and then as the mouse that the browser makes of it, which is at the point before.
      const { timeStamp } = event.event;
      if (timeStamp - last < 600) return;
      last = timeStamp;
      const { curveNumber, pointNumber } = event.points[0];
      this.pin(this.spots().find((spot) => spot.curve === curveNumber && spot.point === pointNumber));
    });
    addTools(this);
    wakeLegend(this);
    const redraw = () => this.draw();
    new ResizeObserver(redraw).observe(box);
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  }

  /** Another chart in the place of this one. @param {Spec} spec */
  async show(spec) {
    this.spec = folded(this.hasWebGl ? spec : withoutWebGl(spec));
    this.choice = unchanged(this.spec, this.choice.revision + 1);
    this.unpin();
    addTools(this);
    wakeLegend(this);
    await this.draw();
  }

  draw() {
    const data = traces(this);
    if (this.at && this.scatter) data.push(ring(this, this.at));
    return this.Plotly.react(this.plot, data, layout(this), this.spec.config);
  }

  drawWithoutWebGl() {
    this.spec = withoutWebGl(this.spec);
    this.hasWebGl = false;
    this.Plotly.purge(this.plot);
    this.plot.textContent = "";
    return this.draw();
  }

  spots() {
    return spots(this.spec, traces(this), this.scatter);
  }

  /** What a key means here. @param {string} key */
  press(key) {
    if (key === "Escape") this.leave();
    else if (key === "Enter") this.at && location.assign(address(this.spec, this.at));
    else if (key === " ") this.pin(this.at);
    else this.go(next(key, this.spots(), this.at, this.scatter));
  }

  /** @param {string} words what a screen reader is told */
  say(words) {
    this.stage.said.textContent = words;
  }

  /** @param {Spot | undefined} spot */
  async go(spot) {
    if (!spot) return;
    if (this.pinned || isNarrow(this.stage)) return this.pin(spot);
    this.at = spot;
    this.say(words(this.spec, spot).join(", "));
    await this.draw();
    this.Plotly.Fx.hover(this.plot, [{ curveNumber: spot.curve, pointNumber: spot.point }]);
  }

  leave() {
    this.unpin();
    this.Plotly.Fx.unhover(this.plot);
    this.say("");
  }

  /** Keeps a point's configuration on the chart, with a link to its measurement. @param {Spot | undefined} spot */
  pin(spot) {
    if (!spot) return;
    this.unpin();
    this.at = spot;
    this.Plotly.Fx.unhover(this.plot);
    const { box } = this.stage;
    const lines = words(this.spec, spot);
    const goal = this.scatter ? "Open the measurement" : "Open the page";
    const link = make("a", { href: address(this.spec, spot), textContent: goal });
    const close = make("button", { type: "button", textContent: "Close" });
    close.onclick = () => {
      this.leave();
      box.focus();
    };
    const actions = make("p", { className: "chart-actions" }, link, close);
    const shown = lines.map((line) => make("p", { textContent: line }));
    this.pinned = make("div", { className: "chart-pin", role: "group", ariaLabel: "Pinned point" }, ...shown, actions);
    this.pinned.classList.toggle("chart-pin-right", this.isLeft(spot));
    box.append(this.pinned);
    this.draw();
    this.say(lines.join(", "));
  }

  /** Whether a point lies in the left half of the chart. @param {Spot} spot */
  isLeft(spot) {
    const axis = this.plot._fullLayout.xaxis;
    return axis.c2p(axis.d2c(spot.x)) < axis._length / 2;
  }

  unpin() {
    this.pinned?.remove();
    this.pinned = this.at = undefined;
    this.draw();
  }
}
