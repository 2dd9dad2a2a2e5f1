// @ts-check
/** The page for searching: its address holds the query, so that a search can be sent around. */
import { make } from "../chart/make.js";
import { address, index } from "./index.js";
import { find } from "./rank.js";

/** The most results that are shown. */
const MOST = 50;

const [input, list, said] = ["q", "results", "said"].map((part) => document.getElementById(`search-${part}`));
const field = /** @type {HTMLInputElement} */ (input);

async function update() {
  const page = location.href.split(/[?#]/)[0];
  const rows = await index(page).catch(() => undefined);
  if (!rows || !list || !said) {
    if (said) said.textContent = "The index did not load. The lists below lead to every page.";
    return;
  }
  const found = find(rows, field.value, MOST);
  list.replaceChildren(...found.map(({ path, title, description, kind }) => {
    const link = make("a", { className: "card-title", href: address(page, path), textContent: title });
    return make("li", {}, link, ` ${kind}`, make("p", { className: "note", textContent: description }));
  }));
  said.textContent = field.value.trim() === "" ? "" : found.length === 0 ? "Nothing found. Every word must occur: try fewer, or only the beginning of one." : `${found.length === MOST ? "The first " : ""}${found.length} ${found.length === 1 ? "page" : "pages"}.`;
}

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.oninput = () => {
  const url = new URL(location.href);
  url.searchParams.set("q", field.value);
  history.replaceState(null, "", url);
  update();
};
if (field.value !== "") update();
