// A chart's life: asleep until a reader turns to it, then the same chart, alive; and asleep for good if that fails.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { session } from "./session.js";
import { base, kinds, pageOf, site } from "./site.js";
import { listed, marksOfDrawing, marksOfPlotly, pointsOfCsv, pointsOfPlotly } from "./figure.js";
import { visit } from "./visit.js";

const at = session();

/**
 * A page with charts, in a context of its own, closed when the test ends.
 * @param {import("node:test").TestContext} t
 * @param {{kind?: string, id?: string, width?: number, touch?: boolean}} [options] `id` is the chart's; else it is the first
 */
async function chartPage(t, { kind = "workload", id, width = 1280, touch = false } = {}) {
  const context = await at.browser.newContext({ viewport: { width, height: 900 }, acceptDownloads: true, hasTouch: touch, isMobile: touch });
  t.after(() => context.close());
  const visited = await visit(context, at.server.origin);
  await visited.page.addInitScript(() => {
    const seen = /** @type {any} */ (window);
    seen.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shifts.push(/** @type {any} */ (entry).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await visited.page.goto(at.server.origin + pageOf(kind), { waitUntil: "networkidle" });
  const figure = visited.page.locator(id === undefined ? "figure.chart" : `figure#${id}`).first();
  return { ...visited, figure, box: figure.locator(".chart-box"), tool: (/** @type {string} */ name) => figure.getByRole("button", { name, exact: true }) };
}

test("a chart of more than 5,000 points is drawn with WebGL, or as SVG where there is none, and breaks no policy", async (t) => {
  for (const without of [false, true]) {
    const { page, box, faults } = await chartPage(t);
    await page.route("**/*.json", async (route) => {
      const answer = await route.fetch();
      const figure = await answer.json();
      const [trace] = figure.data;
      const many = (/** @type {any[]} */ list) => Array.from({ length: 6000 }, (_, index) => list[index % list.length]);
      for (const name of ["x", "y", "text", "customdata"]) trace[name] = many(trace[name]);
      for (const each of figure.data) each.type = "scattergl";
      await route.fulfill({ json: figure });
    });
    if (without) await page.evaluate(() => document.querySelector("meta[name=plotly-webgl]")?.remove());
    await box.hover();
    await live(box);
    const drawn = await box.evaluate((element) => [element.querySelectorAll(".gl-canvas").length, element.querySelectorAll(".scatterlayer .point").length]);
    assert.ok(drawn[0] > 0 || drawn[1] >= 6000, `${drawn[0]} canvases, ${drawn[1]} points`);
    if (without) assert.ok(drawn[1] >= 6000, `${drawn[1]} points`);
    assert.deepEqual(faults.filter((fault) => !/GPU stall|WebGL/.test(fault)), []);
    await page.context().close();
  }
});

/** @param {import("playwright-core").Locator} box */
const live = (box) => box.and(box.page().locator(".live")).waitFor({ timeout: 15_000 });
/** @param {import("playwright-core").Locator} box how many markers the live chart shows */
const shown = (box) => box.evaluate((element) => element.querySelectorAll(".chart-live .scatterlayer .point").length);
/** @param {string[]} requests */
const late = (requests) => requests.filter((url) => /\/assets\/(plotly|chart\/)|\.json$/.test(url));
/** @param {() => Promise<unknown>} claim tried again for ten seconds, since charts are drawn in their own time */
async function soon(claim) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await claim();
    } catch (error) {
      if (tries >= 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test("nothing of Plotly is loaded when a page opens or scrolls", async (t) => {
  const { page, requests, box } = await chartPage(t);
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 400) {
      scrollTo(0, y);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  await page.waitForTimeout(300);
  assert.deepEqual(late(requests), []);
  assert.equal(await box.getAttribute("role"), "application");
});

for (const [way, turn] of /** @type {[string, (box: import("playwright-core").Locator) => Promise<void>][]} */ ([
  ["a pointer", (box) => box.hover()],
  ["a click", (box) => box.click({ position: { x: 3, y: 3 } })],
  ["the focus", (box) => box.focus()],
  ["a key", (box) => box.press("ArrowRight")],
])) {
  test(`${way} brings a chart to life, and nothing moves`, async (t) => {
    const { page, box, requests, faults } = await chartPage(t);
    await box.scrollIntoViewIfNeeded();
    await page.evaluate(() => /** @type {any} */ (window).shifts.splice(0));
    await turn(box);
    await live(box);
    await page.waitForTimeout(200);
    assert.equal(late(requests).filter((url) => url.includes("/assets/plotly")).length, 1);
    assert.equal(await box.locator(".chart-live .main-svg").first().isVisible(), true);
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).shifts), []);
    assert.deepEqual(faults, []);
  });
}

test("a tap on a phone brings a chart to life, and nothing moves", async (t) => {
  const { page, box, faults } = await chartPage(t, { width: 360, touch: true });
  await box.scrollIntoViewIfNeeded();
  await page.evaluate(() => /** @type {any} */ (window).shifts.splice(0));
  await box.tap({ position: { x: 3, y: 3 } });
  await live(box);
  await page.waitForTimeout(200);
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).shifts), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.deepEqual(faults, []);
});

