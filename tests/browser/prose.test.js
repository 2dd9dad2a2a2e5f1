// What Markdown can hold, in a real browser: accessible in both themes, nothing sticks out on a phone, and a chart in a text
// comes to life like any other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkUnfolded } from "./axe.js";
import { session } from "./session.js";
import { base } from "./site.js";

const guide = `${base}/docs/writing-guides/`;
const at = session();

for (const path of [guide, `${base}/docs/architecture/`, `${base}/docs/environment-variables/`, `${base}/docs/troubleshooting/`, `${base}/hardware/b200/`, `${base}/accuracy/`, `${base}/power/`, `${base}/reliability/`, `${base}/gaps/`]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`${path} is accessible and fits a phone, ${colorScheme}`, async () => {
      const context = await at.browser.newContext({ colorScheme, viewport: { width: 360, height: 800 } });
      const page = await context.newPage();
      await page.goto(at.server.origin + path);
      await checkUnfolded(page);
      await context.close();
    });
  }
}

test("a chart in a text comes to life, and a figure in a sentence leads to its measurement", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(at.server.origin + guide);
  const figure = page.locator("figure.chart").first();
  await figure.locator(".chart-box").focus();
  await figure.locator(".chart-box.live").waitFor();
  await page.locator("p a.bound").first().click();
  await page.waitForURL(/\/runs\/[^/]+\/#m-/);
  assert.equal(await page.locator(".measurement:target").count(), 1);
  await context.close();
});

test("a heading's link is there for the keyboard", async () => {
  const context = await at.browser.newContext();
  const page = await context.newPage();
  await page.goto(at.server.origin + guide);
  const anchor = page.locator("h2 > .anchor").first();
  assert.equal(await anchor.evaluate((element) => getComputedStyle(element).opacity), "0");
  await anchor.focus();
  assert.equal(await anchor.evaluate((element) => getComputedStyle(element).opacity), "1");
  await context.close();
});
