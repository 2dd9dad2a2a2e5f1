// @ts-check
/**
 * The measurements of one model and workload, as src/page/view.rs writes them: column by column, every measurement that
 * ever stood, in order of their runs.
 *
 * @typedef {[number, number, number]} Style slots of colour, shape and dash
 * @typedef {{key: string, name: string, style: Style}} Look a series as charts show it
 *
 * @typedef {object} SeriesFacts what the measurements of a series have in common
 * @property {string} full_name tells it apart from every other, whatever the precision
 * @property {number} group the place in `groups` of its accelerator and precision
 * @property {string} accelerator
 * @property {string} framework
 * @property {string} precision its family: `fp8`
 * @property {string} speculation `none`, `mtp` …, `not-stated`
 * @property {string} serving `aggregated` or `disaggregated`
 * @property {string} source `official`, `community` or `unofficial`
 * @property {{reach: number} | null} noise between adjacent runs of throughput: the logarithm of a ratio that a difference must exceed;
 *   absent where nothing shows it
 * @typedef {Look & SeriesFacts} SeriesInfo
 *
 * @typedef {object} Row one measurement; a figure that isn't known is null. Latencies in seconds, throughput in tokens/s of
 *   the whole deployment, energy in joules per token
 * @property {string} href its address on the site
 * @property {Run} run
 * @property {SeriesInfo} series
 * @property {number} identity measurements of one configuration share it
 * @property {string} label its load
 * @property {string} configuration
 * @property {number | null} accelerators
 * @property {number | null} requests
 * @property {Record<string, number | null>} figures `total`, `ttft_p99` …
 * @property {Map<Row, Against>} [against] the rows of other series that it can be held against by the repeats of both
 *
 * @typedef {[number, number]} Interval
 * @typedef {{throughput: Interval, reciprocal: Interval}} Against the ratio of this one's mean throughput to the other's, and of the
 *   means of the reciprocals, at 95 %
 *
 * @typedef {{id: string, date: string, day: string}} Run
 *
 * @typedef {object} Measurements
 * @property {{key: string, name: string}} model
 * @property {{key: string, name: string}} workload
 * @property {Look[]} groups
 * @property {SeriesInfo[]} series
 * @property {number | null} reach_of_interpolation what most interpolated throughputs keep to, as a logarithm
 * @property {Row[]} rows
 */
import { base } from "./site.js";

/** @type {Map<string, Promise<Measurements>>} */
const loaded = new Map();

/** The measurements of a model and workload, loaded once. @param {string} model @param {string} workload @returns {Promise<Measurements>} */
export function measurements(model, workload) {
  const url = `${base}/data/view/${model}/${workload}.json`;
  let loading = loaded.get(url);
  if (!loading) {
    loading = load(url);
    loaded.set(url, loading);
    // After a failure the next call tries again.
    loading.catch(() => loaded.delete(url));
  }
  return loading;
}

/** @param {string} url @returns {Promise<Measurements>} */
async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return unpacked(await answer.json());
}

const known = ["total", "output", "input", "ttft", "ttft_p90", "ttft_p99", "tpot", "tpot_p90", "tpot_p99", "interactivity", "interactivity_p90", "interactivity_p99", "e2e", "energy"];

/** Rows out of columns. @param {any} data @returns {Measurements} */
export function unpacked({ columns, runs, labels, configurations, repeats, ...rest }) {
  const at = (/** @type {string} */ name, /** @type {number} */ index) => columns[name]?.[index] ?? null;
  const rows = columns.id.map((/** @type {string} */ id, /** @type {number} */ index) => {
    const run = runs[at("run", index)];
    return {
      href: `/runs/${run.id}/#m-${id}`,
      run,
      series: rest.series[at("series", index)],
      identity: at("identity", index),
      label: labels[at("label", index)],
      configuration: configurations[at("configuration", index)],
      accelerators: at("accelerators", index),
      requests: at("requests", index),
      figures: Object.fromEntries(known.map((name) => [name, at(name, index)])),
    };
  });
  for (const [one, other, throughput, reciprocal] of repeats ?? []) {
    against(rows[one], rows[other], { throughput, reciprocal });
    against(rows[other], rows[one], { throughput: turned(throughput), reciprocal: turned(reciprocal) });
  }
  return { ...rest, rows };
}

/** @param {Row} row @param {Row} other @param {Against} intervals */
function against(row, other, intervals) {
  row.against = (row.against ?? new Map()).set(other, intervals);
}

/** The interval of the ratio the other way round. @param {Interval} interval @returns {Interval} */
export const turned = ([low, high]) => [1 / high, 1 / low];

/** What stood on each day that was asked for. @type {WeakMap<Row[], Map<string, Row[]>>} */
const stood = new WeakMap();

/**
 * The measurements that stand on a day: the newest of each configuration. Without a day, today's.
 * @param {Row[]} rows @param {string} [day] `2026-01-31` @returns {Row[]} in order of their first run
 */
export function standing(rows, day = "") {
  const days = stood.get(rows) ?? new Map();
  stood.set(rows, days);
  let standing = days.get(day);
  if (!standing) {
    /** @type {Map<SeriesInfo, Map<number, Row>>} */
    const newest = new Map();
    for (const row of rows) {
      if (day && row.run.date > day) continue;
      const ofSeries = newest.get(row.series) ?? new Map();
      newest.set(row.series, ofSeries.set(row.identity, row));
    }
    standing = [...newest.values()].flatMap((ofSeries) => [...ofSeries.values()]);
    days.set(day, standing);
  }
  return standing;
}
