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
 */

const keys = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "Enter", " ", "Escape"];

/** @param {HTMLElement} figure */
function watch(figure) {
  const [box, tools, title] = ["box", "tools", "title"].map((part) => /** @type {HTMLElement} */ (figure.querySelector(`.chart-${part}`)));
  const said = Object.assign(document.createElement("p"), { className: "chart-said", role: "status" });
  /** @type {Promise<import("./chart/live.js").LiveChart | void> | undefined} */
  let live;

  /** Once; after a failure the next turn to the chart tries again. */
  const wake = () => (live ??= load({ figure, box, tools, said }).catch(() => {
    live = undefined;
    said.textContent = tools.textContent = "The interactive chart did not load. The picture, the table and the downloads are complete.";
  }));

  box.after(said);
  box.tabIndex = 0;
  box.role = "application";
  box.ariaLabel = `Chart: ${title.textContent}. Arrow keys go from point to point, Space pins one, Enter opens it, Escape leaves.`;
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
