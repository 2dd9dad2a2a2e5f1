// @ts-check
/**
 * Which pages answer a query, the best first.
 *
 * @typedef {[path: string, title: string, description: string, keywords: string]} Row a page, as /search/index.json has it
 * @typedef {{path: string, title: string, description: string, kind: string}} Found
 */

/** What a page is, by the first folder of its address, and how much sooner readers look for it than for a run. */
const kinds = /** @type {Record<string, [name: string, worth: number]>} */ ({
  models: ["Model", 6],
  hardware: ["Hardware", 6],
  frameworks: ["Framework", 6],
  docs: ["Documentation", 5],
  reports: ["Report", 5],
  runs: ["Run", 0],
});

/** What a match is worth, by where it is: a whole word, or the beginning of one. */
const worth = { title: [12, 8], keywords: [7, 5], description: [4, 3] };

/** Text in words, lower case and without accents. @param {string} text */
function words(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").split(/[^\p{L}\p{N}.]+/u).filter((word) => word !== "");
}

/** @param {string} term @param {string[]} all @param {number[]} worth */
function match(term, all, [whole, start]) {
  if (all.includes(term)) return whole;
  return all.some((word) => word.startsWith(term)) ? start : 0;
}

/** How well a page answers; every term must be found somewhere. @param {string[]} terms @param {Row} row */
function score(terms, [path, title, description, keywords]) {
  const name = words(title);
  /** @type {[words: string[], worth: number[]][]} */
  const fields = [[name, worth.title], [words(`${keywords} ${path}`), worth.keywords], [words(description), worth.description]];
  let sum = kinds[path.split("/")[0]]?.[1] ?? 4;
  for (const term of terms) {
    const best = Math.max(...fields.map(([all, worth]) => match(term, all, worth)));
    if (best === 0) return 0;
    sum += best;
  }
  // Of two that match alike, the one about fewer things; deep pages come after the page above them.
  return sum - name.length / 10 - path.split("/").length / 10;
}

/** @param {Row[]} rows newest runs first @param {string} query @param {number} most @returns {Found[]} */
export function find(rows, query, most) {
  const terms = words(query);
  if (terms.length === 0) return [];
  return rows
    .map((row) => ({ row, score: score(terms, row) }))
    .filter((it) => it.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ row: [path, title, description] }) => ({ path, title, description, kind: kinds[path.split("/")[0]]?.[0] ?? "Page" }));
}
