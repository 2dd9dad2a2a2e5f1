// @ts-check
/**
 * Waits at each chart for its reader: a pointer, a tap, the focus or a key. Only then chart/live.js is loaded, which
 * puts Plotly in the place of the drawing. Whatever fails, the drawing stays.
 *
 * @typedef {object} Stage a figure in the page
 * @property {HTMLElement} figure
 * @property {HTMLElement} box holds the drawing, and later the live chart over it
 * @property {HTMLElement} tools the row of buttons
 * @property {HTMLElement} said what screen readers are told
 * @property {() => import("./chart/look.js").Spec} [spec] makes what to show instead of the figure's file
 *
 * @typedef {import("./chart/live.js").LiveChart} LiveChart
 */

const keys = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "Enter", " ", "Escape"];

/** What happens to a figure that gets another chart. @type {WeakMap<HTMLElement, (spec: () => import("./chart/look.js").Spec) => Promise<void>>} */
const gives = new WeakMap();

/** Gives a figure another chart, whose drawing is in its box already. @param {HTMLElement} figure @param {() => import("./chart/look.js").Spec} spec makes it, when it is needed */
export async function give(figure, spec) {
  await gives.get(figure)?.(spec);
}

/** @param {HTMLElement} figure */
function watch(figure) {
  const [box, tools, title] = ["box", "tools", "title"].map((part) => /** @type {HTMLElement} */ (figure.querySelector(`.chart-${part}`)));
  const said = Object.assign(document.createElement("p"), { className: "chart-said", role: "status" });
  /** @type {Stage} */
  const stage = { figure, box, tools, said };
  /** @type {Promise<LiveChart | void> | undefined} */
  let live;

  /** Once; after a failure the next turn to the chart tries again. */
  const wake = () => (live ??= load(stage).catch(() => {
    live = undefined;
    said.textContent = tools.textContent = "The interactive chart did not load. The picture, the table and the downloads are complete.";
  }));

  box.after(said);
  box.tabIndex = 0;
  box.role = "application";
  const name = () => {
    box.ariaLabel = `Chart: ${title.textContent}. Arrow keys go from point to point, Space pins one, Enter opens it, Escape leaves.`;
  };
  name();
  gives.set(figure, async (spec) => {
    stage.spec = spec;
    name();
    const chart = await live;
    if (!chart) return;
    // Plotly takes longer than the drawing, which the reader sees meanwhile.
    box.classList.remove("live");
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    if (stage.spec !== spec) return;
    await chart.show(spec());
    box.classList.add("live");
  });
  tools.textContent = "Tap or point at the chart to explore it.";
  box.onpointerenter = (event) => event.pointerType !== "touch" && wake();
  box.onclick = box.onfocus = wake;
  box.onkeydown = async (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || !keys.includes(key)) return;
    if (target !== box && key !== "Escape") return;
    event.preventDefault();
    (await wake())?.press(key);
    if (target !== box) box.focus();
  };
}

/** The page lists the modules that are needed now, with their integrity. */
function announce() {
  const list = /** @type {HTMLTemplateElement} */ (document.getElementById("chart-modules"));
  document.head.append(list.content);
}

/** @param {Stage} stage */
async function load(stage) {
  announce();
  return (await import("./chart/live.js")).open(stage);
}

/** A click copies; with a key held, or when the module doesn't come, the link leads where it says. @param {HTMLAnchorElement} link */
function watchShare(link) {
  link.onclick = async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    announce();
    await import("./chart/share.js").then(({ share }) => share(link), () => location.assign(link.href));
  };
}

for (const figure of document.querySelectorAll("figure.chart")) watch(/** @type {HTMLElement} */ (figure));
for (const link of document.querySelectorAll("a[data-share]")) watchShare(/** @type {HTMLAnchorElement} */ (link));
