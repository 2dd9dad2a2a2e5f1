// @ts-check
/**
 * The explorer: keeps form, address and chart the same. What draws is loaded when the reader asks for another view than the
 * first; the address always is the view.
 *
 * @typedef {import("./explorer/address.js").View} View
 */
import { ignoredWords } from "./address.js";
import { read, write } from "./explorer/address.js";
import { fill, fromForm } from "./explorer/form.js";
import { indexOfPage } from "./explorer/index.js";

const index = indexOfPage();
const form = /** @type {HTMLFormElement} */ (document.getElementById("explorer"));
const said = /** @type {HTMLElement} */ (document.getElementById("explorer-said"));
const figure = /** @type {HTMLElement} */ (document.getElementById("view"));
const first = write(read("", index).view, index);

/** What is drawn, or being drawn; nothing after a failure. @type {string | undefined} */
let drawn = first;
figure.dataset.view = first;
figure.dataset.choices = "form";

/** @param {string} text what the reader should know; nothing hides it */
function say(text) {
  said.textContent = text;
  said.hidden = !text;
}

/** Shows a view. @param {View} view */
async function show(view) {
  const query = write(view, index);
  if (query === drawn) return;
  drawn = query;
  figure.setAttribute("aria-busy", "true");
  try {
    const list = /** @type {HTMLTemplateElement} */ (document.getElementById("explorer-modules"));
    document.head.append(list.content.cloneNode(true));
    list.content.replaceChildren();
    const { draw } = await import("./explorer/draw.js");
    await draw(figure, view, index, () => drawn === query);
    if (drawn === query) figure.dataset.view = query;
  } catch (error) {
    console.error(error);
    if (drawn !== query) return;
    drawn = undefined;
    say("This view did not load, so the chart still shows the one before. Change a choice to try again.");
  } finally {
    if (drawn === query || drawn === undefined) figure.removeAttribute("aria-busy");
  }
}

/** The view of the address, in form and chart. */
function fromAddress() {
  const { view, ignored } = read(location.search, index);
  fill(form, view, index);
  say(ignoredWords(ignored));
  return show(view);
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  const before = read(location.search, index).view;
  const view = fromForm(form, before, index, /** @type {HTMLInputElement} */ (event.target).name);
  const query = write(view, index);
  say("");
  if (query !== write(before, index) || location.search !== query) history.pushState(null, "", location.pathname + query);
  fill(form, view, index);
  show(view);
});
addEventListener("popstate", fromAddress);
fromAddress();
