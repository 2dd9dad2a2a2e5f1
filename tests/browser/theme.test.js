// The theme is the reader's: as the system says until they choose, then as they chose, on every page, from the first paint.
import assert from "node:assert/strict";
import { test } from "node:test";
import { session } from "./session.js";
import { kinds, pageOf } from "./site.js";
import { visit } from "./visit.js";

const at = session();

/** @param {import("playwright-core").Page} page */
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
/** @param {import("playwright-core").Page} page */
const chosen = (page) => page.evaluate(() => document.documentElement.dataset.theme);

test("the button goes round: system, light, dark, high contrast", async () => {
  const context = await at.browser.newContext({ colorScheme: "light" });
  const { page, faults } = await visit(context, at.server.origin);
  await page.goto(at.server.origin + pageOf("home"));
  const button = page.locator("#theme");
  const seen = [];
  for (let press = 0; press < 5; press += 1) {
    seen.push([await button.textContent(), await chosen(page), await background(page)]);
    await button.click();
  }
  const white = "rgb(255, 255, 255)";
  assert.deepEqual(seen.map(([text, theme]) => [text, theme]), [
    ["Theme: system", undefined],
    ["Theme: light", "light"],
    ["Theme: dark", "dark"],
    ["Theme: high contrast", "contrast"],
    ["Theme: system", undefined],
  ]);
  assert.deepEqual(seen.map(([, , paper]) => paper === white), [true, true, false, true, true]);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a choice holds on every page, against the system, from before the first paint", async () => {
  for (const [theme, colorScheme] of /** @type {const} */ ([["dark", "light"], ["light", "dark"]])) {
    const context = await at.browser.newContext({ colorScheme });
    const page = await context.newPage();
    await page.goto(at.server.origin + pageOf("home"));
    const button = page.locator("#theme");
    while ((await chosen(page)) !== theme) await button.click();
    const paper = await background(page);
    await page.addInitScript(() => {
      const seen = /** @type {any} */ (window);
      seen.themes = [];
      // Nothing is painted before there is a body; after that, look at every frame.
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        seen.themes.push(document.documentElement.dataset.theme);
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
      const look = () => {
        if (document.body) seen.themes.push(document.documentElement.dataset.theme);
        if (seen.themes.length < 5) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    for (const path of Object.values(kinds)) {
      await page.goto(at.server.origin + path);
      await page.waitForFunction(() => /** @type {any} */ (window).themes.length >= 3);
      const themes = await page.evaluate(() => /** @type {string[]} */ (/** @type {any} */ (window).themes));
      assert.deepEqual([...new Set(themes)], [theme], path);
      assert.equal(await background(page), paper, path);
      assert.equal(await button.textContent(), `Theme: ${theme}`);
    }
    await context.close();
  }
});

test("where nothing may be stored the button works as long as the page is open", async () => {
  const context = await at.browser.newContext({ colorScheme: "light" });
  const { page, faults } = await visit(context, at.server.origin);
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      },
    });
  });
  await page.goto(at.server.origin + pageOf("home"));
  await page.locator("#theme").click();
  await page.locator("#theme").click();
  assert.equal(await chosen(page), "dark");
  assert.deepEqual(faults, []);
  await context.close();
});

test("without scripts there is no button, and the system's theme", async () => {
  const context = await at.browser.newContext({ javaScriptEnabled: false, colorScheme: "dark" });
  const page = await context.newPage();
  await page.goto(at.server.origin + pageOf("home"));
  assert.equal(await page.locator("#theme").isVisible(), false);
  assert.notEqual(await background(page), "rgb(255, 255, 255)");
  await context.close();
});
