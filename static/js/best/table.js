// @ts-check
/**
 * The answers as a table, and what didn't answer as a list, element by element as src/page/best/answers.rs writes them.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./answer.js").Level} Level
 * @typedef {import("./answer.js").Point} Point
 * @typedef {import("./answer.js").Ranking} Ranking
 * @typedef {import("./answer.js").Unanswered} Unanswered
 *
 * @typedef {object} Question
 * @property {Level} level
 * @property {Ranking} ranking
 * @property {number} billionTokens of a month
 * @property {string} of the model and the workload, in words
 */
import { make } from "../chart/make.js";
import { count, figure, plural } from "../draw/number.js";
import { base } from "../site.js";
import { thin, thinAt } from "./known.js";
import { leaders, orderOf, place } from "./order.js";

/** Hours of a month: a twelfth of 8,760. */
const hoursAMonth = 730;

/** @type {[Ranking, string, string][]} */
const rankings = [
  ["cost", "Cost", "$/million tokens"],
  ["throughput", "Throughput per accelerator", "tok/s/accelerator"],
  ["megawatt", "Throughput per megawatt", "tok/s/MW"],
];

/** @param {string} percentile */
const nameOf = (percentile) => (percentile === "p50" ? "median" : percentile);

/** `40 tok/s per user, first token within 5 s (median)` @param {Level} level */
export function words({ firstToken, firstTokenAt, interactivity, interactivityAt }) {
  const [speed, first] = [`${figure(interactivity)} tok/s per user`, `first token within ${figure(firstToken)} s (${nameOf(firstTokenAt)})`];
  return interactivityAt === firstTokenAt ? `${speed}, ${first}` : `${speed} (${nameOf(interactivityAt)}), ${first}`;
}

/**
 * @param {Question} question @param {Answer[]} answers best first @param {number | null} reachOfInterpolation
 * @param {import("../metric.js").Prices} prices @returns {HTMLElement}
 */
export function table(question, answers, reachOfInterpolation, prices) {
  const shown = [...rankings].sort(([a], [b]) => Number(a !== question.ranking) - Number(b !== question.ranking));
  const orders = shown.map(([key]) => orderOf(answers, key, reachOfInterpolation));
  const placed = orders[0].groups === null ? null : orders[0];
  const demand = `${figure(question.billionTokens)} billion tokens a month`;
  const caption = `${question.of}, at ${words(question.level)}; demand of ${demand}, input and output`;
  const head = make("tr", {}, heading("Accelerator, framework, precision"));
  if (placed) head.append(heading("Place", "shared in a tie"));
  head.append(...shown.map(([, name, unit]) => heading(name, unit)));
  head.append(heading("Measured, keeps both limits"), heading("Measured, too slow for a user"));
  head.append(heading("First token, margin", "%"), heading("Speed, margin", "%"));
  head.append(heading("Accelerators", "for the demand"), heading("Cost of these", "$/month"));
  const rows = answers.map((answer) => {
    const places = placed ? [figures(place(placed, answer))] : [];
    const values = shown.map(([key], at) => number(answer[key], leaders(orders[at]).includes(answer)));
    return row(question, answer, [...places, ...values], prices);
  });
  const element = make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
  const frame = make("div", { className: "scroll" }, element);
  attributes(frame, { role: "region", "aria-label": caption, tabindex: "0" });
  return frame;
}

/** @param {Question} question @param {Answer} answer @param {HTMLElement[]} figures its place and values @param {import("../metric.js").Prices} prices */
function row({ level, billionTokens }, answer, figures, prices) {
  const name = cell("th", answer.series.full_name, answer.misses ? "◇ estimate, interpolated" : "measured");
  attributes(name, { scope: "row" });
  // Nobody measured a part of a deployment.
  const whole = Math.max(answer.keeps.row.accelerators ?? 1, 1);
  const accelerators = Math.ceil((1e9 * billionTokens) / (hoursAMonth * 3600) / answer.throughput / whole) * whole;
  const { dollars } = prices(answer.series.accelerator);
  return make(
    "tr", {}, name, ...figures,
    measurement(level, answer.keeps),
    answer.misses ? measurement(level, answer.misses) : cell("td", ""),
    percent(1 - answer.firstToken / level.firstToken),
    percent(answer.interactivity / level.interactivity - 1),
    fleet(accelerators, answer.keeps.row.accelerators),
    number(dollars === null ? null : accelerators * dollars * hoursAMonth),
  );
}

/** The accelerators of a demand, and of how many deployments they are. @param {number} accelerators @param {number | null} deployment */
function fleet(accelerators, deployment) {
  const remark = deployment === null ? "" : `${plural(accelerators / deployment, "deployment")} of ${count(deployment)}`;
  return Object.assign(cell("td", figure(accelerators), remark), { className: "n" });
}

/** A measurement: its figures, linked, on how many accelerators, and when. @param {Level} level @param {Point} point */
function measurement(level, { row, firstToken, interactivity }) {
  const text = `${figure(interactivity)} tok/s per user, first token ${figure(firstToken)} s`;
  const remarks = [row.accelerators === null ? [] : plural(row.accelerators, "accelerator"), row.run.day, thin(level, row)].flat();
  return cell("td", make("a", { href: base + row.href }, text), remarks.join("; "));
}

/** @param {string} label @param {string} [unit] of a column of figures */
function heading(label, unit) {
  const it = make("th", {}, label);
  attributes(it, { scope: "col" });
  if (unit) {
    it.className = "n";
    it.append(" ", make("small", {}, unit));
  }
  return it;
}

/** @template {"th" | "td"} K @param {K} name @param {string | Node} content @param {string} [remark] */
function cell(name, content, remark) {
  const it = make(name, {}, content === "" ? make("span", { className: "gap" }, "—") : content);
  if (remark) it.append(" ", make("small", {}, remark));
  return it;
}

/** A figure, or a gap. @param {number | null} value @param {boolean} [best] */
function number(value, best = false) {
  return Object.assign(figures(value === null ? "" : figure(value)), { className: best ? "n best" : "n" });
}

/** A cell of a column of figures. @param {string} text */
function figures(text) {
  return Object.assign(cell("td", text), { className: "n" });
}

/** A share as whole per cent. @param {number} share */
function percent(share) {
  return Object.assign(cell("td", String(Math.max(Math.floor(100 * share), 0))), { className: "n" });
}

/** @param {Element} element @param {Record<string, string>} values */
function attributes(element, values) {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
}

/** Why a series has no answer, in words. @param {Level} level @param {Unanswered} unanswered */
export function reason({ firstTokenAt, interactivityAt }, unanswered) {
  const name = unanswered.series.full_name;
  const [first, speed] = [nameOf(firstTokenAt), nameOf(interactivityAt)];
  if (unanswered.why === "not stated") {
    return first === speed ? `${name}: no ${first} stated` : `${name}: no ${first} of first token with a ${speed} of speed stated`;
  }
  const reached = figure(unanswered.reached);
  const of = (/** @type {import("./answer.js").Percentile} */ percentile) => [thinAt(percentile, unanswered.row)].flat()[0] ?? nameOf(percentile);
  return unanswered.why === "too slow"
    ? `${name}: not measured at this speed; the fastest reached ${reached} tok/s per user (${of(interactivityAt)})`
    : `${name}: not measured with this first token; at this speed the soonest came after ${reached} s (${of(firstTokenAt)})`;
}
