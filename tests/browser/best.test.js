// Service levels: without scripts in three taps, with scripts any level, and both the same; the address is the view.
import assert from "node:assert/strict";
import { test } from "node:test";
import { session } from "./session.js";
import { base, pagesBelow } from "./site.js";
import { visit } from "./visit.js";

const at = session();

/** @typedef {import("playwright-core").Page} Page */

/** Opens a page for a test, which must not fault. @param {(page: Page) => Promise<void>} check @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(check, options) {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const { page, faults } = await visit(context, at.server.origin);
  await check(page);
  await context.close();
  // Leaving a page breaks off what it was still loading; that is no fault.
  assert.deepEqual(faults.filter((fault) => !fault.endsWith("net::ERR_ABORTED")), []);
}

/** Goes to a question and waits for its answer. @param {Page} page @param {string} query */
async function ask(page, query) {
  await page.goto(`${at.server.origin}${base}/best/${query}`);
  await answered(page);
}

/** @param {Page} page */
const answered = (page) => page.locator("#answers[aria-busy=false]").waitFor();

/** What a reader sees of an answer. @param {import("playwright-core").Locator} place */
function shown(place) {
  return place.evaluate((it) => {
    const html = (/** @type {string} */ selector) => it.querySelector(selector)?.innerHTML.trim() ?? "";
    return { verdict: html(".verdict"), table: html(".answers"), unanswered: html(".unanswered ul") };
  });
}

/** The form and the answer: all that an address should bring back. @param {Page} page */
async function view(page) {
  const form = await page.locator("#question").evaluate((it) => [...new FormData(/** @type {HTMLFormElement} */ (it))].map(([name, value]) => `${name}: ${value}`));
  return { form, heading: await page.locator("#answers h2").textContent(), ...(await shown(page.locator("#answers"))) };
}

test("the browser's answer to every prepared level is the build's answer", async () => {
  const prepared = pagesBelow("/best/").filter((path) => path !== "/best/");
  assert.ok(prepared.length >= 5, prepared.join(" "));
  await open(async (page) => {
    let compared = 0;
    for (const path of prepared) {
      await page.goto(at.server.origin + base + path);
      const levels = [];
      for (const section of await page.locator(".level").all()) {
        levels.push({ built: await shown(section), href: await section.locator("> .note a").getAttribute("href") });
      }
      for (const { built, href } of levels) {
        await page.goto(at.server.origin + href);
        await answered(page);
        assert.deepEqual(await shown(page.locator("#answers")), built, `${path}: ${href}`);
        compared += 1;
      }
    }
    assert.ok(compared >= 4 * prepared.length);
  });
});

