// Changes over time: from the overview to a full chart that answers to a reader, and from a change to both its runs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { session } from "./session.js";
import { base, pageOf } from "./site.js";
import { visit } from "./visit.js";

const at = session();

/** @param {import("node:test").TestContext} t @param {string} path @param {number} [width] */
async function open(t, path, width = 1280) {
  const context = await at.browser.newContext({ viewport: { width, height: 900 } });
  t.after(() => context.close());
  const visited = await visit(context, at.server.origin);
  await visited.page.goto(at.server.origin + path, { waitUntil: "networkidle" });
  return visited;
}

test("a confirmed change leads from the overview to what is said of it, and on to the two runs around it", async (t) => {
  const { page, faults } = await open(t, pageOf("trends"));
  await page.locator("#confirmed ~ .events .turns a").first().click();
  const change = page.locator(".change:target");
  assert.match(await change.innerText(), /Improvement|Regression/);
  const runs = change.locator("a[href*='/runs/'][href*='#']");
  assert.equal(await runs.count(), 2);
  const difference = await change.locator("a[href*='..']").getAttribute("href");
  for (const href of await runs.evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href))) {
    await page.goto(href);
    assert.equal(await page.locator(".measurement:target").count(), 1, href);
  }
  await page.goto(new URL(String(difference), page.url()).href);
  assert.match(await page.locator("h1").innerText(), /\d/, "what differs between the two runs");
  assert.deepEqual(faults, []);
});

test("a small drawing leads to the full chart of its series", async (t) => {
  const { page } = await open(t, pageOf("trends"), 360);
  await page.locator(".multiple").first().click();
  assert.equal(await page.locator("figure.chart:target").count(), 1);
});

test("a live timeline has days on its axis, walks through points and changes, and never stops at a level", async (t) => {
  const { page, faults } = await open(t, pageOf("trend"));
  const figure = page.locator("figure#throughput");
  const box = figure.locator(".chart-box");
  await box.press("ArrowRight");
  await box.and(page.locator(".live")).waitFor({ timeout: 15_000 });
  const names = await figure.locator(".chart-tools button").allInnerTexts();
  assert.deepEqual(names, ["Log y", "Pan", "Reset", "PNG"], "no frontier and no logarithm of a day");
  const spec = await page.evaluate(async () => (await fetch("throughput.json")).json());
  const points = spec.data.flatMap((/** @type {any} */ trace) => (trace.hoverinfo === "skip" ? [] : trace.customdata));
  const levels = spec.data.filter((/** @type {any} */ trace) => trace.hoverinfo === "skip");
  assert.ok(levels.length > 0 && points.length > 0);
  assert.equal(spec.layout.xaxis.type, "date");
  /** @type {Set<string>} */
  const said = new Set();
  for (let step = 0; step <= points.length; step += 1) {
    said.add((await figure.locator(".chart-said").innerText()).split(",")[0]);
    await box.press("ArrowRight");
  }
  assert.ok([...said].every((words) => words !== ""), "each stop says something");
  assert.ok([...said].some((words) => /^Confirmed (improvement|regression)/.test(words)), [...said].join("; "));
  assert.ok(points.some((/** @type {string} */ href) => href.startsWith(`${base}/trends/`) && href.includes("#change-")));
  assert.deepEqual(faults, []);
});

test("a pinned change leads to what is said of it", async (t) => {
  const { page } = await open(t, pageOf("trend"), 360);
  const figure = page.locator("figure#throughput");
  const box = figure.locator(".chart-box");
  await box.press("End");
  await box.and(page.locator(".live")).waitFor({ timeout: 15_000 });
  for (let step = 0; step < 300; step += 1) {
    const pin = figure.locator(".chart-pin");
    if ((await pin.count()) > 0 && /^Confirmed/.test(await pin.innerText())) break;
    await box.press("ArrowLeft");
  }
  await figure.locator(".chart-pin a").click();
  assert.equal(await page.locator(".change:target").count(), 1);
});