/** The folder of a page in the built site. @param {string} kind */
const folderOf = (kind) => join(site, pageOf(kind).slice(base.length));
/** The kinds of page that have charts with points. */
const withCharts = Object.keys(kinds).filter((kind) => {
  const file = join(folderOf(kind), "index.html");
  return existsSync(file) && readFileSync(file, "utf8").includes('data-kind="scatter"');
});

for (const kind of withCharts) {
  test(`${kind}: the file, the drawing and Plotly's figure have the same points`, async (t) => {
    const context = await at.browser.newContext({ javaScriptEnabled: false });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(at.server.origin + pageOf(kind));
    for (const figure of await page.locator("figure.chart[data-kind=scatter]").all()) {
      const id = await figure.getAttribute("id");
      const read = (/** @type {string} */ ending) => readFile(join(folderOf(kind), `${id}.${ending}`), "utf8");
      const spec = JSON.parse(await read("json"));
      const file = pointsOfCsv(await read("csv"), spec.layout);
      assert.deepEqual(listed(pointsOfPlotly(spec, base)), listed(file), `${id}: Plotly and the file`);
      const drawn = (await figure.locator(".chart-box").evaluate(marksOfDrawing)).length;
      const thinned = /(\S+) of .* thinned/.exec((await figure.locator(".chart-notes").allTextContents()).join(" "))?.[1];
      assert.equal(drawn, thinned === undefined ? file.length : Number(thinned.replaceAll(",", "")), `${id}: the drawing`);
    }
  });
}

for (const width of [360, 1280]) {
  test(`at ${width} px the live chart has every point where the drawing had it`, async (t) => {
    const { page, figure, box } = await chartPage(t, { width });
    assert.doesNotMatch((await figure.locator(".chart-notes").allTextContents()).join(" "), /thinned/);
    const scroll = () => page.evaluate(() => scrollY);
    await box.focus();
    await live(box);
    const before = await scroll();
    const drawn = await box.evaluate(marksOfDrawing);
    const plotted = await box.evaluate(marksOfPlotly);
    assert.equal(before, await scroll());
    assert.equal(plotted.length, drawn.length);
    // Two markers on one place are two in both.
    const sorted = (/** @type {{x: number, y: number}[]} */ marks) => [...marks].sort((a, b) => a.x - b.x || a.y - b.y);
    const far = sorted(plotted).filter((mark) => !drawn.some((other) => Math.hypot(mark.x - other.x, mark.y - other.y) < 1));
    const lost = sorted(drawn).filter((mark) => !plotted.some((other) => Math.hypot(mark.x - other.x, mark.y - other.y) < 1));
    assert.deepEqual({ far, lost }, { far: [], lost: [] });
  });
}

