// @ts-check
/** The service-level form and its address. What answers is loaded with the first question that the build has not answered. */
import { ignoredWords, nonsenseOf, ofForm, show, toQuery } from "./address.js";
import { questionOf } from "./best/question.js";

/** @typedef {import("./address.js").Values} Values */

const form = /** @type {HTMLFormElement} */ (document.getElementById("question"));
const preset = /** @type {HTMLSelectElement} */ (document.getElementById("preset"));
const place = /** @type {HTMLElement} */ (document.getElementById("answers"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
/** What the build wrote: the answer to the form's defaults. */
const prepared = [...place.childNodes];
/** Counts questions, so that a slow answer doesn't replace a later one. */
let asked = 0;

/** The elements that answer. The page lists the modules that are needed for it, with their integrity. @param {Values} values */
async function answer(values) {
  const list = /** @type {HTMLTemplateElement} */ (document.getElementById("answer-modules"));
  document.head.append(...list.content.childNodes);
  return (await import("./best/elements.js")).elements(form, values);
}

/** Answers, and says what happened. @param {Values} values @param {string} remark what of the question counts for nothing */
async function ask(values, remark) {
  const turn = (asked += 1);
  const isDefault = toQuery(form, values) === "";
  place.ariaBusy = String(!isDefault);
  try {
    const elements = isDefault ? prepared : await answer(values);
    if (turn !== asked) return;
    place.replaceChildren(...elements);
    const heading = place.querySelector("h2")?.textContent ?? "";
    const rows = place.querySelectorAll("tbody tr").length;
    said.textContent = isDefault && !remark ? "" : `${heading}: ${rows} answers. ${remark}`;
  } catch {
    if (turn !== asked) return;
    place.replaceChildren(...prepared);
    said.textContent = `The measurements did not load. Below is the answer to the first question instead. ${remark}`;
  }
  if (turn === asked) place.ariaBusy = "false";
}

/** Shows what the address asks. */
function followAddress() {
  const { values, ignored } = questionOf(form, location.search);
  show(form, values);
  choosePreset(values);
  void ask(values, ignoredWords(ignored));
}

/** Names the preset that the form's level is, if it is one. @param {Values} values */
function choosePreset(values) {
  const fits = (/** @type {string} */ level) => [...new URLSearchParams(level)].every(([name, value]) => values.get(name) === value);
  preset.value = [...preset.options].find((option) => option.value !== "" && fits(option.value))?.value ?? "";
}

form.onsubmit = (event) => event.preventDefault();
form.onchange = (event) => {
  const nonsense = ignoredWords(nonsenseOf(form), "form");
  const values = ofForm(form);
  if (event.target === preset) {
    for (const [name, value] of new URLSearchParams(preset.value)) values.set(name, value);
    show(form, values);
  }
  choosePreset(values);
  const address = `${location.pathname}${toQuery(form, values)}`;
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  void ask(values, nonsense);
};
addEventListener("popstate", followAddress);
followAddress();
