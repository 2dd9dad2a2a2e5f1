// Questions in SQL: answered from the site's own files, the same as its API says; bounded, harmless, and told by their address.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { session } from "./session.js";
import { pageOf, site } from "./site.js";
import { visit } from "./visit.js";

const at = session();

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

/** The page for questions at a query, closed when the test ends. @param {import("node:test").TestContext} t @param {string} [query] @param {object} [options] */
async function open(t, query = "", options = {}) {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  t.after(() => context.close());
  const visited = await visit(context, at.server.origin);
  await visited.page.goto(`${at.server.origin}${pageOf("query")}${query}`, { waitUntil: "networkidle" });
  return { ...visited, context };
}

/** @typedef {import("playwright-core").Page} Page */

/** Until what was asked is answered, or found at fault. @param {Page} page */
const settled = (page) => page.waitForFunction(() => document.getElementById("query")?.getAttribute("aria-busy") === "false" && document.getElementById("query-said")?.textContent);

/** @param {Page} page @param {string} sql */
async function ask(page, sql) {
  await page.locator("#query-text").fill(sql);
  await page.locator("#query-run").click();
  await settled(page);
}

/** The answer as the page shows it. @param {Page} page */
function seen(page) {
  return page.evaluate(() => {
    const texts = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].map((cell) => cell.textContent ?? "");
    const hidden = /** @type {HTMLElement} */ (document.getElementById("query-answer")).hidden;
    return {
      said: document.getElementById("query-said")?.textContent?.replace(/ [\d.,]+ ms\./, "") ?? "",
      head: hidden ? [] : [...document.querySelectorAll("#query-table th")].map((cell) => cell.firstChild?.textContent ?? ""),
      rows: hidden ? [] : [...document.querySelectorAll("#query-table tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
      drawn: document.querySelector("#query-drawing svg")?.innerHTML,
      choices: [...document.querySelectorAll("#query-answer select")].map((select) => /** @type {HTMLSelectElement} */ (select).value),
      notes: texts("#query-drawing .chart-notes li"),
      text: /** @type {HTMLTextAreaElement} */ (document.getElementById("query-text")).value,
    };
  });
}

/** All measurements of a model, as the API's files have them. @param {string} model */
function ofApi(model) {
  const folder = join(site, "api/v1/measurements/models", model);
  return readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")).items);
}

test("nothing is loaded before the first question, and every example is answered", async (t) => {
  const { page, faults, requests } = await open(t);
  assert.ok(!requests.some((url) => /sqlite/.test(url)), "no database, no engine");
  assert.match((await page.locator(".lead").textContent()) ?? "", /\(\d\.\d MB, once\)/);
  const links = page.locator("a[data-question]");
  const count = await links.count();
  assert.ok(count >= 8, `${count} examples`);
  for (let place = 0; place < count; place++) {
    await links.nth(place).click();
    await settled(page);
    const wanted = new URL(page.url()).searchParams.get("x");
    if (wanted !== null) await page.locator("#query-drawing .chart-box svg").waitFor();
    const { said, rows, drawn, choices } = await seen(page);
    const title = await links.nth(place).textContent();
    assert.ok(rows.length > 0, `${title}: ${said}`);
    assert.equal(Boolean(drawn), wanted !== null, `${title}: drawn or not as its address says`);
    assert.equal(choices[0], wanted ?? "");
  }
  assert.deepEqual(faults, []);
  assert.ok(requests.some((url) => url.endsWith(".wasm")) && requests.every((url) => url.startsWith(at.server.origin)));
});

test("an example’s figures are those of the JSON API", async (t) => {
  const { page } = await open(t);
  await page.locator("a[data-question]").first().click();
  await settled(page);
  const { head, rows } = await seen(page);
  const [, model, workload] = /model = '(.+?)' AND workload_key = '(.+?)'/.exec(await page.locator("#query-text").inputValue()) ?? [];
  const official = ofApi(model).filter((row) => row.workload === workload && row.kind === "official" && row.throughput_per_accelerator);
  assert.ok(rows.length > 5 && official.length > 50);
  const at = (/** @type {string} */ name) => head.indexOf(name);
  for (const row of rows) {
    const value = Number(row[at("throughput_per_accelerator")]);
    const same = official.filter((it) => it.accelerator === row[at("accelerator")] && it.throughput_per_accelerator === value);
    assert.ok(same.some((it) => it.framework === row[at("framework")] && it.date === row[at("date")]), `${row}: not in the API`);
  }
  await ask(page, `SELECT accelerator, count(*), sum(throughput_per_accelerator) FROM measurements WHERE model = '${model}' AND outcome = 'ok' AND retracted_when IS NULL AND throughput_per_accelerator IS NOT NULL GROUP BY accelerator`);
  for (const [accelerator, count, sum] of (await seen(page)).rows) {
    const all = ofApi(model).filter((row) => row.accelerator === accelerator && row.outcome === "ok" && row.throughput_per_accelerator);
    assert.equal(Number(count), all.length, accelerator);
    const expected = all.reduce((sum, row) => sum + row.throughput_per_accelerator, 0);
    assert.ok(Math.abs(Number(sum) / expected - 1) < 1e-5, `${accelerator}: ${sum}, and ${expected} in the API`);
  }
});

test("the address is the question, its answer and its chart, in any browser and on the way back", async (t) => {
  const first = await open(t);
  await ask(first.page, "SELECT accelerator, tensor_parallel, throughput_total AS \"total & all\", 'ü+%&#' AS x\nFROM measurements WHERE throughput_total > 0 ORDER BY id LIMIT 300");
  await first.page.locator("#query-chart summary").click();
  await first.page.locator("#query-x").selectOption("tensor_parallel");
  await first.page.locator("#query-y").selectOption("total & all");
  await first.page.locator("#query-series").selectOption("accelerator");
  await first.page.locator("#query-drawing .chart-legend").waitFor();
  const shown = await seen(first.page);
  assert.equal(shown.rows.length, 200, "the first rows");
  assert.match(shown.said, /^300 rows\. The first 200 are shown; the CSV file has all\.$/);
  const query = new URL(first.page.url()).search;
  const second = await open(t, query);
  await settled(second.page);
  await second.page.locator("#query-drawing .chart-box svg").waitFor();
  assert.deepEqual(await seen(second.page), shown);
  await first.page.goBack();
  await first.page.waitForFunction(() => !location.search.includes("series="));
  await first.page.goBack();
  await first.page.goBack();
  await first.page.waitForFunction(() => !document.querySelector("#query-drawing svg"));
  await first.page.goBack();
  await first.page.waitForFunction(() => location.search === "");
  assert.equal((await seen(first.page)).rows.length, 0, "nothing asked, nothing answered");
  const odd = await open(t, "?colour=red");
  assert.match((await seen(odd.page)).said, /Ignored in the address, since it means nothing here: colour=red/);
  assert.deepEqual([...first.faults, ...second.faults, ...odd.faults], []);
});

test("days and words are axes, and an axis that the answer lacks is told", async (t) => {
  const { page, faults } = await open(t);
  const address = (/** @type {string} */ sql, /** @type {string} */ by) => `${at.server.origin}${pageOf("query")}?q=${encodeURIComponent(sql)}&${by}`;
  const marks = (/** @type {string} */ axis) => page.locator(`#query-drawing .ticks-${axis} text`).allTextContents();
  const drawn = async (/** @type {string} */ sql, /** @type {string} */ by) => {
    await page.goto(address(sql, by));
    await settled(page);
    await page.locator("#query-drawing .chart-box svg").waitFor();
  };
  await drawn("SELECT date, throughput_total FROM measurements WHERE standing ORDER BY date", "x=date&y=throughput_total");
  const months = await marks("x");
  assert.ok(months.length >= 2 && months.length <= 5 && months.every((month) => /^\d{4}-\d\d$/.test(month)), `${months}`);
  await drawn("SELECT '2026-02-28' AS day, 1 AS n UNION ALL SELECT '2026-03-02', 2", "x=day&y=n");
  assert.deepEqual(await marks("x"), ["2026-02-27", "2026-03-01", "2026-03-03"]);
  await drawn("SELECT 'b & <b>' AS word, 1 AS n UNION ALL SELECT 'a', -2 UNION ALL SELECT NULL, 3", "x=word&y=n");
  assert.deepEqual((await marks("y")).sort(), ["a", "b & <b>"], "words stand on the left");
  assert.match((await seen(page)).notes.join(), /1 of 3 rows left out: a value is missing/);
  await page.goto(address("SELECT date, 1 AS n, 'x' || id AS many FROM measurements", "x=many&y=nothing"));
  await settled(page);
  await page.getByText("no such column to draw by: x=many, y=nothing").waitFor();
  assert.deepEqual(faults, []);
});

test("a question that never ends is stopped, by its reader or by the clock, and the next one is answered", async (t) => {
  const { page, faults } = await open(t);
  const ends = async () => {
    await ask(page, "SELECT count(*) AS runs FROM runs");
    assert.ok(Number((await seen(page)).rows[0][0]) > 0);
  };
  await page.locator("#query-text").fill(endless);
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => /seconds at most/.test(document.getElementById("query-said")?.textContent ?? ""));
  await page.locator("#query-stop").click();
  await settled(page);
  assert.equal((await seen(page)).said, "Stopped.");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "query-run", "the keyboard isn’t left behind");
  await ends();
  await ask(page, endless);
  assert.match((await seen(page)).said, /^Stopped after 10 seconds/);
  await ends();
  await ask(page, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
  assert.match((await seen(page)).said, /^More than 20,000 rows, of which the first are kept/);
  await ask(page, "SELECT length(randomblob(2000000000)), length(zeroblob(2000000000) || zeroblob(2000000000))");
  assert.equal(await page.locator("#query-said").getAttribute("data-state"), "fault", (await seen(page)).said);
  await ends();
  assert.deepEqual(faults, []);
});