test("the live chart marks its axes as the drawing does", async (t) => {
  for (const kind of withCharts) {
    const { page } = await chartPage(t, { kind });
    for (const figure of (await page.locator("figure.chart[data-kind=scatter]").all()).slice(0, 4)) {
      const box = figure.locator(".chart-box");
      await box.focus();
      await live(box);
      for (const name of ["x", "y"]) {
        // Over less than a decade Plotly has digits of its own to mark.
        const { type, range } = await box.evaluate((element, name) => {
          const { type, range } = /** @type {any} */ (element.querySelector(".chart-live"))._fullLayout[`${name}axis`];
          return { type, range };
        }, name);
        if (type === "log" && range[1] - range[0] < 1) continue;
        const drawn = await box.locator(`:scope > svg .ticks-${name} text`).allTextContents();
        const plotted = await box.locator(`.chart-live .${name}tick text`).allTextContents();
        assert.deepEqual(plotted, drawn, `${kind}, ${await figure.getAttribute("id")}, ${name}`);
      }
    }
  }
});

test("keys walk from point to point, pin one and leave", async (t) => {
  const { page, figure, box, faults } = await chartPage(t);
  const said = figure.locator(".chart-said");
  await box.focus();
  await live(box);
  await page.keyboard.press("ArrowRight");
  await soon(async () => assert.notEqual(await said.textContent(), ""));
  const first = await said.textContent();
  await soon(async () => assert.equal(await box.locator(".hovertext").count(), 1));
  await page.keyboard.press("ArrowRight");
  await soon(async () => assert.notEqual(await said.textContent(), first));
  await page.keyboard.press("ArrowLeft");
  await soon(async () => assert.equal(await said.textContent(), first));
  await page.keyboard.press("ArrowDown");
  await soon(async () => assert.notEqual(await said.textContent(), first));
  await page.keyboard.press("Home");
  await soon(async () => assert.equal(await said.textContent(), first));

  await page.keyboard.press("Space");
  const pin = box.locator(".chart-pin");
  await pin.waitFor();
  const href = await pin.getByRole("link").getAttribute("href");
  assert.match(href ?? "", new RegExp(`^${base}/runs/`));
  const { x, y, width, height } = (await pin.boundingBox()) ?? { x: NaN, y: NaN, width: NaN, height: NaN };
  const around = (await box.boundingBox()) ?? { x: NaN, y: NaN, width: NaN, height: NaN };
  assert.ok(x >= around.x && x + width <= around.x + around.width + 1 && y >= around.y - 30 && y + height <= around.y + around.height + 1);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("href")), href);
  await page.keyboard.press("Escape");
  await soon(async () => assert.equal(await pin.count(), 0));
  await soon(async () => assert.equal(await said.textContent(), ""));
  assert.equal(await page.evaluate(() => document.activeElement?.className.startsWith("chart-box")), true);

  await page.keyboard.press("Home");
  await soon(async () => assert.equal(await said.textContent(), first));
  await page.keyboard.press("Enter");
  await page.waitForURL(at.server.origin + href);
  assert.deepEqual(faults, []);
});

test("every point can be reached by keys, each once", async (t) => {
  const { page, figure, box } = await chartPage(t, { kind: "pair" });
  const said = figure.locator(".chart-said");
  await box.focus();
  await live(box);
  const total = await shown(box);
  await page.keyboard.press("End");
  await soon(async () => assert.notEqual(await said.textContent(), ""));
  const last = await said.textContent();
  await page.keyboard.press("Home");
  await soon(async () => assert.notEqual(await said.textContent(), last));
  const steps = Math.min(total - 1, 60);
  for (let step = 0; step < steps; step += 1) await page.keyboard.press("ArrowRight");
  if (steps === total - 1) await soon(async () => assert.equal(await said.textContent(), last));
});

