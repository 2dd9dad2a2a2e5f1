// @ts-check
/**
 * How an answer is known, in words.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./answer.js").Level} Level
 */

/** What percentiles need in requests; see src/analysis/sample_size.rs. @type {Record<string, number>} */
const requestsNeeded = { p90: 44, p99: 459 };

/** How an answer is known, and what its percentile rests on where that is too little. @param {Level} level @param {Answer} answer */
export function known(level, { keeps, misses }) {
  return [misses ? "◇ estimate, interpolated" : "measured", thin(level, keeps.row)].flat().join("; ");
}

/** That the highest percentile of the level rests on too few requests, or on an unknown number. @param {Level} level @param {import("../measurements.js").Row} row */
export function thin({ firstTokenAt, interactivityAt }, row) {
  return thinAt(firstTokenAt > interactivityAt ? firstTokenAt : interactivityAt, row);
}

/** The same of one percentile. @param {import("./answer.js").Percentile} percentile @param {import("../measurements.js").Row} row */
export function thinAt(percentile, { requests }) {
  const needed = requestsNeeded[percentile];
  if (needed === undefined) return [];
  if (requests === null) return `${percentile} of an unknown number of requests`;
  return requests < needed ? `${percentile} of too few requests, ${needed} are needed` : [];
}
