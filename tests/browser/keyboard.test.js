// With the keyboard alone: everything is reached, in order, with a mark that shows where one is, and nothing holds on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { session } from "./session.js";
import { kinds, pageOf } from "./site.js";

const at = session();

/** Where the focus is; runs in the page. */
function focused() {
  const it = document.activeElement ?? document.body;
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  return {
    name: it.id || it.getAttribute("class") || it.textContent?.trim().slice(0, 30) || it.tagName,
    place: it === document.body ? "none" : (it.closest("figure.chart, main, nav, header, footer")?.tagName.toLowerCase() ?? "body"),
    box: it.classList.contains("chart-box"),
    marked: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
  };
}

test("Tab goes from the skip link through the navigation into a chart and out of it", async () => {
  const context = await at.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(at.server.origin + pageOf("workload"));
  const steps = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    steps.push(at);
    if (at.box) {
      await page.locator(".chart-box.live").first().waitFor();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Escape");
    }
    if (steps.some((before) => before.box) && at.place === "main") break;
  }
  assert.equal(steps[0].name, "skip");
  const places = steps.map(({ place }) => place).filter((place, index, all) => place !== all[index - 1]);
  assert.deepEqual(places.filter((place) => ["nav", "figure"].includes(place)).slice(0, 3), ["nav", "nav", "figure"], places.join(" → "));
  assert.equal(steps.at(-1)?.place, "main", "the focus came out of the chart");
  assert.deepEqual(steps.filter(({ marked }) => !marked), []);
  await context.close();
});

for (const [kind, path] of Object.entries(kinds)) {
  test(`${kind}: Shift+Tab goes back from the end, marked at every stop`, async () => {
    // Without scripts, so that no chart is loaded on the way; the test above is about charts.
    const context = await at.browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(at.server.origin + path);
    // Backwards from the end, since the way from the start is walked above. Some pages have hundreds of links.
    await page.keyboard.press("Shift+Tab");
    assert.equal((await page.evaluate(focused)).place, "footer");
    for (let step = 0; step < 25; step += 1) {
      const at = await page.evaluate(focused);
      assert.ok(at.place === "none" || at.marked, `${at.name} shows no focus`);
      await page.keyboard.press("Shift+Tab");
    }
    await context.close();
  });
}
