// Lighthouse as a phone sees the site: `npm run lighthouse` prints a table of every kind of page and fails below 98.
// Performance is a measurement, so it has no place in the tests; the other three categories do: lighthouse.test.js.
import { launch as launchChrome } from "chrome-launcher";
import lighthouse from "lighthouse";
import { fileURLToPath } from "node:url";
import { kinds, serve } from "./site.js";

/** The categories by their short names. */
export const categories = /** @type {const} */ (["performance", "accessibility", "best-practices", "seo"]);

/** @typedef {typeof categories[number]} Category */
/** @typedef {{scores: Partial<Record<Category, number>>, faults: string[], figures: Record<string, number>}} Judged */

/** A browser of its own for Lighthouse. */
export function chrome() {
  const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
  return launchChrome({ chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromeFlags });
}

/**
 * What Lighthouse says of a page.
 * @param {number} port of the browser @param {string} url @param {readonly Category[]} onlyCategories @returns {Promise<Judged>}
 */
export async function judge(port, url, onlyCategories) {
  const result = await lighthouse(url, { port, logLevel: "error", onlyCategories: [...onlyCategories] });
  if (!result) throw new Error(`${url}: Lighthouse says nothing`);
  const { lhr } = result;
  /** @type {Judged} */
  const judged = { scores: {}, faults: [], figures: {} };
  for (const name of onlyCategories) {
    const category = lhr.categories[name];
    judged.scores[name] = Math.round(100 * (category.score ?? 0));
    for (const { id, weight } of category.auditRefs) {
      const audit = lhr.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 0.9) judged.faults.push(`${id}: ${audit.displayValue ?? audit.title}`);
    }
  }
  for (const id of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"]) {
    const value = lhr.audits[id]?.numericValue;
    if (value !== undefined) judged.figures[id] = value;
  }
  return judged;
}

/** Every kind of page, one line each; true when none is below 98. */
async function report() {
  const server = await serve();
  const browser = await chrome();
  let sound = true;
  console.log("kind            perf a11y best  seo   FCP ms  LCP ms  TBT ms     CLS");
  for (const [kind, path] of Object.entries(kinds).filter(([kind]) => kind !== "missing")) {
    const { scores, faults, figures } = await judge(browser.port, server.origin + path, categories);
    sound &&= categories.every((name) => (scores[name] ?? 0) >= 98);
    const columns = categories.map((name) => String(scores[name]).padStart(4)).join(" ");
    const times = Object.values(figures).map((value, place) => value.toFixed(place === 3 ? 3 : 0).padStart(7)).join(" ");
    console.log(`${kind.padEnd(15)} ${columns}  ${times}  ${faults.join("; ")}`);
  }
  browser.kill();
  await server.close();
  return sound;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await report()) ? 0 : 1;
