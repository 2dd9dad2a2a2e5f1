// Every kind of page opens: with and without scripts, on a phone and on a desk, light and dark. Nothing fails, nothing
// is asked of anybody else, nothing sticks out, and the frame of the page is right.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, kinds, launch, pageOf, serve } from "./site.js";
import { visit } from "./visit.js";

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
/** The ways to open a page, each with a page of its own. @type {({name: string} & import("./visit.js").Visit)[]} */
let ways;
before(async () => {
  server = await serve();
  browser = await launch();
  ways = await Promise.all(
    [true, false].flatMap((javaScriptEnabled) =>
      [360, 1280].flatMap((width) =>
        /** @type {const} */ (["light", "dark"]).map(async (colorScheme) => {
          const context = await browser.newContext({ javaScriptEnabled, colorScheme, viewport: { width, height: 800 } });
          const name = `${width} px, ${colorScheme}, scripts ${javaScriptEnabled ? "on" : "off"}`;
          return { name, ...(await visit(context, server.origin)) };
        }),
      ),
    ),
  );
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** What is wrong with the document that is open; runs in the page. @returns {string[]} */
function faultsOfDocument() {
  const faults = [];
  const count = (/** @type {string} */ selector) => document.querySelectorAll(selector).length;
  for (const [selector, wanted] of Object.entries({ h1: 1, main: 1, "title": 1, "meta[name=description]": 1, "meta[http-equiv=Content-Security-Policy]": 1 })) {
    const found = [...document.querySelectorAll(selector)].filter((element) => !(element instanceof SVGElement)).length;
    if (found !== wanted) faults.push(`${found} of ${selector}`);
  }
  if (!/^[a-z]{2}(-|$)/.test(document.documentElement.lang)) faults.push(`lang is "${document.documentElement.lang}"`);
  if (document.title.trim().length < 5) faults.push(`title is "${document.title}"`);
  if (document.querySelector("h1")?.textContent?.trim() === "") faults.push("the h1 is empty");
  const canonical = document.querySelector("link[rel=canonical]")?.getAttribute("href");
  if (canonical !== undefined && canonical !== null && new URL(canonical).pathname !== location.pathname) {
    faults.push(`canonical is ${canonical}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) faults.push(`two of #${id}`);
  for (const element of document.querySelectorAll("script[src], link[rel=stylesheet]")) {
    if (!element.getAttribute("integrity")?.startsWith("sha384-")) faults.push(`no integrity: ${element.outerHTML}`);
  }
  if (count("script:not([src]):not([type='application/ld+json'], [type='application/json']), style, [style], [onclick]") > 0) faults.push("inline script or style");
  const { scrollWidth, clientWidth } = document.scrollingElement ?? document.body;
  if (scrollWidth > clientWidth) {
    const wide = [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
      return element.getBoundingClientRect().right > clientWidth + 0.5 && element.closest(".scroll, .chart-scroll, pre, table, svg") === null;
    });
    faults.push(`scrolls sideways: ${scrollWidth} > ${clientWidth}; ${wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(" ")}`);
  }
  return faults;
}

/**
 * The first Tab reaches a link that can be seen and leads to the content; the next one is in it.
 * @param {import("playwright-core").Page} page @returns {Promise<string[]>}
 */
async function faultsOfSkipLink(page) {
  await page.keyboard.press("Tab");
  const link = await page.evaluate(() => {
    const { left, top, right, bottom } = document.activeElement?.getBoundingClientRect() ?? new DOMRect();
    const inView = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && right - left > 20;
    return { href: document.activeElement?.getAttribute("href"), inView };
  });
  if (link.href !== "#main" || !link.inView) return [`the first Tab reaches ${JSON.stringify(link)}`];
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => {
    const main = document.querySelector("main");
    const reached = document.activeElement ?? document.body;
    const hasLinks = main?.querySelector("a, button, summary, [tabindex='0']") !== null;
    return !hasLinks || main?.contains(reached) === true;
  });
  return inside ? [] : ["the skip link does not lead into the content"];
}

for (const [kind, path] of Object.entries(kinds)) {
  test(`${kind} opens at ${path}`, async () => {
    const found = await Promise.all(
      ways.map(async ({ name, page, faults }) => {
        // Leaving a page breaks off what it was still loading; that is no fault of the next one.
        await page.goto("about:blank");
        faults.length = 0;
        const answer = await page.goto(server.origin + path, { waitUntil: "load" });
        assert.equal(answer?.status(), kind === "missing" ? 404 : 200, name);
        const all = [...(await page.evaluate(faultsOfDocument)), ...(await faultsOfSkipLink(page)), ...faults];
        // A browser says so in its console when a page itself is a 404; that one is meant.
        const unexpected = kind === "missing" ? all.filter((fault) => !/status of 404/.test(fault)) : all;
        return unexpected.map((fault) => `${name}: ${fault}`);
      }),
    );
    assert.deepEqual(found.flat(), []);
  });
}

test("the site has the kinds of page that it is about", () => {
  for (const kind of ["home", "models", "model", "workload", "hardware", "guide", "runs", "run", "difference", "pair", "data", "document", "missing"]) pageOf(kind);
});

test("nothing but the first visit's style sheet and scripts is loaded", async () => {
  const context = await browser.newContext();
  const { page, requests } = await visit(context, server.origin);
  await page.goto(server.origin + pageOf("workload"), { waitUntil: "networkidle" });
  const names = requests.slice(1).map((url) => new URL(url).pathname.slice(base.length).replace(/\.[0-9a-f]{8}\./, "."));
  await context.close();
  assert.deepEqual(names.filter((name) => !/^\/assets\/(site\.css|theme\.js|chart\.js|search\.js)$|^\/favicon/.test(name)), []);
});
