// What a workflow may do that runs a stranger's code: read, and nothing else. node tests/workflows/rights.js [FILE …] ends with 1 when
// a workflow that a pull request starts could see a secret or write. Judged by the text, so that no spelling of it slips through.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The lines of a top-level key with what is indented below it, comments left out. @param {string[]} lines @param {RegExp} key */
function block(lines, key) {
  const start = lines.findIndex((line) => key.test(line));
  if (start < 0) return "";
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\S/.test(line));
  return [lines[start], ...rest.slice(0, end < 0 ? undefined : end)].join("\n");
}

/** What is wrong with a workflow's rights. @param {string} text @returns {string[]} */
export function faults(text) {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "")).filter((line) => line.trim());
  const triggers = block(lines, /^["']?on["']?\s*:/);
  const starts = (/** @type {string} */ event) => new RegExp(`(^|[^\\w-])${event}([^\\w-]|$)`).test(triggers);
  const found = [];
  if (!triggers) found.push("has no `on:` that could be read");
  if (starts("pull_request_target")) found.push("runs on pull_request_target, which gives a fork's pull request our rights");
  if (!starts("pull_request")) return found;
  const all = lines.join("\n");
  if (!/^permissions\s*:/m.test(all)) found.push("states no rights, so it has the repository's");
  if (/\bwrite(-all)?\b/.test([...all.matchAll(/permissions\s*:(.*(?:\n\s+[\w"'-]+\s*:\s*\S+.*)*)/g)].map((match) => match[1]).join("\n"))) {
    found.push("may write");
  }
  if (/\bsecrets\b/i.test(all)) found.push("asks for secrets");
  return found;
}

const named = process.argv.slice(2);
const folder = ".github/workflows";
const files = named.length > 0 ? named : readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => join(folder, name));
let count = 0;
for (const file of files) {
  for (const fault of faults(readFileSync(file, "utf8"))) {
    console.error(`${file}: ${fault}`);
    count += 1;
  }
}
process.exit(count > 0 ? 1 : 0);
