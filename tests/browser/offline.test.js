// The site as `site archive` packs it, opened from a folder without a server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, root } from "./site.js";

const folder = mkdtempSync(join(tmpdir(), "offline-"));
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {import("playwright-core").Page} */
let page;
/** @type {string[]} */
const faults = [];

before(async () => {
  const command = process.env.SITE_COMMAND ?? join(root, "target/debug/site");
  execFileSync(command, ["archive", "--quiet", "--out", join(folder, "site")], { cwd: root });
  browser = await launch();
  page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) faults.push(`elsewhere: ${request.url()}`);
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @param {string} path */
const address = (path) => pathToFileURL(join(folder, "site", path)).href;

for (const path of ["index.html", "data/index.html", "data/measurements/index.html", "hardware/b200-vs-mi355x/index.html"]) {
  test(`${path} is whole without a server`, async () => {
    faults.length = 0;
    await page.goto(address(path));
    assert.deepEqual(faults, []);
    const styled = await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--space-4"));
    assert.notEqual(styled, "", "the style sheet is in force");
    await page.locator("#theme").click();
    assert.notEqual(await page.locator("#theme").textContent(), null, "the plain script runs");
  });
}

test("every link of a page leads to a file that is there", async () => {
  for (const path of ["index.html", "hardware/b200-vs-mi355x/index.html", "data/index.html"]) {
    await page.goto(address(path));
    const hrefs = await page.evaluate(() => Array.from(document.links, (link) => link.href));
    const missing = hrefs.filter((href) => href.startsWith("file:") && !existsSync(new URL(href.split("#")[0])));
    assert.deepEqual(missing, []);
    assert.ok(hrefs.some((href) => href.startsWith("file:")));
  }
});

test("a chart stands in its page as a drawing, with its table", async () => {
  await page.goto(address("hardware/b200-vs-mi355x/index.html"));
  const figure = page.locator("figure.chart").first();
  await figure.locator("svg").first().waitFor();
  assert.ok((await figure.locator("table tbody tr").count()) > 0);
});
