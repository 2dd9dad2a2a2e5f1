// A page that is watched while it is open: everything that it should not do is kept.

/**
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {import("playwright-core").Page} Page
 *
 * @typedef {object} Visit
 * @property {Page} page
 * @property {string[]} faults console errors and warnings, exceptions, failed requests, requests to elsewhere, and breaches
 * of the content-security policy
 * @property {string[]} requests the addresses of all requests, in order
 */

/**
 * A new page of a context, watched.
 * @param {BrowserContext} context @param {string} origin where everything must come from
 * @returns {Promise<Visit>}
 */
export async function visit(context, origin) {
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  /** @type {string[]} */
  const requests = [];
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy breach: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    const expected = response.request().isNavigationRequest();
    if (response.status() >= 400 && !expected) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    requests.push(url);
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) faults.push(`request to elsewhere: ${url}`);
  });
  return { page, faults, requests };
}
