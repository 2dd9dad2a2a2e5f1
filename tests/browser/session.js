// The served site and the browser that the tests of a file share.
import { after, before } from "node:test";
import { launch, serve } from "./site.js";

/**
 * @typedef {object} Session open from before the first test of a file until after its last
 * @property {Awaited<ReturnType<typeof serve>>} server
 * @property {import("playwright-core").Browser} browser
 */

/** Opens a session for a file's tests. Called before any other hook, so that those find it open. @returns {Session} */
export function session() {
  const session = /** @type {Session} */ ({});
  before(async () => {
    session.server = await serve();
    session.browser = await launch();
  });
  after(async () => {
    await session.browser?.close();
    await session.server?.close();
  });
  return session;
}
