// What axe finds wrong in a page, by WCAG 2.2 AA and its own best practices.
import assert from "node:assert/strict";
import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe finds in the page that is open, a line for each element. The debugger puts axe in, so the page's own policy
 * stays in force.
 * @param {import("playwright-core").Page} page @returns {Promise<string[]>}
 */
export async function violations(page) {
  await page.evaluate(`typeof axe === "undefined" && (() => { ${axe.source} })()`);
  const results = await page.evaluate(async (tags) => {
    const run = /** @type {any} */ (window).axe.run;
    const found = await run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return /** @type {import("axe-core").AxeResults} */ (found).violations;
  }, tags);
  return results.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary?.replaceAll("\n", " ")}`));
}

/** That the page is accessible and fits its window with all of it unfolded. @param {import("playwright-core").Page} page */
export async function checkUnfolded(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, "pixels too wide");
  assert.deepEqual(await violations(page), []);
}
