// The explorer: its charts are the build's, its address is its view, and nonsense or a failure leaves something to read.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { session } from "./session.js";
import { base, site } from "./site.js";
import { visit } from "./visit.js";

const at = session();

/** The explorer at a query, closed when the test ends. @param {import("node:test").TestContext} t @param {string} [query] @param {object} [options] */
async function explorer(t, query = "", options = {}) {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  t.after(() => context.close());
  const visited = await visit(context, at.server.origin);
  await visited.page.goto(`${at.server.origin}${base}/compare/${query}`, { waitUntil: "networkidle" });
  return { ...visited, context };
}

/** The address of a script of the site. @param {string} name like `draw/svg` */
function script(name) {
  const [folder, file] = name.includes("/") ? name.split("/") : ["", name];
  const found = readdirSync(join(site, "assets", folder)).find((it) => it.startsWith(`${file}.`) && it.endsWith(".js"));
  assert.ok(found, `the site has no script ${name}`);
  return `${base}/assets/${folder ? `${folder}/` : ""}${found}`;
}

/** Runs a function with modules of the site. @param {import("playwright-core").Page} page @param {string[]} names @param {string} body of an async function of `modules` and `argument` @param {unknown} argument */
function withModules(page, names, body, argument) {
  const call = `(async (addresses, argument) => {
    const modules = await Promise.all(addresses.map((address) => import(address)));
    ${body}
  })(${JSON.stringify(names.map(script))}, ${JSON.stringify(argument)})`;
  return page.evaluate(call);
}

/** Everything about the view that a reader can see. @param {import("playwright-core").Page} page */
function seen(page) {
  return page.evaluate(() => {
    const text = (/** @type {string} */ selector) => document.querySelector(`#view ${selector}`)?.textContent;
    const fields = [...document.querySelectorAll("#explorer :is(select, input)")].map((field) => {
      const { name, value, checked } = /** @type {HTMLInputElement} */ (field);
      return `${name} ${value} ${checked}`;
    });
    const drawing = document.querySelector("#view .chart-box > .chart-svg")?.innerHTML;
    return { title: text(".chart-title"), summary: text(".chart-summary"), notes: text(".chart-notes"), legend: text(".chart-legend"), drawing, fields };
  });
}

/** Until the view of the address is shown. @param {import("playwright-core").Page} page */
const settled = (page) => page.waitForFunction(() => /** @type {HTMLElement} */ (document.getElementById("view")).dataset.view === location.search);
/** Until nothing is on its way. @param {import("playwright-core").Page} page */
const idle = (page) => page.waitForFunction(() => !document.querySelector("#view[aria-busy]"));

/** The precision pages, each with the view that shows the same. */
const prepared = readdirSync(join(site, "models")).filter((model) => !model.includes(".")).flatMap((model) =>
  readdirSync(join(site, "models", model), { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name: workload }) =>
    readdirSync(join(site, "models", model, workload), { withFileTypes: true }).filter((entry) => entry.isDirectory())
      .map(({ name: precision }) => ({ model, workload, precision, folder: join(site, "models", model, workload, precision) }))));

