// Pictures of every kind of page: node tests/browser/screenshots.js [kind …]. They land in screenshots/.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { kinds, launch, root, serve } from "./site.js";

const wanted = process.argv.slice(2);
const folder = join(root, "screenshots");
await mkdir(folder, { recursive: true });
const server = await serve();
const browser = await launch();
for (const width of [360, 768, 1440]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    for (const [kind, path] of Object.entries(kinds)) {
      if (wanted.length > 0 && !wanted.includes(kind)) continue;
      await page.goto(server.origin + path);
      // The first screens of the longest pages tell enough.
      const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), 8000);
      const clip = { x: 0, y: 0, width, height };
      await page.screenshot({ path: join(folder, `${kind}-${width}-${colorScheme}.png`), fullPage: true, clip });
    }
    await context.close();
  }
}
await browser.close();
await server.close();
