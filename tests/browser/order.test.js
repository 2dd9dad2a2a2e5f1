// Places in a ranking: the browser's rule on the cases that src/page/repeated.rs put through the build's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { orderOf, place } from "../../static/js/best/order.js";
import { root } from "./site.js";

// The module asks its page for the site's path; there is no page here.
Object.assign(globalThis, { document: { querySelector: () => null } });
const { unpacked } = await import("../../static/js/measurements.js");

const snapshot = readFileSync(join(root, "src/page/snapshots/site__page__repeated__tests__places_of_repeats.snap"), "utf8");
/** @type {any[]} */
const cases = JSON.parse(snapshot.slice(snapshot.indexOf("\n---\n", 4) + 5));

/** The answers of a case, each of one measurement. @param {any} known @returns {import("../../static/js/best/answer.js").Answer[]} */
function answers({ noise, throughputs, prices, repeats }) {
  const each = throughputs.map((/** @type {number} */ _, /** @type {number} */ at) => at);
  const columns = { id: each.map(String), run: each.map(() => 0), series: each };
  const series = each.map(() => ({ noise }));
  const { rows } = unpacked({ columns, runs: [{ id: "run" }], labels: [], configurations: [], repeats, series });
  return rows.map((row, at) => ({
    ...{ series: row.series, throughput: throughputs[at], keeps: { row, firstToken: 1, interactivity: 1, throughput: throughputs[at] } },
    ...{ firstToken: 1, interactivity: 1, cost: prices[at] / throughputs[at], megawatt: null },
  }));
}

test("repeats are told apart by their own spread, as the build tells them apart", () => {
  assert.ok(cases.length >= 5);
  for (const known of cases) {
    const all = answers(known);
    for (const [key, expected] of /** @type {const} */ ([["throughput", known.by_throughput], ["cost", known.by_cost]])) {
      const { groups } = orderOf([...all], key, null);
      assert.deepEqual(groups?.map((group) => group.map((answer) => all.indexOf(answer))), expected, `${known.name}, by ${key}`);
    }
  }
});

test("without their repeats the same are judged by the noise of single runs", () => {
  const [close] = cases;
  const order = orderOf(answers({ ...close, repeats: [] }), "throughput", null);
  assert.equal(order.groups?.length, 1);
  assert.equal(place(order, order.ranked[0]), "1 to 2");
});
