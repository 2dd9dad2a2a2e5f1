// @ts-check
/** Where a fault of a question is: SQLite names the word, and the word is looked for. */

/** What SQLite says of a word that it doesn't know, or doesn't expect where it stands. */
const NAMED = [/^near "(.*)": syntax error$/s, /^unrecognized token: "(.*)"$/s, /^(?:no such|ambiguous) (?:column|table|function)(?: name)?: (.*)$/s];

/**
 * The line, from 1, that a fault is in. Of several places of the word it is the first at which a text cut after it has the same
 * fault: before it, a cut text is only incomplete.
 * @param {string} sql @param {string} message what SQLite said @param {(sql: string) => string} faultOf what SQLite says of a text
 * @returns {number | null} nothing where the message names no word
 */
export function lineOf(sql, message, faultOf) {
  if (message === "incomplete input") return lines(sql.trimEnd());
  const word = NAMED.map((pattern) => pattern.exec(message)?.[1]).find((word) => word !== undefined);
  if (!word) return null;
  const places = placesOf(sql, word.split(".").at(-1) ?? word);
  const cut = places.find((end) => faultOf(sql.slice(0, end)) === message) ?? places[0];
  return cut === undefined ? null : lines(sql.slice(0, cut));
}

/** Where a word ends in a text, each time that it stands there whole. @param {string} text @param {string} word */
function placesOf(text, word) {
  const isPart = (/** @type {string | undefined} */ character) => character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
  const places = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    if (!(isPart(text[at - 1]) && isPart(word[0])) && !(isPart(text[end]) && isPart(word.at(-1)))) places.push(end);
  }
  return places;
}

/** @param {string} text */
const lines = (text) => text.split("\n").length;
