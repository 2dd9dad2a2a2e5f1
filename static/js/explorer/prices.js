// @ts-check
/**
 * Which prices and powers a view uses: an edition of the price book and a tier, or the reader's own.
 *
 * @typedef {import("./address.js").View} View
 * @typedef {import("./index.js").Index} Index
 */

/** The edition of a view: the chosen one, or the newest. @param {Pick<View, "edition">} view @param {Index} index */
export function editionOf(view, { prices }) {
  return prices.editions.find(({ effective }) => effective === view.edition) ?? prices.editions.at(-1);
}

/** @param {Pick<View, "edition" | "tier" | "price" | "power">} view @param {Index} index @returns {import("../metric.js").Prices} */
export function pricesOf(view, index) {
  const book = editionOf(view, index)?.accelerator ?? {};
  const tier = /** @type {"rental"} */ (view.tier);
  return (accelerator) => ({
    dollars: view.price[accelerator] ?? view.price["*"] ?? book[accelerator]?.[tier] ?? null,
    kilowatts: view.power[accelerator] ?? view.power["*"] ?? book[accelerator]?.power_kw ?? null,
  });
}

/** Which prices and powers were used, in words. @param {Pick<View, "edition" | "tier" | "price" | "power">} view @param {Index} index */
export function editionNote(view, index) {
  const edition = editionOf(view, index);
  const tier = index.prices.tiers.find(({ key }) => key === view.tier)?.name;
  const book = edition
    ? `Prices and provisioned power: edition of ${edition.effective} (${edition.source}), tier “${tier}”.`
    : "There is no price book, so there is no cost and no provisioned power.";
  return [book, own(view.price, "$/h", index), own(view.power, "kW", index)].filter(Boolean).join(" ");
}

/** @param {Record<string, number>} amounts @param {string} unit @param {Index} index */
function own(amounts, unit, { names }) {
  const keys = Object.keys(amounts).sort();
  if (!keys.length) return "";
  const name = (/** @type {string} */ key) => (key === "*" ? (keys.length > 1 ? "all others" : "every accelerator") : names.accelerator[key]);
  return `The reader’s own ${unit}: ${keys.map((key) => `${name(key)} ${amounts[key]}`).join(", ")}.`;
}