test("the cheapest for DeepSeek-R1 8k/1k at 40 tok/s and 5 s is three taps away on a phone, without scripts, and its link says the same", async () => {
  const phone = { javaScriptEnabled: false, hasTouch: true, viewport: { width: 360, height: 800 } };
  let [link, answer] = ["", ""];
  await open(async (page) => {
    await page.goto(`${at.server.origin}${base}/`);
    await page.locator("nav[aria-label=Main] a", { hasText: /^Best$/ }).tap();
    await page.locator(".switch a", { hasText: "DeepSeek-R1" }).tap();
    await page.locator("li", { hasText: "DeepSeek-R1" }).locator(".levels", { hasText: "8k in, 1k out" }).getByText("40 tok/s", { exact: true }).tap();
    await page.waitForURL(/8192-1024\/#at-40-5s$/);
    link = page.url();
    const verdict = page.locator(".level:has(#at-40-5s) .verdict");
    assert.ok(await verdict.evaluate((it) => it.getBoundingClientRect().top < innerHeight), "it is in view");
    answer = (await verdict.textContent()) ?? "";
    assert.match(answer, /^Cheapest per million tokens(, \d+ not told apart)?: .+ at \$0\.\d+ \((measured|◇ estimate, interpolated)\)(; \d+ more)?\.$/);
  }, phone);
  await open(async (page) => {
    await page.goto(link);
    assert.equal(await page.locator(".level:has(#at-40-5s) .verdict").textContent(), answer);
  }, phone);
});

test("without scripts there is no form that does nothing, and the default level is answered", async () => {
  await open(async (page) => {
    await page.goto(`${at.server.origin}${base}/best/`);
    assert.equal(await page.locator("#question").isVisible(), false);
    assert.ok((await page.locator("#answers tbody tr").count()) > 3);
  }, { javaScriptEnabled: false });
});

/** Numbers that look random and are the same each time (Park and Miller's minimal standard). @param {number} seed */
function random(seed) {
  let state = seed;
  return (/** @type {number} */ below) => (state = (state * 48271) % 2147483647) % below;
}

test("twenty random views come back equal from their addresses, and again by going back", async () => {
  await open(async (page) => {
    await ask(page, "");
    const pick = random(20261124);
    /** @type {Awaited<ReturnType<typeof view>>[]} */
    const views = [await view(page)];
    for (let step = 0; step < 20; step += 1) {
      const before = page.url();
      const select = ["subject", "interactivity-percentile", "ttft-percentile", "rank", "tier", "accelerator"][pick(6)];
      await page.locator("details.wide").evaluate((it) => it.setAttribute("open", ""));
      const choice = page.locator(`[name=${select}]`);
      const values = await choice.locator("option").evaluateAll((all) => all.map((it) => /** @type {HTMLOptionElement} */ (it).value));
      await page.locator("[name=interactivity]").fill(String(5 + pick(900) / 10));
      await page.locator("[name=ttft]").fill(String(0.5 + pick(60) / 10));
      await choice.selectOption(values[pick(values.length)]);
      await answered(page);
      assert.notEqual(page.url(), before);
      const seen = await view(page);
      const fresh = await page.context().newPage();
      await fresh.goto(page.url());
      await answered(fresh);
      assert.equal(fresh.url(), page.url(), "nothing is stripped after the load");
      assert.deepEqual(await view(fresh), seen, page.url());
      await fresh.close();
      views.push(seen);
    }
    // A field that was left makes a view of its own, so there are more steps back than views.
    for (const wanted of views.slice(0, -1).reverse()) {
      for (let steps = 0; steps < 4; steps += 1) {
        await page.goBack();
        await answered(page);
        if (JSON.stringify((await view(page)).form) === JSON.stringify(wanted.form)) break;
      }
      assert.deepEqual(await view(page), wanted);
    }
    await page.goForward();
    await answered(page);
    assert.notDeepEqual(await view(page), views[0]);
  });
});

test("the default is the bare address, and what is usual stays out of an address", async () => {
  await open(async (page) => {
    await ask(page, "");
    assert.equal(await page.locator("[name=interactivity]").inputValue(), "40");
    await page.locator("[name=rank]").selectOption("throughput");
    await answered(page);
    assert.equal(new URL(page.url()).search, "?rank=throughput");
    await page.locator("[name=rank]").selectOption("cost");
    await answered(page);
    assert.equal(new URL(page.url()).search, "");
  });
});

test("nonsense in an address falls back to what is usual, and the page says which part it ignored", async () => {
  await open(async (page) => {
    await ask(page, "?model=gptoss120b&workload=7-7&ttft=-1&interactivity=fast&rank=luck&colour=red&price=0&power=abacus:2&billion-tokens=20");
    const said = (await page.locator("#said").textContent()) ?? "";
    for (const part of ["workload=7-7", "ttft=-1", "interactivity=fast", "rank=luck", "colour=red", "price=0", "power=abacus:2"]) assert.ok(said.includes(part), said);
    assert.ok(!said.includes("billion-tokens") && !said.includes("model="), said);
    assert.match((await page.locator("#answers h2").textContent()) ?? "", /^gpt-oss-120b, 8k in, 1k out: 40 tok\/s per user/);
    assert.match(page.url(), /colour=red/, "the address stays as it was given");
    await ask(page, "?ttft=<script>alert(1)</script>");
    assert.match((await page.locator("#said").textContent()) ?? "", /Ignored .*<script>/, "as text");
  });
});

test("one's own price and power take the place of the price book's, and are named", async () => {
  await open(async (page) => {
    await ask(page, "?accelerator=b200&price=7.40&power=b200:3.42,h100:1");
    const own = page.locator("#answers tbody tr").first();
    assert.match((await page.locator("#answers .warning").textContent()) ?? "", /own \$\/accelerator-hour: every accelerator 7\.4; kW\/accelerator: B200 SXM 3\.42, H100/);
    const figures = (/** @type {import("playwright-core").Locator} */ row) => row.locator("td.n").allTextContents();
    const [, cost, throughput, megawatt] = (await figures(own)).map((text) => Number(text.replaceAll(",", "")));
    assert.ok(Math.abs(cost - (7.4 * 1e6) / (3600 * throughput)) < 0.01 * cost, `${cost}`);
    assert.ok(Math.abs(megawatt - (1000 * throughput) / 3.42) < 0.001 * megawatt, `${megawatt}`);
    const names = await page.locator("#answers tbody th").allTextContents();
    assert.ok(names.length > 2 && names.every((name) => name.startsWith("B200")), names.join("; "));
  });
});

test("a percentile that no source states is not assumed", async () => {
  await open(async (page) => {
    await ask(page, "?model=dsr1&workload=1024-8192&ttft-percentile=p90&interactivity-percentile=p90");
    const lines = await page.locator(".unanswered li").allTextContents();
    assert.ok(lines.some((line) => line.endsWith("no p90 stated")), lines.slice(0, 3).join("; "));
  });
});

test("an answer takes less than 100 ms once the measurements are there", async () => {
  await open(async (page) => {
    await ask(page, "?interactivity=41");
    const times = [];
    for (let speed = 42; speed < 52; speed += 1) {
      times.push(await page.evaluate(async (speed) => {
        const field = /** @type {HTMLInputElement} */ (document.querySelector("[name=interactivity]"));
        const place = /** @type {HTMLElement} */ (document.getElementById("answers"));
        const done = new Promise((resolve) => new MutationObserver(resolve).observe(place, { childList: true }));
        field.value = String(speed);
        const start = performance.now();
        field.dispatchEvent(new Event("change", { bubbles: true }));
        await done;
        return performance.now() - start;
      }, speed));
    }
    const median = times.sort((a, b) => a - b)[5];
    assert.ok(median < 100, `${median.toFixed(1)} ms`);
  });
});

test("with the keyboard alone a level is changed, answered, and said to screen readers", async () => {
  await open(async (page) => {
    await ask(page, "");
    await page.locator("#interactivity").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("55");
    await page.keyboard.press("Tab");
    await page.locator("#answers h2", { hasText: "55 tok/s per user" }).waitFor();
    assert.match((await page.locator("#said[role=status]").textContent()) ?? "", /55 tok\/s per user.*: \d+ answers/);
    assert.equal(new URL(page.url()).search, "?interactivity=55");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "interactivity-percentile", "the focus stays in the form");
  });
});

