// @ts-check
/**
 * Who leads at a service level, if anybody does: ties are shown as ties, and a lone series leads nothing. As
 * src/analysis/ranking.rs and src/page/best/order.rs find it. Where both have repeats their own spread decides, by intervals that the
 * build worked out (src/page/repeated.rs); else the noise between adjacent runs.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./answer.js").Level} Level
 * @typedef {import("./answer.js").Ranking} Ranking
 *
 * @typedef {object} Order
 * @property {Answer[]} ranked those that have a value to rank by, best first
 * @property {Answer[][] | null} groups that share a place; null for a lone one, and where nothing shows the noise
 */
import { figure } from "../draw/number.js";
import { better } from "./answer.js";
import { known } from "./known.js";

/** So many that share a place are named. */
const namedAtMost = 3;

/** @type {Record<Ranking, {superlative: string, amount: (value: number) => string, per: string}>} */
const words = {
  cost: { superlative: "Cheapest per million tokens", amount: (value) => `$${figure(value)}`, per: " per million tokens" },
  throughput: { superlative: "Most throughput per accelerator", amount: (value) => `${figure(value)} tok/s`, per: " per accelerator" },
  megawatt: { superlative: "Most throughput per megawatt", amount: (value) => `${figure(value)} tok/s`, per: " per megawatt" },
};

/**
 * The order of the answers by a ranking.
 * @param {Answer[]} answers @param {Ranking} key @param {number | null} reachOfInterpolation what most interpolated values keep to
 * @returns {Order}
 */
export function orderOf(answers, key, reachOfInterpolation) {
  const value = (/** @type {Answer} */ answer) => /** @type {number} */ (answer[key]);
  const ranked = answers.filter((answer) => answer[key] !== null).sort((a, b) => better[key] * (value(b) - value(a)));
  const judged = ranked.every(({ series, misses }) => series.noise && !(misses && reachOfInterpolation === null));
  if (ranked.length < 2 || !judged) return { ranked, groups: null };
  /** @type {Answer[][]} */
  const groups = [];
  for (const answer of ranked) {
    const group = groups.at(-1);
    const apart = group && toldApart(group[0], answer, key, reachOfInterpolation ?? 0);
    if (group && !apart) group.push(answer);
    else groups.push([answer]);
  }
  return { ranked, groups };
}

/** Whether two differ by more than chance. @param {Answer} a @param {Answer} b @param {Ranking} key @param {number} reachOfInterpolation */
function toldApart(a, b, key, reachOfInterpolation) {
  const ratio = /** @type {number} */ (a[key]) / /** @type {number} */ (b[key]);
  const repeats = a.misses || b.misses ? undefined : a.keeps.row.against?.get(b.keeps.row);
  if (!repeats) return Math.abs(Math.log(ratio)) > threshold(a, b, reachOfInterpolation);
  // Prices and powers move the whole interval.
  const throughputs = a.throughput / b.throughput;
  const [[low, high], own] = key === "cost" ? [repeats.reciprocal, 1 / throughputs] : [repeats.throughput, throughputs];
  return (low * ratio) / own > 1 || (high * ratio) / own < 1;
}

/** The logarithm of a ratio that a difference must exceed; see `Noise::threshold`. @param {Answer} a @param {Answer} b @param {number} reachOfInterpolation */
function threshold(a, b, reachOfInterpolation) {
  const reach = Math.max(...[a, b].map(({ series }) => /** @type {{reach: number}} */ (series.noise).reach));
  const sides = [a, b].filter(({ misses }) => misses).length;
  return Math.hypot(reach, reachOfInterpolation * Math.sqrt(sides));
}

/** Those that share the first place; nothing for a lone one, the one with the best value where nothing shows the noise. @param {Order} order */
export function leaders({ ranked, groups }) {
  return groups ? groups[0] : ranked.length < 2 ? [] : [ranked[0]];
}

/** The place of an answer: `1`, or `2 to 4` where it is shared. @param {Order} order @param {Answer} answer */
export function place({ groups }, answer) {
  let first = 1;
  for (const group of groups ?? []) {
    const last = first + group.length - 1;
    if (group.includes(answer)) return first === last ? String(first) : `${first} to ${last}`;
    first = last + 1;
  }
  return "";
}

/** Who leads, in a sentence; nothing where no answer has a value. @param {Order} order @param {Ranking} key @param {Level} level @param {number} answers */
export function sentence(order, key, level, answers) {
  const { superlative, amount, per } = words[key];
  const named = (/** @type {Answer[]} */ some, unit = "") => {
    const names = some.slice(0, namedAtMost).map((it) => `${it.series.full_name} at ${amount(/** @type {number} */ (it[key]))}${unit} (${known(level, it)})`);
    return [...names, ...(some.length > namedAtMost ? [`${some.length - namedAtMost} more`] : [])].join("; ");
  };
  const first = leaders(order);
  if (order.ranked.length === 0) return null;
  if (first.length === 0) {
    const alone = named(order.ranked.slice(0, 1), per);
    return answers === 1
      ? `One series keeps this level, so there is nothing to rank it against: ${alone}.`
      : `One series that keeps this level has this figure: ${alone}.`;
  }
  const tied = first.length > 1 ? `, ${first.length} not told apart` : "";
  const unknown = order.groups ? "" : " Nothing shows the noise, so its lead may be chance.";
  return `${superlative}${tied}: ${named(first)}.${unknown}`;
}
