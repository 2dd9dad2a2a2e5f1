// @ts-check
/**
 * The form of a view. The first choices are in the page; the others are made here.
 *
 * @typedef {import("./address.js").View} View
 * @typedef {import("./index.js").Index} Index
 */
import { isAmount } from "../amounts.js";
import { make } from "../chart/make.js";
import { initial } from "./address.js";
import { choicesOf, homeWorkload, workloadsOf } from "./index.js";
import { editionOf } from "./prices.js";

/** @typedef {[key: string, name: string][]} Options */

const chips = /** @type {const} */ (["precision", "accelerator", "framework"]);

/** Shows a view in the form. @param {HTMLFormElement} form @param {View} view @param {Index} index */
export function fill(form, view, index) {
  const choices = choicesOf(index, view.model, view.workload);
  const more = /** @type {HTMLElement} */ (form.querySelector("#more-choices"));
  if (!more.childElementCount) more.append(...moreChoices(index));
  const of = `${view.model} ${view.workload}`;
  if (form.dataset.of !== of) offer(form, view, index);
  form.dataset.of = of;
  for (const name of chips) check(form, name, view[name]);
  prices(form, view, index, choices.accelerator);
  for (const field of form.elements) {
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) continue;
    const value = view[/** @type {keyof View} */ (field.name)];
    if (field instanceof HTMLInputElement && field.type === "checkbox") {
      if (field.dataset.on) field.checked = value === field.dataset.on;
    } else if (typeof value === "string") field.value = value;
  }
  const date = /** @type {HTMLInputElement} */ (form.elements.namedItem("date"));
  date.max = choices.last;
}

/** What there is to choose from for a model and workload. @param {HTMLFormElement} form @param {View} view @param {Index} index */
function offer(form, view, index) {
  const choices = choicesOf(index, view.model, view.workload);
  options(form, "workload", workloadsOf(index, view.model).map(({ key, name }) => [key, name]));
  for (const name of chips) boxes(form, name, choices[name].map((key) => [key, index.names[name][key]]));
  options(form, "speculation", [["", "any"], ...named(choices.speculation, index.names.speculation)]);
  options(form, "serving", [["", "any"], ...named(choices.serving)]);
  options(form, "source", [["", "any"], ...named(choices.source)]);
}

/** The view that the form asks for. @param {HTMLFormElement} form @param {View} before @param {Index} index @param {string} changed the field that was changed @returns {View} */
export function fromForm(form, before, index, changed) {
  const text = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value;
  if (changed === "model" || changed === "workload") return moved(before, index, text("model"), changed === "model" ? undefined : text("workload"));
  /** @type {any} */
  const view = { ...before };
  for (const name of ["speculation", "serving", "source", "date", "x", "y", "xscale", "yscale", "edition", "tier"]) view[name] = text(name);
  if (view.edition === index.prices.editions.at(-1)?.effective) view.edition = "";
  for (const field of form.querySelectorAll("input[data-on]")) {
    const box = /** @type {HTMLInputElement} */ (field);
    view[box.name] = box.checked ? box.dataset.on : box.dataset.off;
  }
  for (const name of chips) {
    const all = [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`input[type=checkbox][name=${name}]`))];
    const checked = all.filter((box) => box.checked).map((box) => box.value);
    view[name] = checked.length === all.length ? [] : checked;
  }
  for (const name of ["price", "power"]) view[name] = amounts(form, name);
  return view;
}

/** Another model or workload keeps whatever choices still make sense. @param {View} before @param {Index} index @param {string} model @param {string} [workload] @returns {View} */
function moved(before, index, model, workload) {
  const known = workloadsOf(index, model).some(({ key }) => key === before.workload);
  const goal = workload ?? (known ? before.workload : homeWorkload(index, model));
  const choices = choicesOf(index, model, goal);
  const view = { ...initial(index, model, goal), x: before.x, y: before.y, by: before.by, points: before.points, labels: before.labels, contrast: before.contrast };
  for (const name of /** @type {const} */ (["accelerator", "framework"])) {
    const kept = before[name].filter((key) => choices[name].includes(key));
    view[name] = kept.length === choices[name].length ? [] : kept;
  }
  for (const name of /** @type {const} */ (["speculation", "serving", "source"])) if (choices[name].includes(before[name])) view[name] = before[name];
  for (const name of /** @type {const} */ (["price", "power"])) {
    view[name] = Object.fromEntries(Object.entries(before[name]).filter(([key]) => key === "*" || choices.accelerator.includes(key)));
  }
  return { ...view, xscale: before.xscale, yscale: before.yscale, edition: before.edition, tier: before.tier, date: before.date };
}

/** @param {HTMLFormElement} form @param {string} name */
function amounts(form, name) {
  /** @type {Record<string, number>} */
  const amounts = {};
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`input[name=${name}]`))) {
    if (field.value && isAmount(field.valueAsNumber)) amounts[field.dataset.accelerator ?? "*"] = field.valueAsNumber;
  }
  return amounts;
}