test("every chart of the pages by precision is drawn the same in a browser: figure, drawing and CSV", async (t) => {
  const { page, faults } = await explorer(t);
  const names = ["measurements", "explorer/view", "explorer/address", "explorer/index", "draw/table", "draw/plotly", "draw/svg"];
  assert.ok(prepared.length >= 10, `${prepared.length} pages`);
  let points = 0;
  for (const { model, workload, precision, folder } of prepared) {
    for (const [id, y] of [["interactivity", "throughput"], ["cost", "cost"]]) {
      if (!existsSync(join(folder, `${id}.json`))) continue;
      const body = `
        const [measurements, view, address, index, table, plotly, svg] = modules;
        const all = index.indexOfPage();
        const wanted = address.read(argument.query, all);
        const chart = view.chartOf(await measurements.measurements(argument.model, argument.workload), wanted.view, all);
        chart.id = argument.id;
        return { ignored: wanted.ignored, csv: table.csv(chart), figure: JSON.stringify(plotly.plotlyFigure(chart, all.colors, ${JSON.stringify(base)})), svg: svg.svg(chart), notes: chart.notes };`;
      const query = `model=${model}&workload=${workload}&precision=${precision}&by=series&points=all&y=${y}`;
      const made = /** @type {any} */ (await withModules(page, names, body, { query, model, workload, id }));
      const place = `${model} ${workload} ${precision} ${id}`;
      assert.deepEqual(made.ignored, []);
      assert.equal(made.csv, readFileSync(join(folder, `${id}.csv`), "utf8"), `${place}: CSV`);
      assert.deepEqual(JSON.parse(made.figure), JSON.parse(readFileSync(join(folder, `${id}.json`), "utf8")), `${place}: figure`);
      const html = readFileSync(join(folder, "index.html"), "utf8");
      const start = html.indexOf("</desc>", html.indexOf(`id="${id}-desc"`));
      assert.equal(made.svg.slice(made.svg.indexOf("</desc>")), html.slice(start, html.indexOf("</svg>", start) + 6), `${place}: drawing`);
      points += made.csv.split("\n").length - 2;
    }
  }
  assert.ok(points > 500, `${points} points compared`);
  assert.deepEqual(faults, []);
});

test("the first view is the build's, and asking for it again changes nothing", async (t) => {
  const { page, requests, faults } = await explorer(t);
  const built = await seen(page);
  assert.ok(!requests.some((url) => url.includes("/data/view/")), "the first view needs no data");
  await page.locator("select[name=y]").selectOption("cost");
  await settled(page);
  assert.notEqual((await seen(page)).title, built.title);
  await page.locator("select[name=y]").selectOption("throughput");
  await settled(page);
  assert.deepEqual(await seen(page), built);
  assert.equal(new URL(page.url()).search, "");
  assert.deepEqual(faults, []);
});

test("twenty walks: the address alone gives the same view in a fresh browser, and back and forward work", async (t) => {
  // A small generator of its own, so that every run walks the same ways.
  let seed = 20261124;
  const random = (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let walk = 0; walk < 20; walk++) {
    const { page, context, faults } = await explorer(t);
    await page.locator(".more-choices > summary").click();
    const first = await seen(page);
    /** @type {Awaited<ReturnType<typeof seen>>[]} */
    const views = [];
    for (let step = 0; step < 3; step++) {
      const before = page.url();
      const controls = page.locator("#explorer :is(select, input[type=checkbox])");
      const control = controls.nth(random(await controls.count()));
      if (await control.evaluate((element) => element.tagName === "SELECT")) {
        const values = await control.locator("option").evaluateAll((options) => options.map((option) => /** @type {HTMLOptionElement} */ (option).value));
        await control.selectOption(values[random(values.length)]);
      } else await control.click();
      await settled(page);
      if (page.url() !== before) views.push(await seen(page));
    }
    const address = page.url();
    const fresh = await context.newPage();
    await fresh.goto(address, { waitUntil: "networkidle" });
    await settled(fresh);
    const last = await seen(page);
    assert.deepEqual(await seen(fresh), last, `walk ${walk}: ${address}`);
    assert.equal(fresh.url(), address, "nothing is stripped");
    if (views.length) {
      for (let step = 0; step < views.length; step++) await page.goBack();
      await settled(page);
      assert.deepEqual(await seen(page), first, `walk ${walk}: back from ${address}`);
      for (let step = 0; step < views.length; step++) await page.goForward();
      await settled(page);
      assert.deepEqual(await seen(page), last, `walk ${walk}: forward to ${address}`);
    }
    assert.deepEqual(faults, [], `walk ${walk}: ${address}`);
    await context.close();
  }
});

