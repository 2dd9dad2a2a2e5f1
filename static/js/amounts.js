// @ts-check
/** Amounts by accelerator, as addresses write them: `2.5` for all of them, which `*` stands for, `h100:2,b200:3.1` for some. */

/** No accelerator costs, or draws, as much. */
const most = 1e6;

/** Whether an amount makes sense. @param {number} amount */
export const isAmount = (amount) => amount > 0 && amount < most;

/** The amounts of a text; nothing for nonsense, such as two for one accelerator or a decimal comma. @param {string} text @returns {Map<string, number> | undefined} */
export function amounts(text) {
  const parts = text.split(",").map((part) => (part.includes(":") ? part.split(":") : ["*", part]));
  const sound = parts.every(([key, amount, ...more]) => key !== "" && /^\d*\.?\d+$/.test(amount) && isAmount(Number(amount)) && more.length === 0);
  const found = new Map(parts.map(([key, amount]) => [key, Number(amount)]));
  return sound && found.size === parts.length ? found : undefined;
}
