// @ts-check
/** The model and the workload in the address: two parts there, one choice in the form. */
import { ofQuery } from "../address.js";

/**
 * What an address asks, and the parts of it that mean nothing here.
 * @param {HTMLFormElement} form @param {string} search @returns {{values: import("../address.js").Values, ignored: string[]}}
 */
export function questionOf(form, search) {
  const query = [...new URLSearchParams(search)];
  const isSubject = (/** @type {[string, string]} */ [name]) => name === "model" || name === "workload";
  const { values, ignored } = ofQuery(form, query.filter((part) => !isSubject(part)));
  const options = [.../** @type {HTMLSelectElement} */ (form.elements.namedItem("subject")).options];
  const subjects = options.map((option) => new URLSearchParams(option.value));
  const usual = new URLSearchParams(values.get("subject"));
  const wanted = new Map(query.filter(isSubject));

  /** The subjects with this model or workload; where there are none, it means nothing. @param {string} name @param {URLSearchParams[]} among */
  const having = (name, among) => {
    const value = wanted.get(name);
    const found = among.filter((subject) => subject.get(name) === value);
    if (value !== undefined && found.length === 0) ignored.push(`${name}=${value}`);
    return found.length ? found : like(usual, name, among);
  };
  const [chosen] = having("workload", having("model", subjects));
  values.set("subject", options[subjects.indexOf(chosen)].value);
  return { values, ignored };
}

/** The subjects that share a part with the usual one; all, where none does. @param {URLSearchParams} usual @param {string} name @param {URLSearchParams[]} among */
function like(usual, name, among) {
  const found = among.filter((subject) => subject.get(name) === usual.get(name));
  return found.length ? found : among;
}