test("nonsense in the address falls back to the first view and is named", async (t) => {
  const nonsense = "?model=dsr1&precision=fp8,fp3&date=2026-02-30&y=speed&price=h100:-2,3&x-scale=cubic&hello=%3Cb%3E";
  const { page, faults } = await explorer(t, nonsense);
  await idle(page);
  const words = await page.locator("#explorer-said").textContent();
  for (const part of ["precision=fp3", "date=2026-02-30", "y=speed", "price=h100:-2,3", "x-scale=cubic", "hello=<b>"]) assert.ok(words?.includes(part), `${part}: ${words}`);
  assert.equal(new URL(page.url()).search, nonsense, "the address stays as it was written");
  assert.match(String(await page.locator("#view .chart-title").textContent()), /^Throughput .* against interactivity/);
  assert.deepEqual(faults, []);
});

test("data that fail to load leave the chart, say so, and are asked for again at the next choice", async (t) => {
  const { page } = await explorer(t);
  await page.route("**/data/view/**", (route) => route.abort());
  const before = await seen(page);
  await page.locator("select[name=y]").selectOption("cost");
  await page.locator("#explorer-said:not([hidden])").waitFor();
  assert.equal((await seen(page)).drawing, before.drawing);
  assert.match(String(await page.locator("#explorer-said").textContent()), /did not load/);
  await page.unroute("**/data/view/**");
  await page.locator("select[name=y]").selectOption("output-cost");
  await settled(page);
  assert.match(String(await page.locator("#view .chart-title").textContent()), /^Cost per million output tokens/);
  assert.ok(await page.locator("#explorer-said").isHidden());

  // After a failure the first view is drawn again too, though nothing of it is in the address.
  await page.route("**/data/view/kimik2.5/**", (route) => route.abort());
  await page.locator("select[name=model]").selectOption("kimik2.5");
  await page.locator("#explorer-said:not([hidden])").waitFor();
  await page.goto(`${page.url().split("?")[0]}?model=gptoss120b`);
  await settled(page);
  await page.locator("select[name=model]").selectOption("kimik2.5");
  await page.locator("#explorer-said:not([hidden])").waitFor();
  await page.locator("select[name=model]").selectOption("dsr1");
  await settled(page);
  assert.match(String(await page.locator("#view .chart-summary").textContent()), /^DeepSeek/);
});

test("a past day, own prices and own power are in the chart, its remarks and its address", async (t) => {
  const { page, faults } = await explorer(t, "?date=2026-01-31&y=cost&price=7,h100:2.5");
  await settled(page);
  const shown = await seen(page);
  assert.match(String(shown.summary), /as of 2026-01-31/);
  assert.match(String(shown.notes), /The reader’s own \$\/h: all others 7, H100 SXM 2\.5\./);
  await page.locator("#view .chart-data summary").click();
  await page.locator("#view tbody tr").first().waitFor();
  const days = await page.locator("#view tbody td:last-child").allTextContents();
  assert.ok(days.length > 10 && days.every((day) => day <= "2026-01-31"), days.join(" "));
  await page.locator(".more-choices > summary").click();
  await page.locator(".more-choices details summary").click();
  await page.getByLabel("kW of H100 SXM").fill("1.5");
  await page.getByLabel("kW of H100 SXM").blur();
  await settled(page);
  assert.equal(new URL(page.url()).searchParams.get("power"), "h100:1.5");
  assert.deepEqual(faults, []);
});