/** @param {string[]} keys @param {Record<string, string>} [names] @returns {Options} */
const named = (keys, names) => keys.map((key) => [key, names?.[key] ?? key]);

/** @param {HTMLFormElement} form @param {string} name @param {Options} choices */
function options(form, name, choices) {
  const select = /** @type {HTMLSelectElement} */ (form.elements.namedItem(name));
  select.replaceChildren(...choices.map(([value, textContent]) => make("option", { value, textContent })));
}

/** @param {HTMLFormElement} form @param {string} name @param {Options} choices */
function boxes(form, name, choices) {
  const list = /** @type {HTMLElement} */ (form.querySelector(`[data-list=${name}]`));
  const labels = choices.map(([value, text]) => make("label", {}, make("input", { type: "checkbox", name, value }), text));
  list.replaceChildren(/** @type {HTMLElement} */ (list.querySelector("legend")), ...labels);
}

/** @param {HTMLFormElement} form @param {string} name @param {string[]} checked none stands for all */
function check(form, name, checked) {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[data-list=${name}] input`))) {
    box.checked = !checked.length || checked.includes(box.value);
  }
}

/** What the reader's own prices are written in, a row for each accelerator. @param {HTMLFormElement} form @param {View} view @param {Index} index @param {string[]} accelerators */
function prices(form, view, index, accelerators) {
  const body = /** @type {HTMLElement} */ (form.querySelector("#own-prices"));
  const focused = document.activeElement instanceof HTMLInputElement && body.contains(document.activeElement) ? document.activeElement : undefined;
  const book = editionOf(view, index)?.accelerator ?? {};
  const tier = /** @type {"rental"} */ (view.tier);
  const field = (/** @type {"price" | "power"} */ name, /** @type {string} */ key, /** @type {number | null | undefined} */ usual) => {
    const label = `${name === "price" ? "$/h" : "kW"} of ${index.names.accelerator[key]}`;
    const value = view[name][key] ?? view[name]["*"];
    const input = make("input", { type: "number", name, min: "0", step: "any", inputMode: "decimal", placeholder: String(usual ?? "not known"), ariaLabel: label });
    input.dataset.accelerator = key;
    if (value !== undefined) input.value = String(value);
    return make("td", {}, input);
  };
  const rows = accelerators.map((key) => {
    const heading = make("th", { scope: "row", textContent: index.names.accelerator[key] });
    return make("tr", {}, heading, field("price", key, book[key]?.[tier]), field("power", key, book[key]?.power_kw));
  });
  body.replaceChildren(...rows);
  if (focused) /** @type {HTMLElement | null} */ (body.querySelector(`input[name=${focused.name}][data-accelerator="${focused.dataset.accelerator}"]`))?.focus();
}

/** The choices that wait behind the disclosure. @param {Index} index */
function moreChoices(index) {
  const select = (/** @type {string} */ name, /** @type {string} */ label, /** @type {Options} */ choices = []) =>
    make("label", { className: "control" }, label, make("select", { name }, ...choices.map(([value, textContent]) => make("option", { value, textContent }))));
  const list = (/** @type {string} */ name, /** @type {string} */ label) => {
    const set = make("fieldset", { className: "chips" }, make("legend", { textContent: label }));
    set.dataset.list = name;
    return set;
  };
  const box = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ on, /** @type {string} */ off) => {
    const input = make("input", { type: "checkbox", name });
    Object.assign(input.dataset, { on, off });
    return make("label", {}, input, label);
  };
  /** @type {Options} */
  const scales = [["", "as the data need"], ["linear", "linear"], ["log", "logarithmic"]];
  const show = make("fieldset", { className: "chips" }, make("legend", { textContent: "Show" }),
    box("points", "Dominated points", "all", "frontier"), box("by", "A line for each framework", "series", "accelerator"),
    box("labels", "Load beside points", "load", "none"), box("contrast", "High contrast", "high", "normal"));
  const editions = /** @type {Options} */ (index.prices.editions.map(({ effective }, place) => [place === index.prices.editions.length - 1 ? "" : effective, effective]).reverse());
  const head = make("tr", {}, ...["Accelerator", "$/h", "kW"].map((textContent) => make("th", { scope: "col", textContent })));
  const own = make("details", {}, make("summary", { textContent: "Your own prices and power" }),
    make("table", { className: "own" }, make("thead", {}, head), make("tbody", { id: "own-prices" })));
  return [
    list("accelerator", "Accelerators"), list("framework", "Frameworks"), show,
    make("div", { className: "control-row" },
      select("speculation", "Speculative decoding"), select("serving", "Prefill and decode"), select("source", "Measured by"),
      make("label", { className: "control" }, "As of", make("input", { type: "date", name: "date" })),
      select("xscale", "Horizontal scale", scales), select("yscale", "Vertical scale", scales),
      select("edition", "Price edition", editions), select("tier", "Price tier", index.prices.tiers.map(({ key, name }) => [key, name]))),
    own,
  ];
}
