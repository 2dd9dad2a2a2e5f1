// @ts-check
/**
 * What answers a question: the measurements, the answers, and the elements that show them.
 *
 * @typedef {import("../address.js").Values} Values
 * @typedef {import("./answer.js").Percentile} Percentile
 */
import { amounts } from "../amounts.js";
import { make } from "../chart/make.js";
import { measurements, standing } from "../measurements.js";
import { best } from "./answer.js";
import { orderOf, sentence } from "./order.js";
import { reason, table, words } from "./table.js";

/** What an accelerator costs and draws: as the reader says, or as the price book does. @param {HTMLFormElement} form @param {Values} values @returns {import("../metric.js").Prices} */
function pricesOf(form, values) {
  const options = [.../** @type {HTMLSelectElement} */ (form.elements.namedItem("accelerator")).options];
  const [price, power] = ["price", "power"].map((name) => amounts(values.get(name) ?? ""));
  return (accelerator) => {
    const book = options.find((option) => option.value === accelerator)?.dataset ?? {};
    const known = (/** @type {Map<string, number> | undefined} */ own, /** @type {string | undefined} */ text) =>
      own?.get(accelerator) ?? own?.get("*") ?? (text ? Number(text) : null);
    return { dollars: known(price, book[String(values.get("tier"))]), kilowatts: known(power, book.power) };
  };
}

/** @param {Values} values @returns {import("./answer.js").Level} */
function levelOf(values) {
  const at = (/** @type {string} */ name) => /** @type {Percentile} */ (values.get(`${name}-percentile`));
  return {
    ...{ firstToken: Number(values.get("ttft")), firstTokenAt: at("ttft") },
    ...{ interactivity: Number(values.get("interactivity")), interactivityAt: at("interactivity") },
  };
}

/**
 * The elements that answer.
 * @param {HTMLFormElement} form @param {Values} values @returns {Promise<HTMLElement[]>}
 */
export async function elements(form, values) {
  const subject = new URLSearchParams(values.get("subject"));
  const data = await measurements(subject.get("model") ?? "", subject.get("workload") ?? "");
  const [level, prices, wanted] = [levelOf(values), pricesOf(form, values), values.get("accelerator")];
  const ranking = /** @type {import("./answer.js").Ranking} */ (values.get("rank"));
  const series = data.series.filter(({ accelerator }) => !wanted || accelerator === wanted);
  const { answers, unanswered } = best(series, standing(data.rows), level, ranking, prices);
  const question = { level, ranking, billionTokens: Number(values.get("billion-tokens")), of: `${data.model.name}, ${data.workload.name}` };
  /** @type {HTMLElement[]} */
  const found = [make("h2", {}, `${question.of}: ${words(level)}`)];
  const by = (/** @type {import("./answer.js").Ranking} */ key) => sentence(orderOf(answers, key, data.reach_of_interpolation), key, level, answers.length);
  const leader = by(ranking) ?? by("throughput");
  if (leader) found.push(make("p", { className: "verdict" }, leader));
  if (answers.length) found.push(make("div", { className: "answers" }, table(question, answers, data.reach_of_interpolation, prices)));
  else found.push(make("p", { className: "notice" }, "Not measured: no series is known to keep both limits."));
  if (unanswered.length) {
    const lines = unanswered.map((one) => make("li", {}, reason(level, one)));
    const summary = make("summary", {}, `Without an answer: ${unanswered.length} series`);
    found.push(make("details", { className: "unanswered" }, summary, make("ul", {}, ...lines)));
  }
  if (values.get("price") || values.get("power")) found.push(ownWords(form, values));
  return found;
}

/** That figures rest on what the reader said. @param {HTMLFormElement} form @param {Values} values */
function ownWords(form, values) {
  const options = [.../** @type {HTMLSelectElement} */ (form.elements.namedItem("accelerator")).options];
  const name = (/** @type {string} */ key) => (key === "*" ? "every accelerator" : (options.find(({ value }) => value === key)?.text ?? key));
  const said = [["price", "$/accelerator-hour"], ["power", "kW/accelerator"]].flatMap(([field, unit]) => {
    const own = [...(amounts(values.get(field) ?? "") ?? [])];
    return own.length ? `${unit}: ${own.map(([key, amount]) => `${name(key)} ${amount}`).join(", ")}` : [];
  });
  return make("p", { className: "warning" }, `Worked out with the reader’s own ${said.join("; ")}, instead of the price book’s.`);
}