test("every file of a view can be taken away, and what is drawn live is the view", async (t) => {
  const { page, faults } = await explorer(t, "?model=gptoss120b&by=series&points=all");
  await settled(page);
  for (const kind of ["CSV", "JSON", "SVG", "PNG"]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#view").getByRole("button", { name: `${kind} of` }).click()]);
    assert.equal(file.suggestedFilename(), `gptoss120b-8192-1024-throughput-interactivity.${kind.toLowerCase()}`);
    const bytes = readFileSync(String(await file.path()));
    assert.ok(bytes.length > 1000, `${kind}: ${bytes.length}`);
    if (kind === "PNG") assert.deepEqual([...bytes.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join(""), "PNG");
    if (kind === "SVG") assert.match(bytes.toString(), /^<svg xmlns[^]*<style>[^]*\.series-1 \{ color: #/);
  }
  await page.locator("#view .chart-box").hover();
  await page.locator("#view .chart-box.live").waitFor();
  const names = () => page.evaluate(() => /** @type {any} */ (document.querySelector("#view .chart-live")).data.map((/** @type {any} */ trace) => trace.name));
  const before = await names();
  await page.locator("#explorer select[name=model]").selectOption("dsr1");
  await page.waitForFunction((before) => /** @type {any} */ (document.querySelector("#view .chart-live")).data[0].name !== before, before[0]);
  const legend = await page.locator("#view .chart-legend li").allTextContents();
  for (const name of legend) assert.ok((await names()).includes(name), name);
  assert.deepEqual(faults, []);
});

test("without scripts the page shows the first view and leads to the prepared ones", async (t) => {
  const { page } = await explorer(t, "", { javaScriptEnabled: false });
  assert.ok(await page.locator("#view .chart-svg .line").count() > 3);
  assert.ok(!(await page.locator("#explorer").isVisible()));
  assert.ok(await page.locator(".prepared a").count() >= prepared.length);
});

/** A series for charts that no data have yet. @param {string} key @param {[number, number][]} places */
const series = (key, places) => ({
  key, name: key, style: [0, 0, 0],
  points: places.map(([x, y], index) => ({ x, y, label: `concurrency ${index}`, href: "/", details: [["Run", "today"]] })),
  frontier: places.map((_, index) => index),
});

test("odd charts are drawn: none, one point, all equal, zeros on a log axis, a thousand series, five thousand points", async (t) => {
  const { page } = await explorer(t);
  const thousand = Array.from({ length: 1000 }, (_, index) => series(`s${index}`, [[index + 1, index + 1], [index + 2, index]]));
  const many = [series("many", Array.from({ length: 5001 }, (_, index) => [index + 1, 5001 - index]))];
  /** @type {[string, any[], any, RegExp][]} */
  const cases = [
    ["none", [], {}, /No measurements/],
    ["one point", [series("a", [[5, 5]])], {}, /class="mark series-1" d="M/],
    ["all equal", [series("a", [[5, 5], [5, 5], [5, 5]])], {}, /class="line/],
    ["zeros on a log axis", [series("a", [[0, 1], [10, 2]])], { x: "log" }, /class="mark/],
    ["not finite", [series("a", [[NaN, 1], [10, Infinity]])], {}, /No measurements/],
    ["a thousand series", thousand, {}, /class="mark/],
    ["five thousand points", many, {}, /class="mark/],
  ];
  for (const [name, list, scales, expected] of cases) {
    const axis = (/** @type {string} */ scale) => ({ label: "L", unit: "u", better: "higher", scale: scale ?? "linear" });
    const chart = { id: "view", title: "T", summary: "S", notes: [], x: axis(scales.x), y: axis(scales.y), series: list };
    const body = `
      const [svg, frame, table, plotly] = modules;
      const colors = { background: "#fff", text: "#000", grid: "#ccc", series: Array(10).fill("#123456") };
      return { svg: svg.svg(argument) + svg.legend(argument) + svg.svgDocument(argument, ""), notes: frame.notes(argument), table: table.table(argument), csv: table.csv(argument), figure: JSON.stringify(plotly.plotlyFigure(argument, colors)) };`;
    const made = /** @type {any} */ (await withModules(page, ["draw/svg", "draw/frame", "draw/table", "draw/plotly"], body, chart));
    assert.match(made.svg, expected, name);
    assert.doesNotMatch(made.svg, /NaN|Infinity|undefined/, name);
    assert.doesNotMatch(made.table + made.csv, /NaN|Infinity|undefined/, name);
    if (name === "zeros on a log axis") assert.match(made.notes.join(), /1 of 2 measurements not drawn/);
    if (name === "a thousand series") assert.match(made.svg, /and 940 more series/);
    if (name === "five thousand points") assert.match(made.figure, /"scattergl"/);
  }
});
