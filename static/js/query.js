// @ts-check
/**
 * Questions to the data, in SQL: keeps form, address and answer the same. Database and engine are loaded with the first question,
 * which may be the address's; whatever is asked is answered in the browser.
 *
 * @typedef {import("./query/address.js").View} View
 * @typedef {import("./query/asking.js").Answer} Answer
 */
import { ignoredWords } from "./address.js";
import { make } from "./chart/make.js";
import { figure } from "./draw/number.js";
import { read, write } from "./query/address.js";
import { Asking, MOST_SECONDS, Unanswered } from "./query/asking.js";
import { axisOf } from "./query/axis.js";
import { csv, extentOf, table } from "./query/table.js";
import { save } from "./save.js";

/** @template {HTMLElement} T @param {string} id @returns {T} */
const part = (id) => /** @type {T} */ (document.getElementById(id));
/** @type {HTMLFormElement} */
const form = part("query");
/** @type {HTMLTextAreaElement} */
const text = part("query-text");
/** @type {HTMLButtonElement} */
const stop = part("query-stop");
const [said, answered, place, schema] = ["query-said", "query-answer", "query-table", "query-schema"].map((id) => part(id));
/** @type {HTMLDetailsElement} */
const chart = part("query-chart");
const choices = /** @type {("x" | "y" | "series")[]} */ (["x", "y", "series"]).map((name) => {
  return { name, select: /** @type {HTMLSelectElement} */ (part(`query-${name}`)) };
});
const first = text.defaultValue;
/** An address that the page states. @param {string} name */
const stated = (name) => new URL(/** @type {HTMLMetaElement} */ (document.querySelector(`meta[name=query-${name}]`)).content, location.href).href;
const asking = new Asking(stated("worker"), { engine: stated("engine"), wasm: stated("wasm"), database: stated("database") });

/** How often was asked: what comes back of an earlier time is of no interest. */
let times = 0;
/** What is answered on the page: nothing while a question is on its way. @type {{q: string, answer: Answer} | undefined} */
let shown;

/** The unit of a column, where all columns of its name have the same. @param {string} name */
function unitOf(name) {
  const units = new Set([...schema.querySelectorAll(`[data-column="${CSS.escape(name)}"]`)].map((it) => /** @type {HTMLElement} */ (it).dataset.unit ?? ""));
  return units.size === 1 ? [...units][0] : "";
}

/** @param {string} words @param {"" | "fault" | "busy"} [state] */
function say(words, state = "") {
  said.textContent = words;
  said.dataset.state = state;
  text.setAttribute("aria-invalid", String(state === "fault"));
  form.setAttribute("aria-busy", String(state === "busy"));
  if (state !== "busy" && document.activeElement === stop) part("query-run").focus();
  stop.hidden = state !== "busy";
}

/** What the address asks, in form and answer. */
async function followAddress() {
  const { view, ignored } = read(location.search);
  text.value = view.q || first;
  if (view.q && view.q === shown?.q) return showChart(view);
  if (view.q) return ask(view.q, ignored);
  times += 1;
  asking.stop("");
  clear();
  say(ignoredWords(ignored));
}

function clear() {
  shown = undefined;
  answered.hidden = true;
}

/** @param {string} q @param {string[]} ignored */
async function ask(q, ignored) {
  const time = ++times;
  clear();
  say("Loading the database …", "busy");
  try {
    const answer = await asking.ask(q, () => say(`Working, for ${MOST_SECONDS} seconds at most …`, "busy"));
    if (time !== times) return;
    shown = { q, answer };
    show(answer);
    say(`${extentOf(answer)} ${figure(answer.took)} ms. ${ignoredWords(ignored)}`.trim());
    await showChart(read(location.search).view);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    if (time === times) say(error.line === null ? error.message : `Line ${error.line}: ${error.message}`, "fault");
  }
}

/** @param {Answer} found */
function show(found) {
  place.replaceChildren(table(found, unitOf));
  answered.hidden = !found.columns.length;
  const names = found.columns.filter((name, column) => found.columns.indexOf(name) === column);
  const axes = names.map((name) => ({ name, kind: axisOf(found, found.columns.indexOf(name))?.kind }));
  const numeric = axes.filter(({ kind }) => kind === "figures").map(({ name }) => name);
  const horizontal = axes.filter(({ kind }) => kind).map(({ name }) => name);
  for (const { name, select } of choices) {
    const offered = { x: horizontal, y: numeric, series: names }[name];
    const none = name === "series" ? "none" : "choose";
    select.replaceChildren(new Option(none, ""), ...offered.map((column) => new Option(column)));
  }
  chart.hidden = numeric.length === 0;
}

/** The chart that a view asks for, as far as the answer has its columns. @param {View} view */
async function showChart(view) {
  const drawing = part("query-drawing");
  for (const { name, select } of choices) select.value = [...select.options].some(({ value }) => value === view[name]) ? view[name] : "";
  const [x, y, series] = choices.map(({ select }) => select.value);
  const answer = shown?.answer;
  const misnamed = choices.filter(({ name, select }) => view[name] && !select.value).map(({ name }) => `${name}=${view[name]}`);
  if (answer && misnamed.length) {
    chart.open = true;
    return drawing.replaceChildren(make("p", {}, `Not drawn: the answer has no such column to draw by: ${misnamed.join(", ")}.`));
  }
  if (!answer || !x || !y) return drawing.replaceChildren();
  chart.open = true;
  const list = /** @type {HTMLTemplateElement} */ (document.getElementById("query-modules"));
  document.head.append(list.content);
  const module = await import("./query/chart.js").catch(() => undefined);
  if (!module) drawing.replaceChildren("What draws did not load. Load the page again.");
  else if (answer === shown?.answer) drawing.replaceChildren(module.drawing(module.chartOf(answer, { x, y, series }, unitOf)));
}

/** Makes a view the address's, and shows it. @param {View} view */
function go(view) {
  const query = write(view);
  if (query !== location.search) history.pushState(null, "", location.pathname + query);
  return followAddress();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // To ask the same again is to ask again.
  clear();
  go({ ...read(location.search).view, q: text.value });
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
stop.addEventListener("click", () => {
  asking.stop("Stopped.");
});
for (const { name, select } of choices) {
  select.addEventListener("change", () => go({ ...read(location.search).view, [name]: select.value }));
}
part("query-csv").addEventListener("click", () => {
  if (shown) save(new Blob([csv(shown.answer)], { type: "text/csv" }), "answer.csv");
});
for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-question]"))) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    clear();
    go(read(link.search).view);
    form.scrollIntoView();
  });
}

/** A column's name can be put into the question. */
schema.addEventListener("toggle", ({ target }) => {
  for (const code of /** @type {HTMLElement} */ (target).querySelectorAll("dt > code")) {
    const button = make("button", { type: "button", textContent: code.textContent });
    button.onclick = () => {
      text.setRangeText(code.textContent ?? "", text.selectionStart, text.selectionEnd, "end");
      text.focus();
    };
    code.replaceWith(button);
  }
}, true);

addEventListener("popstate", followAddress);
followAddress();
