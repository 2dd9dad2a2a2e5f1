// A site of which every text that a stranger can write holds script (tests/site/hostile.rs): nothing of it runs, and our own pages
// ask for nothing that their content-security policy forbids.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { visit } from "./visit.js";

const folder = mkdtempSync(join(tmpdir(), "hostile-"));
const root = fileURLToPath(new URL("../..", import.meta.url));
const claim = "a_hostile_site_is_built_whole_for_the_browser";
execFileSync("cargo", ["test", "--quiet", "--locked", "--package", "site", "--test", "site", claim], {
  cwd: root,
  env: { ...process.env, HOSTILE_SITE: folder },
});
// The module reads at its start which site it serves.
process.env.SITE = folder;
const { launch, serve } = await import("./site.js");

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {import("./visit.js").Visit} */
let visited;
/** What ran that should not have. @type {string[]} */
const ran = [];

before(async () => {
  [browser, server] = await Promise.all([launch(), serve()]);
  const context = await browser.newContext();
  await context.exposeFunction("evil", () => ran.push("evil()"));
  visited = await visit(context, server.origin);
  visited.page.on("dialog", (dialog) => {
    ran.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What is wrong with the page that is open. What it still loads when the next one is opened is broken off, which is no fault. */
const wrong = () => [...visited.faults.filter((fault) => !fault.endsWith("net::ERR_ABORTED")), ...ran];

const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));
const addresses = files.map((file) => `/${file.split(sep).join("/").replace(/index\.html$/, "")}`).sort();

test("no page of a hostile site runs what it shows, or breaches the policy", async () => {
  assert.ok(addresses.length > 50, `${addresses.length} pages`);
  for (const address of addresses) {
    visited.faults.length = 0;
    await visited.page.goto(server.origin + address, { waitUntil: "load" });
    assert.deepEqual(wrong(), [], address);
  }
});

test("what scripts draw from hostile data is text as well", async () => {
  const chart = addresses.find((address) => /^\/models\/[^/]+\/[^/]+\/$/.test(address)) ?? "";
  for (const address of [chart, "/compare/", "/best/", "/data/measurements/", "/runs/"]) {
    visited.faults.length = 0;
    await visited.page.goto(server.origin + address, { waitUntil: "networkidle" });
    const field = visited.page.locator("input[type=search]").first();
    if (await field.isVisible()) await field.fill("script");
    for (const figure of await visited.page.locator("figure.chart").all()) await figure.scrollIntoViewIfNeeded();
    await visited.page.waitForLoadState("networkidle");
    assert.deepEqual(wrong(), [], address);
  }
});

test("the policy would stop a script that slipped in", async () => {
  visited.faults.length = 0;
  await visited.page.goto(`${server.origin}/docs/guide/`);
  await visited.page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", "<img src=data:, onerror=evil()>");
    const script = document.createElement("script");
    script.textContent = "evil()";
    document.body.append(script);
  });
  await visited.page.waitForTimeout(300);
  assert.deepEqual(ran, []);
  assert.equal(visited.faults.filter((fault) => fault.includes("policy breach: script-src")).length, 2, visited.faults.join("\n"));
});
