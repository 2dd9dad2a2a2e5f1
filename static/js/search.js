// @ts-check
/**
 * Waits for a reader who searches: a click on the header's link, or the key `/`. Only then the dialog and the index are
 * loaded. Whatever fails, the link leads to the page for searching.
 */
const link = /** @type {HTMLAnchorElement} */ (document.querySelector("a[data-search]"));

async function open() {
  const list = /** @type {HTMLTemplateElement} */ (document.getElementById("search-modules"));
  document.head.append(list.content);
  await import("./search/dialog.js").then(({ show }) => show(link), () => location.assign(link.href));
}

link.onclick = (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
};

addEventListener("keydown", (event) => {
  const at = event.target instanceof HTMLElement ? event.target : document.body;
  // A box that was closed just now still has the focus for a moment.
  const closed = at.closest("dialog:not([open])") !== null;
  const writes = !closed && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  if (event.key !== "/" || writes || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("main input[type=search]"));
  if (field) field.focus();
  else open();
});
