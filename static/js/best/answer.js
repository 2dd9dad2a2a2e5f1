// @ts-check
/**
 * The best that each series offers at a service level, found as src/analysis/answer.rs and best.rs find it.
 *
 * @typedef {import("../measurements.js").Row} Row
 * @typedef {import("../measurements.js").SeriesInfo} SeriesInfo
 * @typedef {import("../metric.js").Prices} Prices
 *
 * @typedef {"p50" | "p90" | "p99"} Percentile
 * @typedef {{firstToken: number, firstTokenAt: Percentile, interactivity: number, interactivityAt: Percentile}} Level seconds
 *   and tokens/s per user, each with the percentile that keeps it
 *
 * @typedef {object} Point a measurement at the percentiles of a level
 * @property {Row} row
 * @property {number} firstToken
 * @property {number} interactivity
 * @property {number} throughput tokens/s per accelerator
 *
 * @typedef {object} Answer
 * @property {SeriesInfo} series
 * @property {number} throughput
 * @property {Point} keeps the measurement that keeps both limits
 * @property {Point} [misses] its neighbour that is too slow, where the throughput is interpolated
 * @property {number} firstToken the time to reckon with: that of the worse neighbour
 * @property {number} interactivity exactly the limit, where the throughput is interpolated
 * @property {number | null} cost dollars per million tokens
 * @property {number | null} megawatt tokens/s per megawatt
 *
 * @typedef {{why: "not stated"} | {why: "too slow" | "too late", reached: number, row: Row}} Reason with the nearest that was measured
 * @typedef {{series: SeriesInfo} & Reason} Unanswered
 * @typedef {"cost" | "throughput" | "megawatt"} Ranking
 */
import { frontier } from "../frontier.js";
import { dollarsPerMillionTokens, tokensPerSecondPerMegawatt, value } from "../metric.js";
import { interpolated } from "../steffen.js";

/** Which way each ranking is better: 1 for more. @type {Record<Ranking, 1 | -1>} */
export const better = { cost: -1, throughput: 1, megawatt: 1 };

/**
 * All series at a level, best first, and those that don't answer.
 * @param {SeriesInfo[]} series in the order of their keys @param {Row[]} rows those that stand
 * @param {Level} level @param {Ranking} ranking @param {Prices} prices
 * @returns {{answers: Answer[], unanswered: Unanswered[]}}
 */
export function best(series, rows, level, ranking, prices) {
  /** @type {Answer[]} */
  const answers = [];
  /** @type {Unanswered[]} */
  const unanswered = [];
  for (const one of series) {
    const points = rows.filter((row) => row.series === one).flatMap((row) => point(row, level) ?? []).sort(worstFirst);
    const found = between(points, level) ?? measured(points, level);
    if ("why" in found) {
      unanswered.push({ series: one, ...found });
      continue;
    }
    const { keeps, misses, throughput } = found;
    const { dollars, kilowatts } = prices(one.accelerator);
    answers.push({
      ...{ series: one, throughput, keeps, misses },
      firstToken: Math.max(keeps.firstToken, misses?.firstToken ?? 0),
      interactivity: misses ? level.interactivity : keeps.interactivity,
      cost: dollarsPerMillionTokens(dollars, throughput),
      megawatt: tokensPerSecondPerMegawatt(kilowatts, throughput),
    });
  }
  answers.sort((a, b) => {
    const [left, right] = [a[ranking], b[ranking]];
    return left === null || right === null ? Number(left === null) - Number(right === null) : better[ranking] * (right - left);
  });
  return { answers, unanswered };
}

/** @param {Row} row @param {Level} level @returns {Point | undefined} */
function point(row, { firstTokenAt, interactivityAt }) {
  const figure = (/** @type {string} */ metric, /** @type {Percentile} */ at) => value(at === "p50" ? metric : `${metric}-${at}`, row, unpriced);
  const [firstToken, interactivity, throughput] = [figure("time-to-first-token", firstTokenAt), figure("interactivity", interactivityAt), value("throughput", row, unpriced)];
  return firstToken === null || interactivity === null || throughput === null ? undefined : { row, firstToken, interactivity, throughput };
}

const unpriced = () => ({ dollars: null, kilowatts: null });

/** Of measurements that tie the one with the sooner first token comes first, then the one with the smaller id. @param {Point} a @param {Point} b */
function worstFirst(a, b) {
  const id = (/** @type {Point} */ { row }) => row.href.split("#")[1];
  return a.throughput - b.throughput || a.interactivity - b.interactivity || a.firstToken - b.firstToken || (id(a) < id(b) ? -1 : 1);
}

/** How many times the throughput of the neighbour that keeps the limits the other may have, for a value between them. */
const furthest = 2;

/**
 * The interpolated answer between two neighbours of the frontier that both have their first token in time.
 * @param {Point[]} points @param {Level} level
 */
function between(points, level) {
  const figures = points.map(({ interactivity, throughput }) => ({ x: interactivity, y: throughput }));
  const kept = frontier(figures, "higher", "higher").filter((place, at, all) => {
    const [here, before] = [figures[place], figures[all[at - 1]]];
    return here.x !== before?.x || here.y !== before.y;
  });
  const found = interpolated(kept.map((place) => figures[place]), level.interactivity);
  if (!found || found.below === found.above) return undefined;
  const [misses, keeps] = [points[kept[found.below]], points[kept[found.above]]];
  if (misses.throughput > furthest * keeps.throughput) return undefined;
  const inTime = misses.firstToken <= level.firstToken && keeps.firstToken <= level.firstToken;
  return inTime ? { throughput: found.value, keeps, misses } : undefined;
}

/**
 * The measurement with the most throughput of those that keep both limits, or why there is none.
 * @param {Point[]} points @param {Level} level @returns {{throughput: number, keeps: Point, misses?: undefined} | Reason}
 */
function measured(points, level) {
  const fast = points.filter(({ interactivity }) => interactivity >= level.interactivity);
  const inTime = fast.filter(({ firstToken }) => firstToken <= level.firstToken);
  // The first of the points that share the highest throughput and, of those, the highest interactivity.
  const top = inTime.at(-1);
  const keeps = top && inTime.find((it) => it.throughput === top.throughput && it.interactivity === top.interactivity);
  if (keeps) return { throughput: keeps.throughput, keeps };
  if (fast.length) {
    const soonest = fast.reduce((best, it) => (it.firstToken < best.firstToken ? it : best));
    return { why: "too late", reached: soonest.firstToken, row: soonest.row };
  }
  if (points.length) {
    // The last of equals, as the build takes it.
    const fastest = points.reduce((best, it) => (it.interactivity >= best.interactivity ? it : best));
    return { why: "too slow", reached: fastest.interactivity, row: fastest.row };
  }
  return { why: "not stated" };
}
