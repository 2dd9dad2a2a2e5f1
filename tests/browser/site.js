// The built site behind a server of its own, and a browser in front of it: what every browser test starts from.
// SITE names the built site (else public/), CHROMIUM the browser (else Debian's).
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** The repository's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
/** The built site. */
export const site = resolve(process.env.SITE ?? join(root, "public"));
if (!existsSync(join(site, "index.html"))) {
  throw new Error(`${site} holds no built site. Run \`site build\` first, or name a built site in SITE`);
}

/** The path that the site is published below: empty, or like `/preview`. */
export const base = basePath(readFileSync(join(site, "index.html"), "utf8"));

/** @param {string} home */
function basePath(home) {
  const canonical = /<link rel="?canonical"? href="?([^"\s>]+)/.exec(home)?.[1];
  if (canonical === undefined) throw new Error(`${site}/index.html has no canonical address`);
  return new URL(canonical).pathname.replace(/\/$/, "");
}

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".xml": "application/xml",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Serves the built site as Pages would: folders by their index, compressed, anything unknown by 404.html.
 * @returns {Promise<{origin: string, close: () => Promise<void>}>}
 */
export async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const inside = path.startsWith(`${base}/`) ? path.slice(base.length) : "/404.html";
    const file = join(site, inside.endsWith("/") ? join(inside, "index.html") : inside);
    try {
      const type = types[extname(file)] ?? "application/octet-stream";
      const zipped = /^(text|application)\/|svg/.test(type) && String(request.headers["accept-encoding"]).includes("gzip");
      const body = await readFile(file);
      response.writeHead(200, { "content-type": type, "cache-control": "max-age=600", ...(zipped && { "content-encoding": "gzip" }) });
      response.end(zipped ? gzipSync(body) : body);
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
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

/** Pages two or more levels down, by the shape of their address. Others are called after their first folder and depth. */
const shapes = /** @type {const} */ ([
  ["pair", /^\/hardware\/[^/]+-vs-[^/]+\/$/],
  ["guide", /^\/hardware\/[^/]+\/$/],
  ["model", /^\/models\/[^/]+\/$/],
  ["workload", /^\/models\/[^/]+\/[^/]+\/$/],
  ["precision", /^\/models\/[^/]+\/[^/]+\/[^/]+\/$/],
  ["framework", /^\/frameworks\/[^/]+\/$/],
  ["query", /^\/data\/query\/$/],
  ["versions", /^\/data\/versions\/$/],
  ["month", /^\/runs\/in-[^/]+\/$/],
  ["difference", /^\/runs\/[^/]+\.\.[^/]+\/$/],
  ["run", /^\/runs\/[^/]+\/$/],
  ["trend", /^\/trends\/[^/]+\/[^/]+\/[^/]+\/$/],
  ["answers", /^\/best\/[^/]+\/[^/]+\/$/],
  ["document", /^\/docs\/[^/]+\/$/],
  ["report", /^\/reports\/[^/]+\/$/],
]);

/** @param {string} path */
function kindOf(path) {
  const folders = path.split("/").filter((name) => name !== "");
  if (folders.length < 2) return folders[0] ?? "home";
  return shapes.find(([, shape]) => shape.test(path))?.[0] ?? `${folders[0]}-${folders.length}`;
}

/** @param {string} folder @returns {string[]} the addresses of all pages in it and below */
export function pagesBelow(folder) {
  return readdirSync(join(site, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return pagesBelow(`${folder}${entry.name}/`);
    return entry.name === "index.html" ? [folder] : [];
  });
}

/**
 * One page of every kind that the site has, by the kind's name: the heaviest, which has the most that can go wrong.
 * @returns {Record<string, string>}
 */
function pageOfEveryKind() {
  const weight = (/** @type {string} */ path) => statSync(join(site, path, "index.html")).size;
  /** @type {Record<string, string>} */
  const heaviest = {};
  for (const path of pagesBelow("/").sort()) {
    // Charts for other people's pages have no frame of ours, and a test of their own.
    if (path.startsWith("/embed/")) continue;
    const kind = kindOf(path);
    const known = heaviest[kind];
    if (known === undefined || weight(path) > weight(known)) heaviest[kind] = path;
  }
  const addresses = Object.entries(heaviest).map(([kind, path]) => [kind, `${base}${path}`]);
  return Object.fromEntries([...addresses, ["missing", `${base}/nowhere/`]]);
}

/** One page of every kind, by name. */
export const kinds = pageOfEveryKind();

/** The address of the page of a kind that a test can't do without. @param {string} kind */
export function pageOf(kind) {
  const path = kinds[kind];
  if (path === undefined) throw new Error(`${site} has no page of the kind ${kind}; it has ${Object.keys(kinds).join(", ")}`);
  return path;
}