test("frontier only hides the other points, and Reset brings them back", async (t) => {
  const wanted = withCharts
    .flatMap((kind) => readdirSync(folderOf(kind)).map((file) => ({ kind, id: file.replace(/\.svg$/, ""), svg: join(folderOf(kind), file) })))
    .find(({ svg }) => svg.endsWith(".svg") && /class="dominated/.test(readFileSync(svg, "utf8")));
  if (wanted === undefined) return t.skip("every point of this site is on a frontier");
  const { box, tool, faults } = await chartPage(t, wanted);
  await box.focus();
  await live(box);
  const all = await shown(box);
  await tool("Frontier only").click();
  await soon(async () => assert.ok((await shown(box)) < all));
  assert.equal(await tool("Frontier only").getAttribute("aria-pressed"), "true");
  await tool("Reset").click();
  await soon(async () => assert.equal(await shown(box), all));
  assert.equal(await tool("Frontier only").getAttribute("aria-pressed"), "false");
  assert.deepEqual(faults, []);
});

test("each axis can be logarithmic or linear", async (t) => {
  const { box, tool, faults } = await chartPage(t);
  await box.focus();
  await live(box);
  for (const name of ["x", "y"]) {
    const type = () => box.evaluate((element, name) => /** @type {any} */ (element.querySelector(".chart-live"))._fullLayout[`${name}axis`].type, name);
    const before = await type();
    assert.equal(await tool(`Log ${name}`).getAttribute("aria-pressed"), String(before === "log"));
    await tool(`Log ${name}`).click();
    await soon(async () => assert.equal(await type(), before === "log" ? "linear" : "log"));
    await tool(`Log ${name}`).click();
    await soon(async () => assert.equal(await type(), before));
  }
  assert.deepEqual(faults, []);
});

test("the legend hides, shows, and shows alone", async (t) => {
  const { page, figure, box } = await chartPage(t);
  await box.focus();
  await live(box);
  const all = await shown(box);
  const entries = figure.locator(".chart-legend button");
  await entries.first().click();
  await soon(async () => assert.ok((await shown(box)) < all));
  const without = await shown(box);
  assert.equal(await entries.first().getAttribute("aria-pressed"), "false");
  await entries.first().click();
  await soon(async () => assert.equal(await shown(box), all));
  await entries.first().click({ modifiers: ["Shift"] });
  await soon(async () => assert.equal(await shown(box), all - without));
  await page.keyboard.press("Shift+Enter");
  await soon(async () => assert.equal(await shown(box), all));
});

test("PNG gives a picture, within the page's policy", async (t) => {
  const { page, figure, box, tool, faults } = await chartPage(t);
  await box.focus();
  await live(box);
  const [download] = await Promise.all([page.waitForEvent("download"), tool("PNG").click()]);
  assert.equal(download.suggestedFilename(), `${await figure.getAttribute("id")}.png`);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1200, 800]);
  assert.ok(bytes.length > 20_000, `${bytes.length} bytes`);
  assert.deepEqual(faults, []);
});

test("a live chart changes with the theme", async (t) => {
  const { page, box } = await chartPage(t);
  await box.focus();
  await live(box);
  const color = () => box.evaluate((element) => getComputedStyle(element.querySelector(".chart-live .xtick text") ?? element).fill);
  const light = await color();
  await page.emulateMedia({ colorScheme: "dark" });
  await soon(async () => assert.notEqual(await color(), light));
});

for (const [what, pattern] of /** @type {[string, RegExp][]} */ ([
  ["Plotly", /\/assets\/plotly\./],
  ["the live chart's script", /\/assets\/chart\/live\./],
  ["the figure", /\.json$/],
])) {
  test(`without ${what} the drawing stays, says so, and the next turn tries again`, async (t) => {
    const { page, figure, box } = await chartPage(t);
    await page.route(pattern, (route) => route.abort());
    await box.focus();
    await figure.locator(".chart-tools", { hasText: "did not load" }).waitFor();
    assert.match((await figure.locator(".chart-said").textContent()) ?? "", /did not load/);
    assert.equal(await box.locator(":scope > svg .mark").first().isVisible(), true);
    assert.equal(await box.locator(".chart-live").count(), 0);
    await page.unroute(pattern);
    await box.press("ArrowRight");
    await live(box);
  });

  if (what !== "the figure") {
    test(`${what} is not run if its bytes are not the published ones`, async (t) => {
      const { page, figure, box } = await chartPage(t);
      await page.route(pattern, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `window.tampered = true;\n${await response.text()}` });
      });
      await box.focus();
      await figure.locator(".chart-tools", { hasText: "did not load" }).waitFor();
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).tampered), undefined);
    });
  }
}