test("whatever an answer holds is text, and no spreadsheet runs its CSV", async (t) => {
  const { page, faults } = await open(t);
  await ask(page, `SELECT '<img src=x onerror=alert(1)>' AS "<script>1</script>", '=cmd()' AS "=b", '' AS empty, NULL AS gap, 1e308 AS large, -2.5 AS small, 9007199254740993 AS exact, x'00ff' AS bytes, 'a,"b"' || char(10) AS c, 1 AS n, 1 AS n`);
  const { head, rows } = await seen(page);
  assert.deepEqual(head, ["<script>1</script>", "=b", "empty", "gap", "large", "small", "exact", "bytes", "c", "n", "n"]);
  assert.deepEqual(rows[0].slice(0, 8), ["<img src=x onerror=alert(1)>", "=cmd()", "", "–", "1e308", "−2.5", "9007199254740993", "(2 bytes)"]);
  assert.equal(await page.locator("#query-table :is(img, script)").count(), 0);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#query-csv").click()]);
  assert.equal(
    readFileSync(await download.path(), "utf8"),
    `<script>1</script>,'=b,empty,gap,large,small,exact,bytes,c,n,n\n<img src=x onerror=alert(1)>,'=cmd(),"",,1e+308,-2.5,9007199254740993,(2 bytes),"a,""b""\n",1,1\n`,
  );
  assert.deepEqual(faults, []);
});

