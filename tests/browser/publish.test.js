// What surrounds the pages: search by keyboard, a chart's address and frame to be copied, a chart on somebody else's page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { session } from "./session.js";
import { base, pageOf, site } from "./site.js";
import { visit } from "./visit.js";

const at = session();

test("the key / opens the search, arrows choose, Enter goes there, Escape leaves", async () => {
  const context = await at.browser.newContext();
  const { page, faults } = await visit(context, at.server.origin);
  await page.goto(`${at.server.origin}${base}/`);
  await page.keyboard.press("/");
  await page.locator("dialog[open] input").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.keyboard.press("/");
  await page.locator("dialog[open] input").waitFor();
  await page.keyboard.type("mi355");
  await page.locator("[role=option]").first().waitFor();
  await page.keyboard.press("ArrowDown");
  const chosen = await page.locator("[aria-selected=true]").getAttribute("href");
  await page.keyboard.press("Enter");
  await page.waitForURL(String(chosen));
  assert.equal(new URL(String(chosen)).pathname, `${base}/hardware/mi355x/`);
  assert.deepEqual(faults, []);
  await context.close();
});

test("the page for searching answers the query in its address, and finds a run by its number", async () => {
  const run = String(pageOf("run").split("/").at(-2));
  const context = await at.browser.newContext();
  const { page, faults } = await visit(context, at.server.origin);
  await page.goto(`${at.server.origin}${base}/search/?q=${run}`);
  const first = page.locator("#search-results a").first();
  await first.waitFor();
  assert.match(await first.evaluate((link) => /** @type {HTMLAnchorElement} */ (link).pathname), new RegExp(`/runs/${run}/$`));
  assert.deepEqual(faults, []);
  await context.close();
});

test("the frame that is copied is the one that oEmbed names; a refused clipboard shows the text", async () => {
  const context = await at.browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("refused")) } });
  });
  const path = pageOf("workload");
  await page.goto(at.server.origin + path);
  const figure = page.locator("figure.chart").first();
  const id = await figure.getAttribute("id");
  await figure.locator("[data-share=link]").click();
  assert.equal(await figure.locator("textarea").inputValue(), `${at.server.origin}${path}#${id}`);
  await figure.locator("[data-share=embed]").click();
  await page.waitForFunction(() => document.querySelector("figure.chart textarea")?.textContent !== null);
  const copied = await figure.locator("textarea").inputValue();
  const described = JSON.parse(readFileSync(join(site, "oembed", path.slice(base.length), `${id}.json`), "utf8"));
  assert.equal(copied.replace(at.server.origin, ""), described.html.replace(/https?:\/\/[^/]+/, ""));
  await context.close();
});

test("a chart's address and its frame are copied, and the reader is told", async () => {
  const context = await at.browser.newContext();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: at.server.origin });
  const { page, faults } = await visit(context, at.server.origin);
  const path = pageOf("workload");
  await page.goto(at.server.origin + path);
  const figure = page.locator("figure.chart").first();
  const id = await figure.getAttribute("id");
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await figure.locator("[data-share=link]").click();
  await figure.getByText("The link is copied.").waitFor();
  assert.equal(await copied(), `${at.server.origin}${path}#${id}`);
  await figure.locator("[data-share=embed]").click();
  await figure.getByText("The code of the frame is copied.").waitFor();
  assert.match(await copied(), new RegExp(`^<iframe src="${at.server.origin}${base}/embed${path.slice(base.length)}${id}/".*></iframe>$`));
  assert.equal(await figure.locator("textarea").count(), 0, "nothing is left to be copied by hand");
  assert.deepEqual(faults, []);
  await context.close();
});

/**
 * A page of another site with a frame in it, in a browser that prefers light; closed when the test ends.
 * @param {import("node:test").TestContext} t @param {string} address of the frame
 */
async function elsewhere(t, address) {
  const other = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,"><iframe src="${address}" title="Chart" width="640" height="620"></iframe>`);
  });
  await new Promise((resolve) => other.listen(0, "localhost", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (other.address());
  const context = await at.browser.newContext({ colorScheme: "light" });
  t.after(async () => {
    await context.close();
    other.closeAllConnections();
    other.close();
  });
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`http://localhost:${port}/`);
  return { page, faults, frame: page.frameLocator("iframe") };
}

test("a chart in a frame on another site shows itself, in the theme that is asked for, and leads to its page", async (t) => {
  const path = pageOf("workload").slice(base.length);
  const { page, faults, frame } = await elsewhere(t, `${at.server.origin}${base}/embed${path}interactivity/?theme=dark`);
  await frame.locator(".chart-box svg path.mark").first().waitFor();
  const background = await frame.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  assert.equal(background, "rgb(22, 24, 29)");
  await frame.locator("h1 a").click();
  await page.waitForURL(`${at.server.origin}${base}${path}#interactivity`);
  assert.deepEqual(faults, []);
});

test("a view of the explorer in a frame on another site draws the model of its address, and leads to that view", async (t) => {
  const { page, faults, frame } = await elsewhere(t, `${at.server.origin}${base}/embed/compare/view/?model=gptoss120b`);
  await frame.locator(".chart-summary", { hasText: "gpt-oss-120b" }).waitFor();
  assert.ok((await frame.locator(".chart-box svg path.mark").count()) > 0, "something is drawn");
  assert.match(String(await frame.locator(".chart-legend").textContent()), /MXFP4|FP4/);
  await frame.locator("h1 a").click();
  await page.waitForURL(`${at.server.origin}${base}/compare/?*model=gptoss120b*`);
  assert.deepEqual(faults, []);
});

test("a share image is as large as its page says", async () => {
  const home = readFileSync(join(site, "index.html"), "utf8");
  const url = /<meta property="og:image" content="([^"]+)"/.exec(home)?.[1];
  assert.ok(url, "the home page names an image; `npm ci` and `site build` make it");
  const png = readFileSync(join(site, new URL(url).pathname.slice(base.length)));
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1200, 630]);
});
