// The cost calculator: the same figures as the build's, from vectors and on the page, with and without scripts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ownership } from "../../static/js/ownership.js";
import { session } from "./session.js";
import { base, root } from "./site.js";
import { visit } from "./visit.js";

const at = session();

/** @typedef {import("playwright-core").Page} Page */

/** Opens the calculator for a test, which must not fault. @param {string} query @param {(page: Page) => Promise<void>} check @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(query, check, options) {
  const context = await at.browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const { page, faults } = await visit(context, at.server.origin);
  await page.goto(`${at.server.origin}${base}/calculator/${query}`);
  if (options?.javaScriptEnabled !== false) await ready(page);
  await check(page);
  await context.close();
  // Leaving a page breaks off what it was still loading; that is no fault.
  assert.deepEqual(faults.filter((fault) => !fault.endsWith("net::ERR_ABORTED")), []);
}

/** The form works from the moment that there is something to download. @param {Page} page */
const ready = (page) => page.getByRole("button", { name: "CSV" }).waitFor();

/** The two tables. @param {Page} page */
const tables = (page) => page.locator("main table").allInnerTexts();

/** @param {Page} page @param {string} key */
const result = async (page, key) => (await page.locator(`[data-result=${key}]`).textContent())?.trim();

test("it is what numpy-financial finds, as in Rust", () => {
  const { vectors } = JSON.parse(readFileSync(join(root, "tests/fixtures/analysis/ownership_vectors.json"), "utf8"));
  assert.ok(vectors.length >= 6);
  for (const { given, expected } of vectors) {
    const found = /** @type {Record<string, number | null>} */ (ownership(given));
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      const it = found[key];
      const same = value === null || it === null ? it === value : Math.abs(it - value) <= 1e-12 * Math.abs(value);
      assert.ok(same, `${key}: ${it}, not ${value}`);
    }
  }
});

test("the worked example reads the same with scripts and without", async () => {
  /** @type {string[]} */
  let without = [];
  await open("", async (page) => {
    without = await tables(page);
    assert.equal(await page.locator("#assumptions").isVisible(), false, "no form that does nothing");
  }, { javaScriptEnabled: false });
  await open("", async (page) => assert.deepEqual(await tables(page), without));
  assert.match(without[1], /example; put in your own/);
});

test("an assumption changes the result, the address and what it rests on; a reload and going back bring them back", async () => {
  await open("", async (page) => {
    const before = await tables(page);
    await page.locator("[name=capital]").fill("80000");
    await page.locator("[name=years]").fill("4");
    await page.keyboard.press("Tab");
    assert.equal(new URL(page.url()).search, "?capital=80000&years=4");
    assert.equal(await page.locator("#basis-capital").textContent(), "your own");
    const changed = await tables(page);
    assert.notEqual(changed[0], before[0]);
    await page.waitForLoadState("networkidle");
    await page.reload();
    await ready(page);
    assert.deepEqual(await tables(page), changed);
    await page.goBack();
    await page.goBack();
    assert.equal(new URL(page.url()).search, "");
    assert.deepEqual(await tables(page), before);
  });
});

test("an accelerator brings its power and its throughput, and an address that names it does too", async () => {
  await open("", async (page) => {
    await page.locator("#accelerator").selectOption("h200");
    const [power, tables1] = [await page.locator("[name=power]").inputValue(), await tables(page)];
    assert.equal(new URL(page.url()).search, "?accelerator=h200");
    await open("?accelerator=h200", async (other) => {
      assert.equal(await other.locator("[name=power]").inputValue(), power);
      assert.deepEqual(await tables(other), tables1);
    });
  });
});

test("a field without a figure starts empty, and what needs it has no result", async () => {
  await open("?throughput=&grid=", async (page) => {
    assert.equal(await result(page, "dollars_per_million_tokens"), "—");
    assert.equal(await result(page, "kilograms_a_year"), "—");
    assert.notEqual(await result(page, "dollars_an_hour"), "—");
  });
});

test("nonsense in the address is ignored, and said", async () => {
  await open("?capital=lots&utilisation=250&years=3&x=1", async (page) => {
    const said = (await page.locator("#said").textContent()) ?? "";
    for (const part of ["capital=lots", "utilisation=250", "x=1"]) assert.ok(said.includes(part), said);
    assert.ok(!said.includes("years"), said);
    assert.equal(await page.locator("[name=capital]").inputValue(), "40000");
    assert.equal(await page.locator("[name=years]").inputValue(), "3");
  });
});

test("the downloads hold every assumption, what it rests on, and every result", async () => {
  await open("?capital=12345", async (page) => {
    /** @type {Record<string, string>} */
    const files = {};
    for (const name of ["CSV", "JSON"]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      files[name] = await readFile(await download.path(), "utf8");
    }
    const { rows, address } = JSON.parse(files.JSON);
    assert.equal(address, page.url());
    const capital = rows.find((/** @type {any} */ row) => row.key === "capital");
    assert.deepEqual([capital.part, capital.value, capital.rests_on], ["assumption", "12345", "your own"]);
    assert.match(rows.find((/** @type {any} */ row) => row.key === "power").rests_on, /price book, edition of \d{4}-\d\d-\d\d/);
    const keys = await page.locator("[data-value], [data-result]").evaluateAll((all) => all.map((it) => it.getAttribute("data-value") ?? it.getAttribute("data-result")));
    assert.deepEqual(rows.map((/** @type {any} */ row) => row.key).sort(), [...keys, "accelerator"].sort());
    assert.equal(files.CSV.trim().split("\n").length, rows.length + 1);
    assert.match(files.CSV, /^part,key,name,value,unit,rests_on\n/);
    assert.match(files.CSV, /\nassumption,capital,"Purchase price, with the share of host and network",12345,\$\/accelerator,your own\n/);
  });
});

test("the price of a used hour and the power go along to the service levels and to the explorer", async () => {
  await open("?accelerator=b200&pue=2", async (page) => {
    const [price, power] = [await result(page, "dollars_a_used_hour"), 2 * Number(await page.locator("[name=power]").inputValue())];
    const query = `?price=b200:${price}&power=b200:${power}`;
    const links = await page.locator("a.own").evaluateAll((all) => all.map((it) => /** @type {HTMLAnchorElement} */ (it).href));
    const home = at.server.origin + base;
    assert.deepEqual(links, [`${home}/best/${query}`, `${home}/compare/${query}&y=cost`]);
    await page.goto(links[0]);
    const said = page.locator("#answers .warning");
    await said.waitFor();
    assert.ok((await said.textContent())?.includes(`B200 SXM ${price}`));
    await page.goto(links[1], { waitUntil: "networkidle" });
    assert.equal(await page.locator("#explorer-said").isVisible(), false, "the explorer understands all of it");
  });
});
