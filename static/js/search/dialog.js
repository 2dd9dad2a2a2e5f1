// @ts-check
/** The search box over a page: a combobox in a dialog. Arrows choose, Enter goes, Escape leaves. */
import { make } from "../chart/make.js";
import { address, index } from "./index.js";
import { find } from "./rank.js";

/** The most results that the box shows; the page for searching has more. */
const MOST = 8;

/** @type {HTMLDialogElement | undefined} */
let dialog;

/** @param {HTMLAnchorElement} link the header's link to the page for searching */
export function show(link) {
  dialog ??= build(link.href);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input")?.select();
}

/** @param {string} page */
function build(page) {
  const input = make("input", { type: "search", name: "q", autocomplete: "off", spellcheck: false, placeholder: "Model, accelerator, run, day …" });
  input.setAttribute("aria-label", "Search this site");
  const list = make("ul", { id: "search-options", role: "listbox", ariaLabel: "Results", hidden: true });
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", list.id);
  const said = make("p", { className: "search-said", role: "status" });
  const close = make("button", { type: "button", textContent: "Close" });
  close.onclick = () => it.close();
  const form = make("form", { action: page, className: "search-form" }, input, close);
  form.role = "search";
  const it = make("dialog", { className: "search-dialog", ariaLabel: "Search" }, form, list, said);
  input.oninput = () => update(page, input, list, said);
  input.onkeydown = (event) => press(event, input, list);
  it.addEventListener("click", (event) => event.target === it && it.close());
  document.body.append(it);
  return it;
}

/** @param {string} page @param {HTMLInputElement} input @param {HTMLUListElement} list @param {HTMLElement} said */
async function update(page, input, list, said) {
  const rows = await index(page).catch(() => undefined);
  if (!rows) {
    said.textContent = "The index did not load. Enter opens the page for searching.";
    return;
  }
  const found = find(rows, input.value, MOST);
  list.replaceChildren(...found.map(({ path, title, description, kind }, at) => {
    const words = [make("strong", { textContent: title }), ` ${kind}`, make("small", { textContent: description })];
    const option = make("a", { id: `search-option-${at}`, role: "option", ariaSelected: "false", href: address(page, path), tabIndex: -1 }, ...words);
    return make("li", { role: "none" }, option);
  }));
  choose(input, list, -1);
  list.hidden = found.length === 0;
  input.ariaExpanded = String(found.length > 0);
  said.textContent = input.value.trim() === "" ? "" : found.length === 0 ? "Nothing found." : `${found.length === MOST ? "The first " : ""}${found.length} ${found.length === 1 ? "result" : "results"}. Arrow keys choose, Enter opens.`;
}

/** The results that are shown. @param {HTMLUListElement} list */
const optionsOf = (list) => [.../** @type {NodeListOf<HTMLAnchorElement>} */ (list.querySelectorAll("a"))];

/** @param {HTMLInputElement} input @param {HTMLUListElement} list @param {number} at */
function choose(input, list, at) {
  const options = optionsOf(list);
  options.forEach((option, index) => (option.ariaSelected = String(index === at)));
  const option = options[at];
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} input @param {HTMLUListElement} list */
function press(event, input, list) {
  const options = optionsOf(list);
  const at = options.findIndex((option) => option.ariaSelected === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    // One more place than options: the field itself.
    const places = options.length + 1;
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(input, list, ((at + 1 + step + places) % places) - 1);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    options[at]?.click();
  }
}
