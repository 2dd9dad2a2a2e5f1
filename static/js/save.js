// @ts-check
/** Files that a page makes and its reader takes away. */
import { make } from "./chart/make.js";

/** Hands a file to the reader. @param {Blob} file @param {string} download its name */
export function save(file, download) {
  const href = URL.createObjectURL(file);
  make("a", { href, download }).click();
  // The browser may still be reading it for a while.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
