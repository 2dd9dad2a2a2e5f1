// @ts-check
/**
 * The address is the view: what stands in it, and how it is written. Defaults are left out.
 *
 * @typedef {import("./index.js").Index} Index
 * @typedef {import("./index.js").WorkloadChoices} WorkloadChoices
 *
 * @typedef {object} View everything that a reader can choose; an empty list or text stands for all, or for the default
 * @property {string} model
 * @property {string} workload
 * @property {string[]} precision
 * @property {string[]} accelerator
 * @property {string[]} framework
 * @property {string} speculation
 * @property {string} serving
 * @property {string} source
 * @property {"accelerator" | "series"} by what makes a line
 * @property {"frontier" | "all"} points
 * @property {string} date the last day whose runs count: `2026-01-31`
 * @property {string} x a metric
 * @property {string} y a metric
 * @property {"" | "linear" | "log"} xscale
 * @property {"" | "linear" | "log"} yscale
 * @property {string} edition of the price book, by its day
 * @property {string} tier
 * @property {Record<string, number>} price dollars an hour by accelerator, `*` for all others
 * @property {Record<string, number>} power all-in kilowatts by accelerator
 * @property {"none" | "load"} labels
 * @property {"normal" | "high"} contrast
 */
import { encoded } from "../address.js";
import { amounts } from "../amounts.js";
import { choicesOf, homeWorkload, workloadsOf } from "./index.js";

/** The parameters in the order of the address. @type {Record<keyof View, string>} */
const names = {
  model: "model", workload: "workload", precision: "precision", accelerator: "accelerator", framework: "framework",
  speculation: "speculation", serving: "serving", source: "source", by: "by", points: "points", date: "date", x: "x", y: "y",
  xscale: "x-scale", yscale: "y-scale", edition: "edition", tier: "tier", price: "price", power: "power", labels: "labels", contrast: "contrast",
};
const lists = /** @type {const} */ (["precision", "accelerator", "framework"]);

/** The view that an address without parameters shows, for a model and workload. @param {Index} index @param {string} model @param {string} workload @returns {View} */
export function initial(index, model, workload) {
  const { lead, precision } = choicesOf(index, model, workload);
  return {
    model, workload, precision: precision.length > 1 ? [lead] : [], accelerator: [], framework: [], speculation: "", serving: "", source: "",
    by: "accelerator", points: "frontier", date: "", x: index.default.x, y: index.default.y, xscale: "", yscale: "",
    edition: "", tier: index.prices.tier, price: {}, power: {}, labels: "none", contrast: "normal",
  };
}

/**
 * Reads an address; whatever makes no sense is left out and listed.
 * @param {string} query @param {Index} index @returns {{view: View, ignored: string[]}}
 */
export function read(query, index) {
  const parameters = new URLSearchParams(query);
  /** @type {string[]} */
  const ignored = [];
  /** A parameter if it is one of `allowed`. @param {string} name @param {readonly string[]} allowed */
  const one = (name, allowed) => {
    const text = parameters.get(name);
    if (text === null || text === "") return undefined;
    if (allowed.includes(text)) return text;
    ignored.push(`${name}=${text}`);
    return undefined;
  };
  const model = one("model", index.models.map(({ key }) => key)) ?? index.default.model;
  const workload = one("workload", workloadsOf(index, model).map(({ key }) => key)) ?? homeWorkload(index, model);
  const view = initial(index, model, workload);
  const choices = choicesOf(index, model, workload);
  for (const name of lists) view[name] = list(parameters, name, choices[name], view[name], ignored);
  const metrics = index.metrics.map(({ key }) => key);
  const scales = ["linear", "log"];
  Object.assign(view, {
    speculation: one("speculation", choices.speculation) ?? "",
    serving: one("serving", choices.serving) ?? "",
    source: one("source", choices.source) ?? "",
    by: one("by", ["accelerator", "series"]) ?? view.by,
    points: one("points", ["frontier", "all"]) ?? view.points,
    x: one("x", metrics) ?? view.x,
    y: one("y", metrics) ?? view.y,
    xscale: one("x-scale", scales) ?? "",
    yscale: one("y-scale", scales) ?? "",
    edition: one("edition", index.prices.editions.map(({ effective }) => effective)) ?? "",
    tier: one("tier", index.prices.tiers.map(({ key }) => key)) ?? view.tier,
    labels: one("labels", ["none", "load"]) ?? view.labels,
    contrast: one("contrast", ["normal", "high"]) ?? view.contrast,
    date: day(parameters.get("date"), ignored),
    price: amountsOf(parameters, "price", choices.accelerator, ignored),
    power: amountsOf(parameters, "power", choices.accelerator, ignored),
  });
  const known = new Set(Object.values(names));
  const seen = new Set();
  for (const [name, value] of parameters) {
    // Of a parameter that stands twice the first counts.
    if (!known.has(name) || seen.has(name)) ignored.push(`${name}=${value}`);
    seen.add(name);
  }
  return { view, ignored };
}

/** @param {URLSearchParams} parameters @param {string} name @param {string[]} allowed @param {string[]} otherwise @param {string[]} ignored @returns {string[]} */
function list(parameters, name, allowed, otherwise, ignored) {
  const text = parameters.get(name);
  if (text === null || text === "") return otherwise;
  if (text === "all") return [];
  const parts = [...new Set(text.split(","))];
  const sound = allowed.filter((key) => parts.includes(key));
  ignored.push(...parts.filter((part) => !allowed.includes(part)).map((part) => `${name}=${part}`));
  if (!sound.length) return otherwise;
  return sound.length === allowed.length ? [] : sound;
}

/** @param {string | null} text @param {string[]} ignored */
function day(text, ignored) {
  if (text === null || text === "") return "";
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isFinite(time) && new Date(time).toISOString().startsWith(text)) return text;
  ignored.push(`date=${text}`);
  return "";
}

/** Amounts of accelerators that are here. @param {URLSearchParams} parameters @param {string} name @param {string[]} allowed @param {string[]} ignored @returns {Record<string, number>} */
function amountsOf(parameters, name, allowed, ignored) {
  const text = parameters.get(name);
  if (text === null || text === "") return {};
  const found = amounts(text);
  if (!found || ![...found.keys()].every((key) => key === "*" || allowed.includes(key))) {
    ignored.push(`${name}=${text}`);
    return {};
  }
  return Object.fromEntries(found);
}

/** The query of a view, with its question mark; empty for the first view. @param {View} view @param {Index} index */
export function write(view, index) {
  const start = initial(index, view.model, view.workload);
  const first = view.model === index.default.model;
  const home = homeWorkload(index, view.model);
  /** @type {string[]} */
  const parts = [];
  for (const [field, name] of /** @type {[keyof View, string][]} */ (Object.entries(names))) {
    const [now, then] = [written(view[field]), written(start[field])];
    const wanted = field === "model" ? !first : field === "workload" ? now !== home : now !== then;
    if (wanted) parts.push(`${name}=${encoded(now || "all")}`);
  }
  return parts.length ? `?${parts.join("&")}` : "";
}

/** @param {View[keyof View]} value */
function written(value) {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "string") return value;
  return Object.keys(value).sort().map((key) => (key === "*" ? `${value[key]}` : `${key}:${value[key]}`)).join(",");
}