test("a fault is told in SQLite’s words, with its line", async (t) => {
  const { page, faults } = await open(t);
  const cases = /** @type {[string, RegExp][]} */ ([
    ["SELECT run\nFORM measurements\nWHERE run = 'FORM'", /^Line 2: near "measurements": syntax error$/],
    ["SELECT ')' AS x,\n  (1 + 2))\nFROM runs", /^Line 2: near "\)": syntax error$/],
    ["SELECT id,\n  throughput\nFROM measurements", /^Line 2: no such column: throughput$/],
    ["SELECT 1;\n\nSELECT * FROM nowhere", /^Line 3: no such table: nowhere$/],
    ["SELECT (1,\n2", /^Line 2: incomplete input$/],
    ["SELECT json('{')", /^malformed JSON$/],
  ]);
  for (const [sql, expected] of cases) {
    await ask(page, sql);
    assert.match((await seen(page)).said, expected);
    assert.equal(await page.locator("#query-text").getAttribute("aria-invalid"), "true");
  }
  assert.deepEqual(faults, []);
});

test("each question sees the data as they were published", async (t) => {
  const { page } = await open(t);
  await ask(page, "SELECT count(*) FROM measurements");
  const before = (await seen(page)).rows;
  await ask(page, "DELETE FROM measurements; SELECT count(*) FROM measurements");
  assert.deepEqual((await seen(page)).rows, [["0"]], "the last statement with rows answers");
  await ask(page, "SELECT count(*) FROM measurements");
  assert.deepEqual((await seen(page)).rows, before);
  await ask(page, "CREATE TABLE x (y)");
  assert.match((await seen(page)).said, /^No rows: the question selects nothing/);
});

