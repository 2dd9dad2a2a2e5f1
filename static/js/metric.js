// @ts-check
/**
 * The quantities that charts and tables show, computed as src/analysis/metric.rs does, operation by operation, so that
 * both give the same figures to the last bit.
 *
 * @typedef {import("./measurements.js").Row} Row
 * @typedef {{dollars: number | null, kilowatts: number | null}} Price of one accelerator: dollars an hour and all-in power
 * @typedef {(accelerator: string) => Price} Prices
 * @typedef {{key: string, name: string, unit: string, better: "higher" | "lower", requests: number | null}} MetricInfo as the page states it
 */

/** @param {number | null} whole @param {Row} row */
function perAccelerator(whole, { accelerators }) {
  return whole !== null && accelerators ? whole / accelerators : null;
}

/** @param {number | null} tpot @param {number | null} stated */
const interactivity = (tpot, stated) => (tpot !== null && tpot > 0 ? 1 / tpot : stated);

/** @param {number | null} dollars an hour @param {number | null} throughput tokens/s, both of one accelerator @returns {number | null} dollars per million tokens */
export function dollarsPerMillionTokens(dollars, throughput) {
  return dollars !== null && throughput !== null && throughput > 0 ? (dollars * 1e6) / (3600 * throughput) : null;
}

/** @param {number | null} kilowatts @param {number | null} throughput tokens/s, both of one accelerator @returns {number | null} tokens/s per megawatt */
export function tokensPerSecondPerMegawatt(kilowatts, throughput) {
  return kilowatts !== null && throughput !== null ? (1000 * throughput) / kilowatts : null;
}

/** @type {Record<string, (row: Row, price: Price) => number | null>} */
const formulas = {
  interactivity: ({ figures }) => interactivity(figures.tpot, figures.interactivity),
  "interactivity-p90": ({ figures }) => interactivity(figures.tpot_p90, figures.interactivity_p90),
  "interactivity-p99": ({ figures }) => interactivity(figures.tpot_p99, figures.interactivity_p99),
  "time-to-first-token": ({ figures }) => figures.ttft,
  "time-to-first-token-p90": ({ figures }) => figures.ttft_p90,
  "time-to-first-token-p99": ({ figures }) => figures.ttft_p99,
  "end-to-end-latency": ({ figures }) => figures.e2e,
  throughput: (row) => perAccelerator(row.figures.total, row),
  "output-throughput": (row) => perAccelerator(row.figures.output, row),
  "input-throughput": (row) => perAccelerator(row.figures.input, row),
  cost: (row, price) => dollarsPerMillionTokens(price.dollars, perAccelerator(row.figures.total, row)),
  "output-cost": (row, price) => dollarsPerMillionTokens(price.dollars, perAccelerator(row.figures.output, row)),
  "throughput-per-megawatt": (row, price) => tokensPerSecondPerMegawatt(price.kilowatts, perAccelerator(row.figures.total, row)),
  "measured-energy": ({ figures }) => figures.energy,
};

/**
 * A metric of a measurement; null where the record, or the price book, lacks what it needs.
 * @param {string} metric its key @param {Row} row @param {Prices} prices @returns {number | null}
 */
export function value(metric, row, prices) {
  const figure = formulas[metric](row, prices(row.series.accelerator));
  return figure !== null && Number.isFinite(figure) ? figure : null;
}