test("a preset fills in its limits", async () => {
  await open(async (page) => {
    await ask(page, "");
    await page.locator("#preset").selectOption({ label: "MLPerf gpt-oss-120b, server: 12.5 tok/s per user, first token within 3 s (p99)" });
    await answered(page);
    assert.equal(new URL(page.url()).search, "?interactivity=12.5&interactivity-percentile=p99&ttft=3&ttft-percentile=p99");
    await page.reload();
    await answered(page);
    assert.match(await page.locator("#preset").evaluate((it) => /** @type {HTMLSelectElement} */ (it).selectedOptions[0].text), /^MLPerf gpt-oss-120b, server/);
  });
});

test("who can't be told apart from the best shares its place, and all of them are marked", async () => {
  await open(async (page) => {
    let tied = 0;
    for (const rank of ["cost", "throughput", "megawatt"]) {
      await ask(page, `?rank=${rank}&interactivity=41`);
      const rows = await page.locator("#answers tbody tr").evaluateAll((all) =>
        all.map((row) => {
          const [place, value] = [...row.querySelectorAll("td")].slice(0, 2);
          return { place: place.textContent ?? "", marked: value.classList.contains("best") };
        }),
      );
      const [first, ...others] = rows;
      const sharing = rows.filter(({ place }) => place === first.place).length;
      assert.equal(first.place, sharing === 1 ? "1" : `1 to ${sharing}`);
      assert.ok(rows.every(({ place, marked }) => marked === (place === first.place)), JSON.stringify(rows));
      const verdict = (await page.locator("#answers .verdict").textContent()) ?? "";
      assert.equal(verdict.includes(`${sharing} not told apart`), sharing > 1, verdict);
      tied += others.filter(({ place }) => place.includes(" to ")).length;
    }
    assert.ok(tied > 0, "no tie was seen");
  });
});

test("a series that is alone at a level leads nothing", async () => {
  await open(async (page) => {
    await ask(page, "?model=smollm2-135m&workload=64-64&interactivity=30");
    assert.match((await page.locator("#answers .verdict").textContent()) ?? "", /^One series keeps this level, so there is nothing to rank it against: /);
    assert.equal(await page.locator("#answers :is(.best, th:text-is('Place'))").count(), 0);
    await page.goto(`${at.server.origin}${base}/best/smollm2-135m/64-64/`);
    assert.doesNotMatch((await page.locator("main").textContent()) ?? "", /Cheapest|Most throughput|Best for/);
  });
});
