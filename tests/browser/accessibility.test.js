// Every kind of page against WCAG 2.2 AA and axe's best practices, light and dark, on a desk and on a phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "./axe.js";
import { session } from "./session.js";
import { base, kinds, pageOf } from "./site.js";

const at = session();

/** The page in both themes, once on a desk and once on a phone; sizes and themes don't act on each other. @param {import("playwright-core").Page} page */
async function check(page) {
  for (const [width, colorScheme] of /** @type {const} */ ([[1280, "dark"], [360, "light"]])) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    const found = await violations(page);
    assert.deepEqual(found.slice(0, 12), [], `${found.length} at ${width} px, ${colorScheme}`);
  }
}

for (const [kind, path] of Object.entries(kinds)) {
  test(`${kind} is accessible`, async () => {
    const context = await at.browser.newContext();
    const page = await context.newPage();
    await page.goto(at.server.origin + path);
    await check(page);
    await context.close();
  });
}

test("a live chart with a pinned point and its table open is accessible", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(at.server.origin + pageOf("workload"));
  const figure = page.locator("figure.chart").first();
  await figure.locator("summary").click();
  await figure.locator(".chart-box").focus();
  await figure.locator(".chart-box.live").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await figure.locator(".chart-pin").waitFor();
  await check(page);
  await context.close();
});

test("an answer that was worked out, with everything unfolded, is accessible", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${at.server.origin}${pageOf("best")}?interactivity=150&price=b200:2&colour=red`);
  await page.locator("#answers[aria-busy=false] .unanswered").waitFor();
  await page.locator("main details").evaluateAll((all) => all.forEach((it) => it.setAttribute("open", "")));
  await check(page);
  await context.close();
});

test("an answer to a question in SQL, with its chart, and a fault are accessible", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${at.server.origin}${pageOf("query")}?q=SELECT+accelerator,+board_power,+throughput_total+FROM+measurements+LIMIT+50&x=throughput_total&y=throughput_total`);
  await page.locator("#query-drawing .chart-box svg").waitFor();
  await page.locator("#query-schema summary").first().click();
  await check(page);
  await page.goto(`${at.server.origin}${pageOf("query")}?q=SELECT+nothing`);
  await page.locator("#query-said[data-state=fault]").waitFor();
  await check(page);
  await context.close();
});

test("a chart on its own, for other people's pages, is accessible", async () => {
  const context = await at.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${at.server.origin}${base}/embed${pageOf("workload").slice(base.length)}interactivity/`);
  await page.locator("figure.chart svg").first().waitFor();
  await check(page);
  await context.close();
});

test("the search is accessible with results, as a page and as a dialog", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${at.server.origin}${pageOf("search")}?q=b200`);
  await page.locator("#search-results a").first().waitFor();
  await check(page);
  await page.goto(`${at.server.origin}${base}/`);
  await page.keyboard.press("/");
  await page.locator("dialog[open] input").waitFor();
  await page.keyboard.type("b200");
  await page.locator("dialog[open] [role=option]").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await check(page);
  await context.close();
});

test("high contrast is accessible, in the whole site and in one view", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(() => localStorage.setItem("theme", "contrast"));
  const page = await context.newPage();
  for (const kind of ["home", "workload", "gaps"]) {
    await page.goto(at.server.origin + pageOf(kind));
    assert.deepEqual((await violations(page)).slice(0, 12), [], kind);
  }
  await page.evaluate(() => localStorage.setItem("theme", "dark"));
  await page.goto(`${at.server.origin}${pageOf("compare")}?contrast=high&labels=load`, { waitUntil: "networkidle" });
  assert.deepEqual((await violations(page)).slice(0, 12), []);
  await context.close();
});