test("a filtered question is answered within 300 ms once everything is loaded", async (t) => {
  const { page } = await open(t);
  await ask(page, "SELECT 1");
  const times = [];
  for (const accelerator of ["h100", "h200", "b200", "mi300x", "mi355x"]) {
    const took = await page.evaluate(async (sql) => {
      const part = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
      const answered = new Promise((resolve) => new MutationObserver(() => /row/.test(part("query-said").textContent) && resolve(undefined)).observe(part("query-said"), { childList: true }));
      part("query-text").value = sql;
      const start = performance.now();
      part("query-run").click();
      await answered;
      return performance.now() - start;
    }, `SELECT * FROM measurements WHERE accelerator = '${accelerator}' AND standing ORDER BY throughput_per_accelerator DESC`);
    times.push(took);
  }
  t.diagnostic(`from the click to the table: ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
  assert.ok(Math.min(...times) < 300, `${times}`);
});

test("on a phone the page itself never scrolls sideways", async (t) => {
  const { page } = await open(t, `?q=${encodeURIComponent("SELECT * FROM measurements LIMIT 5")}&x=concurrency&y=throughput_total&series=model`, { viewport: { width: 360, height: 700 } });
  await settled(page);
  await page.locator("#query-drawing .chart-box svg").waitFor();
  await page.locator("#query-schema summary").first().click();
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(inner <= outer, `${inner} px in ${outer}`);
});

test("a column’s name is put where the question is being written", async (t) => {
  const { page } = await open(t);
  await page.locator("#query-text").fill("SELECT  FROM runs");
  await page.locator("#query-text").evaluate((text) => /** @type {HTMLTextAreaElement} */ (text).setSelectionRange(7, 7));
  const runs = page.locator("#query-schema details", { hasText: "revision" }).first();
  await runs.locator("summary").click();
  await runs.getByRole("button", { name: "revision", exact: true }).click();
  assert.equal(await page.locator("#query-text").inputValue(), "SELECT revision FROM runs");
});

test("without scripts the page says so, and what there is to ask for is there", async (t) => {
  const { page } = await open(t, "", { javaScriptEnabled: false });
  assert.ok(await page.getByText("Answering needs scripts").isVisible());
  assert.equal(await page.locator("#query-text").isVisible(), false);
  assert.ok((await page.locator("#query-schema dt code").count()) > 100);
});

test("a database that doesn’t load is told, and the next question tries again", async (t) => {
  const { page, context } = await open(t);
  await context.route("**/*.sqlite.gz", (route) => route.fulfill({ status: 503 }));
  await ask(page, "SELECT 1");
  assert.match((await seen(page)).said, /sqlite\.gz did not load: 503/);
  await context.unroute("**/*.sqlite.gz");
  await ask(page, "SELECT 1 AS one");
  assert.deepEqual((await seen(page)).rows, [["1"]]);
});
