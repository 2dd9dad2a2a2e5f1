// Verdicts where readers meet them: a pair of accelerators leads with its answer, and a run leads to what changed since the last.
import assert from "node:assert/strict";
import { test } from "node:test";
import { session } from "./session.js";
import { pageOf } from "./site.js";

const at = session();

/** @param {string} path @param {number} width */
async function open(path, width) {
  const context = await at.browser.newContext({ viewport: { width, height: 800 } });
  const page = await context.newPage();
  await page.goto(at.server.origin + path);
  return page;
}

for (const width of [360, 1280]) {
  test(`at ${width} px a pair answers before anything else, and each answer leads to its figures`, async () => {
    const page = await open(pageOf("pair"), width);
    const lead = page.locator("main .lead");
    assert.match((await lead.textContent()) ?? "", /(faster|slower|within noise|can’t be compared)/);
    const bottom = await lead.evaluate((element) => element.getBoundingClientRect().bottom);
    assert.ok(bottom < 800, `the answer ends at ${bottom} px, below the first screen`);
    const rows = page.locator("main .scroll").first().locator("tbody tr");
    assert.ok((await rows.count()) > 1);
    const link = rows.first().locator("th a");
    const target = (await link.getAttribute("href")) ?? "";
    assert.match(target, /^#pair-1-section$/);
    await link.click();
    await page.waitForFunction(() => location.hash === "#pair-1-section");
    const top = await page.locator(target).evaluate((element) => element.getBoundingClientRect().top);
    assert.ok(Math.abs(top) < 100, `the section stands at ${top} px`);
    await page.context().close();
  });
}

test("on a phone an interpolated value shows the two measurements that it lies between", async () => {
  const page = await open(pageOf("pair"), 360);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  const between = page.locator("td .between").first();
  assert.equal(await between.isVisible(), true);
  const hrefs = await between.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  assert.equal(hrefs.length, 2);
  for (const href of hrefs) assert.match(href ?? "", /\/runs\/[^/]+\/#m-[0-9a-f]{16}$/);
  await page.context().close();
});

test("a verdict is told by its word, not by its colour alone", async () => {
  const page = await open(pageOf("pair"), 1280);
  for (const [kind, words] of /** @type {const} */ ([
    ["faster", /faster|cheaper|less energy/],
    ["slower", /slower|dearer|more energy/],
    ["even", /within noise/],
  ])) {
    const cells = await page.locator(`td.${kind}`).allTextContents();
    for (const text of cells) assert.match(text, words);
  }
  await page.context().close();
});

test("from a difference a reader comes to both runs, and from each run back", async () => {
  const page = await open(pageOf("difference"), 1280);
  const here = new URL(page.url()).pathname;
  const runs = await page.locator("main .facts a").evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
  assert.equal(runs.length, 2);
  for (const run of runs) {
    await page.goto(run);
    assert.equal(await page.locator(`.neighbours a[href="${here}"]`).count(), 1, run);
  }
  await page.context().close();
});
