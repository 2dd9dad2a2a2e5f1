// @ts-check
/** A line of CSV (RFC 4180, ended by LF). @param {string[]} cells */
export function csvLine(cells) {
  const quoted = cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
  return `${quoted.join(",")}\n`;
}
