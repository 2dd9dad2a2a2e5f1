// @ts-check
/** The cost calculator: works out the reader's own case, keeps it in the address, and gives it away as a file. */
import { ignoredWords, nonsenseOf, ofForm, ofQuery, show, toQuery } from "./address.js";
import { isAmount } from "./amounts.js";
import { make } from "./chart/make.js";
import { csvLine } from "./csv.js";
import { figure } from "./draw/number.js";
import { ownership } from "./ownership.js";
import { save } from "./save.js";

/** @typedef {import("./address.js").Values} Values */

const form = /** @type {HTMLFormElement} */ (document.getElementById("assumptions"));
const accelerator = /** @type {HTMLSelectElement} */ (form.elements.namedItem("accelerator"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
const fields = [...form.querySelectorAll("input")];
/** The accelerator of the worked example. */
const example = [...accelerator.options].find((option) => option.defaultSelected)?.value ?? "";
/** What each assumption of the example rests on. */
const bases = new Map(fields.map(({ name }) => [name, [...basis(name).childNodes]]));

/** @param {string} name @returns {HTMLElement} */
function basis(name) {
  return /** @type {HTMLElement} */ (document.getElementById(`basis-${name}`));
}

/** An accelerator brings its power and its throughput: they are the form's defaults then. @param {string | null} key */
function bring(key) {
  const option = [...accelerator.options].find(({ value }) => value === key);
  if (!option) return;
  for (const name of ["power", "throughput"]) {
    const field = fields.find((field) => field.name === name);
    if (field) field.defaultValue = option.dataset[name] ?? "";
  }
}

/** What the assumption rests on now. @param {HTMLInputElement} field @param {Values} values */
function basisNow({ name, defaultValue }, values) {
  if (values.get(name) !== defaultValue) return ["your own"];
  if (defaultValue === "") return ["not known; put in your own"];
  // The remark about the example's throughput names the level, which is the same for every accelerator.
  return bases.get(name) ?? [];
}

/** @param {Values} values */
function work(values) {
  const number = (/** @type {string} */ name) => (values.get(name) ? Number(values.get(name)) : null);
  /** @type {Record<string, number | null>} */
  const given = Object.fromEntries(fields.map(({ name }) => [name, number(name)]));
  const unknown = fields.filter(({ name, required }) => required && given[name] === null);
  /** @type {Record<string, number | null>} */
  const result = unknown.length ? {} : ownership(/** @type {any} */ (given));
  for (const cell of document.querySelectorAll("[data-result]")) fill(cell, result[cell.getAttribute("data-result") ?? ""], 4);
  for (const field of fields) {
    const cell = document.querySelector(`[data-value="${field.name}"]`);
    if (cell) fill(cell, given[field.name], 6);
    basis(field.name).replaceChildren(...basisNow(field, values).map((node) => (typeof node === "string" ? node : node.cloneNode(true))));
  }
  const chosen = document.getElementById("chosen");
  if (chosen) chosen.textContent = accelerator.selectedOptions[0].textContent;
  carry(given, result.dollars_a_used_hour ?? null);
  return unknown.length ? `No result without ${unknown.map((field) => field.labels?.[0].firstChild?.textContent?.trim().toLowerCase()).join(", ")}.` : "";
}

/** @param {Element} cell @param {number | null | undefined} value @param {number} digits */
function fill(cell, value, digits) {
  cell.replaceChildren(value == null ? make("span", { className: "gap" }, "—") : figure(value, digits));
}

/** Carries the price of a used hour and the power to other pages. @param {Record<string, number | null>} given @param {number | null} price */
function carry(given, price) {
  const short = (/** @type {number} */ value) => `${accelerator.value}:${figure(value, 4).replaceAll(",", "")}`;
  const query = price === null || !isAmount(price) ? "" : `?price=${short(price)}&power=${short((given.power ?? 0) * (given.pue ?? 0))}`;
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a.own"))) link.search = query && link.pathname.endsWith("/compare/") ? `${query}&y=cost` : query;
}

/** Every assumption with what it rests on, and every result: [part, key, name, value, unit, rests on]. @param {Values} values */
function rows(values) {
  const text = (/** @type {Element | null | undefined} */ element) => element?.textContent?.trim() ?? "";
  const given = fields.map(({ name }) => {
    const [label, , unit] = document.querySelector(`[data-value="${name}"]`)?.parentElement?.children ?? [];
    return ["assumption", name, text(label), values.get(name) ?? "", text(unit), text(basis(name))];
  });
  const found = [...document.querySelectorAll("[data-result]")].map((cell) => {
    const [label, , unit] = cell.parentElement?.children ?? [];
    const value = text(cell) === "—" ? "" : text(cell).replaceAll(",", "");
    return ["result", cell.getAttribute("data-result") ?? "", text(label), value, text(unit), ""];
  });
  const chosen = ["assumption", "accelerator", "Accelerator", accelerator.value, "", ""];
  return [chosen, ...given, ...found];
}

const names = ["part", "key", "name", "value", "unit", "rests_on"];

/** @param {string[][]} all */
function csv(all) {
  return [names, ...all].map(csvLine).join("");
}

/** @param {string[][]} all */
function json(all) {
  const records = all.map((row) => Object.fromEntries(row.map((value, at) => [names[at], value])));
  return `${JSON.stringify({ address: location.href, rows: records }, null, 2)}\n`;
}

/** @param {string} name @param {string} type @param {(all: string[][]) => string} write */
function download(name, type, write) {
  const button = make("button", { type: "button", textContent: name.toUpperCase() });
  button.onclick = () => save(new Blob([write(rows(ofForm(form)))], { type }), `cost-of-ownership.${name}`);
  return button;
}

/** Shows what the address asks. */
function followAddress() {
  const query = new URLSearchParams(location.search);
  bring(example);
  bring(query.get("accelerator"));
  const { values, ignored } = ofQuery(form, query);
  show(form, values);
  said.textContent = `${work(values)} ${ignoredWords(ignored)}`.trim();
}

form.onsubmit = (event) => event.preventDefault();
form.onchange = (event) => {
  const nonsense = ignoredWords(nonsenseOf(form), "form");
  const before = ofForm(form);
  if (event.target === accelerator) {
    bring(accelerator.value);
    for (const field of fields) if (field.name === "power" || field.name === "throughput") before.set(field.name, field.defaultValue);
    show(form, before);
  }
  const query = toQuery(form, before);
  if (query !== location.search) history.pushState(null, "", location.pathname + query);
  said.textContent = `${work(before)} ${nonsense}`.trim();
};
addEventListener("popstate", followAddress);
document.getElementById("downloads")?.append("Assumptions and result: ", download("csv", "text/csv", csv), " ", download("json", "application/json", json));
followAddress();
