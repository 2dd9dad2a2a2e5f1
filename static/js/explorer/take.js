// @ts-check
/**
 * What a reader takes away from a view: its files, its address, and the frame that shows it on another page.
 *
 * @typedef {import("./address.js").View} View
 * @typedef {import("./index.js").Index} Index
 * @typedef {import("../draw/chart.js").Chart} Chart
 */
import { make } from "../chart/make.js";
import { plotlyFigure } from "../draw/plotly.js";
import { svgDocument } from "../draw/svg.js";
import { csv } from "../draw/table.js";
import { save } from "../save.js";
import { base } from "../site.js";
import { write } from "./address.js";

/** Puts the view's own files in the place of those of the first view. @param {HTMLElement} figure @param {Chart} chart @param {View} view @param {Index} index */
export function offerDownloads(figure, chart, view, index) {
  // What was copied, or shown to be copied, is of the view before.
  figure.querySelector(".chart-copy")?.remove();
  const row = /** @type {HTMLElement} */ (figure.querySelector(".chart-downloads"));
  const name = [view.model, view.workload, view.y, view.x].join("-");
  const text = (/** @type {string} */ type, /** @type {string} */ text) => new Blob([text], { type });
  /** @type {Record<string, () => Blob | Promise<Blob>>} */
  const files = {
    CSV: () => text("text/csv", csv(chart)),
    JSON: () => text("application/json", JSON.stringify(plotlyFigure(chart, index.colors, location.origin + base))),
    SVG: () => drawing(chart),
    PNG: async () => picture(await drawing(chart)),
  };
  const buttons = Object.entries(files).map(([kind, file]) => {
    const button = make("button", { type: "button", textContent: kind, ariaLabel: `${kind} of ${chart.title}` });
    button.onclick = async () => {
      try {
        save(await file(), `${name}.${kind.toLowerCase()}`);
      } catch (error) {
        console.error(error);
        button.textContent = `${kind} failed, try again`;
      }
    };
    return button;
  });
  const share = /** @type {HTMLElement} */ (row.querySelector(".chart-share"));
  const query = write(view, index);
  const [link, embed] = /** @type {NodeListOf<HTMLAnchorElement>} */ (share.querySelectorAll("a"));
  link.href = `${base}/compare/${query}`;
  embed.href = `${base}/embed/compare/view/${query}`;
  row.replaceChildren("Download ", ...buttons, " ", share);
}

/** The rules of a drawing that stands alone are in the drawing of the first view. @type {Promise<string> | undefined} */
let rules;

/** @param {Chart} chart */
async function drawing(chart) {
  rules ??= fetch(`${base}/compare/view.svg`).then(async (answer) => /<style>(.*?)<\/style>/s.exec(await answer.text())?.[1] ?? "");
  rules.catch(() => (rules = undefined));
  return new Blob([svgDocument(chart, await rules)], { type: "image/svg+xml" });
}

/** A drawing as a picture of twice its size. @param {Blob} drawing @returns {Promise<Blob>} */
async function picture(drawing) {
  const url = URL.createObjectURL(drawing);
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = make("canvas", { width: 2 * image.naturalWidth, height: 2 * image.naturalHeight });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture")))));
}
