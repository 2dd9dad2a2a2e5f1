// Lighthouse on every kind of page, as a phone: accessibility, best practices and search engines. Its performance score is
// a measurement: `npm run lighthouse` prints it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chrome, judge } from "./lighthouse.js";
import { kinds, serve } from "./site.js";

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {Awaited<ReturnType<typeof chrome>>} */
let browser;
before(async () => {
  server = await serve();
  browser = await chrome();
});
after(async () => {
  browser?.kill();
  await server?.close();
});

for (const [kind, path] of Object.entries(kinds).filter(([kind]) => kind !== "missing")) {
  test(`${kind} satisfies Lighthouse`, async () => {
    const { scores, faults } = await judge(browser.port, server.origin + path, ["accessibility", "best-practices", "seo"]);
    assert.deepEqual(scores, { accessibility: 100, "best-practices": 100, seo: 100 }, faults.join("\n"));
  });
}
