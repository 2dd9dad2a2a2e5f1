// @ts-check
/**
 * A form and the address that says the same. The form says what there is to ask, what is allowed and what is the default; the
 * address holds what differs from it, so that an address is a view and a view has one address.
 *
 * @typedef {HTMLInputElement | HTMLSelectElement} Control
 * @typedef {Map<string, string>} Values by name
 */
import { amounts } from "./amounts.js";

/** @param {HTMLFormElement} form @returns {Control[]} */
function controls(form) {
  return /** @type {Control[]} */ ([...form.elements].filter((it) => "name" in it && it.name !== ""));
}

/** @param {Control} control */
function defaultOf(control) {
  if (control instanceof HTMLInputElement) return control.defaultValue;
  const options = [...control.options];
  return (options.find((option) => option.defaultSelected) ?? options[0]).value;
}

/** @param {Control} control @param {string} value */
function allows(control, value) {
  if (control instanceof HTMLSelectElement) return [...control.options].some((option) => option.value === value);
  if (value === "") return !control.required;
  if (control.dataset.amounts) return areAmounts(value, /** @type {HTMLSelectElement} */ (control.form?.elements.namedItem(control.dataset.amounts)));
  const number = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(value) ? Number(value) : NaN;
  return number >= Number(control.min) && number <= (control.max === "" ? Number.MAX_VALUE : Number(control.max));
}

/** Whether all amounts are of something that can be chosen. @param {string} text @param {HTMLSelectElement} choice */
function areAmounts(text, choice) {
  const keys = [...choice.options].map((option) => option.value);
  return [...(amounts(text)?.keys() ?? [""])].every((key) => key === "*" || (key !== "" && keys.includes(key)));
}

/** @param {HTMLFormElement} form @returns {Values} */
function defaults(form) {
  return new Map(controls(form).map((control) => [control.name, defaultOf(control)]));
}

/** What the form says; where it says nonsense, its default. @param {HTMLFormElement} form @returns {Values} */
export function ofForm(form) {
  return new Map(controls(form).map((control) => [control.name, allows(control, control.value) ? control.value : defaultOf(control)]));
}

/** @param {HTMLFormElement} form @param {Values} values */
export function show(form, values) {
  for (const control of controls(form)) control.value = values.get(control.name) ?? defaultOf(control);
}

/** A value as an address holds it, with commas and colons left as they are, so that it can be read. @param {string} value */
export function encoded(value) {
  return encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** What differs from the form's defaults, as a query. @param {HTMLFormElement} form @param {Values} values */
export function toQuery(form, values) {
  const usual = defaults(form);
  const different = [...values].filter(([name, value]) => value !== usual.get(name));
  // The value of a choice may be a query of its own: `model=dsr1&workload=8192-1024`.
  const parts = different.map(([name, value]) => (value.includes("=") ? value : `${name}=${encoded(value)}`));
  return parts.length ? `?${parts.join("&")}` : "";
}

/**
 * What a query asks, and the parts of it that mean nothing here.
 * @param {HTMLFormElement} form @param {Iterable<[string, string]>} query @returns {{values: Values, ignored: string[]}}
 */
export function ofQuery(form, query) {
  const values = defaults(form);
  const known = new Map(controls(form).map((control) => [control.name, control]));
  /** @type {string[]} */
  const ignored = [];
  const seen = new Set();
  for (const [name, value] of query) {
    const control = known.get(name);
    const again = seen.has(name);
    seen.add(name);
    if (control && !again && allows(control, value)) values.set(name, value);
    else ignored.push(`${name}=${value}`);
  }
  return { values, ignored };
}

/** What the form says that means nothing, by the fields' labels. @param {HTMLFormElement} form */
export function nonsenseOf(form) {
  const wrong = controls(form).filter((control) => !allows(control, control.value));
  const label = (/** @type {Control} */ control) => control.labels?.[0]?.childNodes[0]?.textContent?.trim() || control.name;
  return wrong.map((control) => `${label(control)} “${control.validity.badInput ? "…" : control.value}”`);
}

/** The most characters of an ignored part that are repeated. */
const MOST = 60;

/** That parts of an address, or of the form, were ignored; nothing where none were. @param {string[]} ignored @param {"address" | "form"} [where] */
export function ignoredWords(ignored, where = "address") {
  if (!ignored.length) return "";
  const parts = ignored.map((part) => (part.length > MOST ? `${part.slice(0, MOST)}…` : part)).join(", ");
  return where === "address"
    ? `Ignored in the address, since it means nothing here: ${parts}.`
    : `Means nothing here, so the usual value counts instead: ${parts}.`;
}
