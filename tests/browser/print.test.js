// Paper: black on white whatever the theme, with the charts and their tables, without what only a screen can use.
import assert from "node:assert/strict";
import { test } from "node:test";
import { session } from "./session.js";
import { pageOf } from "./site.js";

const at = session();

/**
 * A page as paper shows it.
 * @param {"light" | "dark"} colorScheme @param {string} [theme] what the reader chose @param {string} [kind]
 */
async function onPaper(colorScheme, theme, kind = "workload") {
  const context = await at.browser.newContext({ colorScheme, viewport: { width: 794, height: 1123 } });
  const page = await context.newPage();
  if (theme !== undefined) await page.addInitScript((theme) => localStorage.setItem("theme", theme), theme);
  await page.goto(at.server.origin + pageOf(kind));
  return { context, page };
}

/** What is not black on white; runs in the page. @returns {string[]} */
function faultsOfPaper() {
  /** The lightness of a colour, 0 to 1, and whether it shows at all. @param {string} color */
  const tone = (color) => {
    const [r = 0, g = 0, b = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return { light: (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255, shows: alpha > 0 };
  };
  const faults = [];
  const paper = tone(getComputedStyle(document.body).backgroundColor);
  if (paper.shows && paper.light < 0.99) faults.push("the page is not white");
  for (const element of document.querySelectorAll("h1, h2, p, td, th, li, .chart-title, .chart-svg text, .chart-scroll td")) {
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const color = element instanceof SVGElement ? style.fill : style.color;
    if (tone(color).light > 0.42) faults.push(`${element.tagName}.${element.getAttribute("class")} is ${color}`);
    const behind = tone(style.backgroundColor);
    if (behind.shows && behind.light < 0.85) faults.push(`${element.tagName} is on ${style.backgroundColor}`);
  }
  return [...new Set(faults)];
}

for (const [scheme, theme] of /** @type {["light" | "dark", string | undefined][]} */ ([["light", undefined], ["dark", undefined], ["light", "dark"], ["dark", "dark"]])) {
  test(`black on white, with the system ${scheme} and the theme ${theme ?? "of the system"}`, async () => {
    const { context, page } = await onPaper(scheme, theme);
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await page.evaluate(faultsOfPaper), []);
    for (const hidden of ["nav", "#theme", ".chart-tools", ".chart-downloads"]) {
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    }
    await context.close();
  });
}

test("charts and their tables are on paper, whole, also after a chart came to life", async () => {
  const { context, page } = await onPaper("light");
  const box = page.locator(".chart-box").first();
  await box.focus();
  await page.locator(".chart-box.live").first().waitFor();
  await page.emulateMedia({ media: "print" });
  for (const figure of await page.locator("figure.chart").all()) {
    const { width = 0, height = 0 } = (await figure.locator(".chart-box > svg").boundingBox()) ?? {};
    assert.ok(width > 300 && height > 150, `${await figure.getAttribute("id")} is ${width} by ${height}`);
    const marks = figure.locator(".mark, .bar").first();
    assert.equal(await marks.evaluate((mark) => getComputedStyle(mark).visibility), "visible");
  }
  assert.ok(((await page.locator(".chart-scroll table").first().boundingBox())?.height ?? 0) > 100);
  await context.close();
});

test("a PDF holds the charts", async () => {
  const { context, page } = await onPaper("dark");
  const whole = await page.pdf({ format: "A4" });
  await page.evaluate(() => document.querySelectorAll("figure.chart .chart-box > svg").forEach((svg) => svg.remove()));
  const without = await page.pdf({ format: "A4" });
  assert.equal(whole.subarray(0, 5).toString(), "%PDF-");
  assert.ok(whole.length > without.length + 10_000, `${whole.length} bytes, ${without.length} without charts`);
  await context.close();
});

test("a report on paper holds its tables and its chart whole, and not every point of it", async () => {
  const { context, page } = await onPaper("dark", undefined, "report");
  await page.emulateMedia({ media: "print" });
  assert.deepEqual(await page.evaluate(faultsOfPaper), []);
  assert.ok(((await page.locator("figure.chart .chart-box > svg").first().boundingBox())?.height ?? 0) > 150);
  assert.equal(await page.locator("figure.chart .chart-data").first().isVisible(), false);
  const tables = await page.locator(".prose .scroll > table").all();
  assert.ok(tables.length >= 3, `${tables.length} tables`);
  for (const table of tables) {
    const { x = 0, width = 0 } = (await table.boundingBox()) ?? {};
    assert.ok(width > 300 && x + width <= 794, `a table reaches to ${x + width} of 794`);
  }
  await context.close();
});

test("worked examples are on paper, black on white", async () => {
  const { context, page } = await onPaper("dark", "dark", "method");
  await page.emulateMedia({ media: "print" });
  assert.deepEqual(await page.evaluate(faultsOfPaper), []);
  assert.ok((await page.locator(".worked table").count()) > 8);
  await context.close();
});
