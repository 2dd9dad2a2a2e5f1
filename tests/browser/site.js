// The built site behind a server of its own, and a browser in front of it: what every browser test starts from.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** The repository's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
/** The built site. */
export const site = process.env.SITE ?? join(root, "public");

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
  ".xml": "application/xml",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Serves the built site as Pages would: folders by their index, anything unknown by 404.html.
 * @returns {Promise<{origin: string, close: () => Promise<void>}>}
 */
export async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const file = join(site, path.endsWith("/") ? join(path, "index.html") : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": types[".html"] });
      response.end(await readFile(join(site, "404.html")));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the test server has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Debian's Chromium, with everything off that would talk to the network. */
export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing: apt-get install chromium, or set CHROMIUM`);
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** One page of every kind, by name. */
export const kinds = {
  home: "/",
  models: "/models/",
  model: "/models/dsr1/",
  workload: "/models/dsr1/8192-1024/",
  precision: "/models/dsr1/8192-1024/fp8/",
  hardware: "/hardware/",
  guide: "/hardware/h100/",
  pair: "/hardware/b200-vs-mi355x/",
  frameworks: "/frameworks/",
  framework: "/frameworks/sglang/",
  runs: "/runs/",
  run: "/runs/20972034325/",
  data: "/data/",
  docs: "/docs/",
  document: "/docs/method/",
  changes: "/changes/",
  gaps: "/gaps/",
  missing: "/nowhere/",
};
