// @ts-check
/**
 * Takes a chart along: its address, or the frame that shows it on another page. Where the clipboard is refused, the text
 * is shown instead, selected, to be copied by hand.
 */
import { make } from "./make.js";

/** @param {HTMLAnchorElement} link one of a chart's share links */
export async function share(link) {
  const figure = /** @type {HTMLElement} */ (link.closest("figure.chart"));
  const text = link.dataset.share === "embed" ? frame(link, figure) : link.href;
  figure.querySelector(".chart-copy")?.remove();
  const said = make("p", { className: "chart-copy", role: "status" });
  link.closest(".chart-downloads")?.after(said);
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = link.dataset.share === "embed" ? "The code of the frame is copied. " : "The link is copied. ";
    if (link.dataset.share === "embed") said.append(make("a", { href: link.href, textContent: "See what it shows" }));
  } catch {
    const id = `${figure.id}-copy`;
    const field = make("textarea", { id, readOnly: true, value: text, rows: 3 });
    said.append(make("label", { htmlFor: id, textContent: "The clipboard can’t be reached. Copy this by hand:" }), field);
    field.select();
    field.focus();
  }
}

/** The frame that shows a chart; src/embed.rs writes the same. @param {HTMLAnchorElement} link @param {HTMLElement} figure */
function frame(link, figure) {
  const it = document.createElement("iframe");
  const page = document.querySelector("meta[property='og:title']")?.getAttribute("content");
  it.setAttribute("src", link.href);
  it.setAttribute("title", `${page}: ${figure.querySelector(".chart-title")?.textContent}`);
  it.setAttribute("width", link.dataset.width ?? "");
  it.setAttribute("height", link.dataset.height ?? "");
  it.setAttribute("loading", "lazy");
  return it.outerHTML;
}
