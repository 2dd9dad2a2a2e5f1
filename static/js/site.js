// @ts-check
/** Where the site lies: the path that all its addresses start with, empty for a site at its host's root. */
export const base = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=site-root]"))?.content.replace(/\/$/, "") ?? "";
