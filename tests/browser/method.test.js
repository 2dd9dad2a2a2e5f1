// The pages that say how sure something is, on a phone: method, service levels, a run with repeats, a difference, a pair.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkUnfolded } from "./axe.js";
import { session } from "./session.js";
import { base, pageOf } from "./site.js";

const at = session();
const repeated = `${base}/runs/2026-11-24-smollm2-135m-cpu/`;
const levels = `${base}/best/dsr1/8192-1024/`;

/** @param {string} path @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(path, options) {
  const context = await at.browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const page = await context.newPage();
  await page.goto(at.server.origin + path);
  return page;
}

for (const path of [`${base}/method/`, levels, `${base}/best/smollm2-135m/64-64/`, repeated, pageOf("difference"), pageOf("pair")]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`${path} is accessible and fits a phone with all of it unfolded, ${colorScheme}`, async () => {
      const page = await open(path, { colorScheme });
      await checkUnfolded(page);
      await page.context().close();
    });
  }
}

test("a run with repeats shows each of them, their spread and interval, and the client's own error", async () => {
  const page = await open(repeated);
  const measurement = page.locator(".measurement").first();
  await measurement.scrollIntoViewIfNeeded();
  const table = measurement.locator("table", { hasText: "5 repeats" });
  const heads = await table.locator("tbody th").allTextContents();
  assert.deepEqual(heads, ["1", "2", "3", "4", "5", "Mean", "Spread (standard deviation)", "95 % interval of the mean"]);
  const column = async (/** @type {number} */ at) => (await table.locator(`tbody td:nth-of-type(${at})`).allTextContents()).map((text) => text.trim());
  const figures = await column(1);
  const repeats = figures.slice(0, 5).map(Number);
  const mean = repeats.reduce((sum, value) => sum + value) / 5;
  assert.ok(Math.abs(Number(figures[5]) - mean) < 0.1, `${figures[5]} and not ${mean}`);
  // Student's t of four degrees of freedom is 2.776 at 95 %.
  const deviation = Math.sqrt(repeats.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
  const [low, high] = figures[7].split(" to ").map(Number);
  assert.ok(Math.abs((high - low) / 2 - (2.776 * deviation) / Math.sqrt(5)) < 0.1, figures[7]);
  assert.match((await measurement.locator("h4 + p").textContent()) ?? "", /mean time to first token is off by .+; .+ is allowed/);
  assert.equal(await measurement.locator("dt", { hasText: "Ready to run, but the system ran others" }).isVisible(), true);
  await page.context().close();
});

test("on a phone a level answers before its long table, which is folded, and open on paper", async () => {
  const page = await open(levels);
  const section = page.locator(".level").first();
  assert.equal(await section.locator(".verdict").isVisible(), true);
  assert.equal(await section.locator("table").isVisible(), false);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height < 16_000, `${height} px`);
  await section.locator(".folded > summary").click();
  assert.equal(await section.locator("table").isVisible(), true);
  await page.emulateMedia({ media: "print" });
  for (const folded of await page.locator(".folded table").all()) assert.equal(await folded.isVisible(), true);
  await page.context().close();
});

test("each worked example of the method page unfolds to its numbers", async () => {
  const page = await open(`${base}/method/`);
  const examples = page.locator("details.worked");
  assert.ok((await examples.count()) >= 12);
  assert.equal(await page.locator("main", { hasText: "There is no worked example here" }).count(), 0);
  for (const example of await examples.all()) {
    await example.locator("summary").click();
    assert.ok((await example.locator("tbody tr").count()) >= 2);
  }
  await page.context().close();
});
