// @ts-check
/**
 * Answers questions to the database in a thread of its own, so that one that never ends can be stopped: whoever asked ends the
 * thread. A worker's policy is that of its own script, not the page's, so WebAssembly runs here and nowhere on the page.
 *
 * @typedef {{engine: string, wasm: string, database: string}} Addresses the engine's script, its WebAssembly, the database
 * @typedef {{sql: string, addresses: Addresses}} Question
 * @typedef {string | number | null} Cell
 * @typedef {object} Answer
 * @property {string[]} columns
 * @property {Cell[][]} rows
 * @property {boolean} more whether there were more rows than are kept
 * @property {number} took milliseconds, without the loading
 *
 * @typedef {{message: string, line: number | null, broken: boolean}} Fault what SQLite said, the line that it means, and whether
 *   the engine is of no use any more
 * @typedef {{loaded: true} | {answer: Answer} | {fault: Fault}} Reply
 */
import { lineOf } from "./place.js";

/** The most rows, and the most characters in them, that an answer keeps. */
const MOST_ROWS = 20_000;
const MOST_CHARACTERS = 20_000_000;

/** @type {{onmessage: ((event: MessageEvent<Question>) => void) | null, postMessage: (reply: Reply) => void}} */
const thread = /** @type {any} */ (globalThis);

/** @type {Promise<{engine: any, database: Uint8Array}> | undefined} */
let opened;

thread.onmessage = async ({ data: { sql, addresses } }) => {
  try {
    opened ??= open(addresses);
    const { engine, database } = await opened;
    thread.postMessage({ loaded: true });
    thread.postMessage(replyTo(engine, database, sql));
  } catch (error) {
    thread.postMessage({ fault: { message: String(error instanceof Error ? error.message : error), line: null, broken: true } });
  }
};

/** @param {Addresses} addresses */
async function open(addresses) {
  const [{ default: start }, wasmBinary, database] = await Promise.all([
    import(addresses.engine),
    load(addresses.wasm),
    load(addresses.database).then(unzipped),
  ]);
  return { engine: await start({ wasmBinary }), database: new Uint8Array(database) };
}

/** @param {string} address */
async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} did not load: ${answer.status}`);
  return answer.arrayBuffer();
}

/** The bytes of a file that a server may have unzipped already. @param {ArrayBuffer} file */
async function unzipped(file) {
  const [first, second] = new Uint8Array(file);
  if (first !== 0x1f || second !== 0x8b) return file;
  return new Response(new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** Each question sees the database as it was published, whatever the one before it wrote. @param {any} engine @param {Uint8Array} file @param {string} sql @returns {Reply} */
function replyTo(engine, file, sql) {
  const start = performance.now();
  const database = new engine.Database(file);
  try {
    return { answer: { ...answer(database, sql), took: performance.now() - start } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const broken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    return { fault: { message, line: broken ? null : lineOf(sql, message, (text) => faultOf(database, text)), broken } };
  } finally {
    database.close();
  }
}

/** The rows of the last statement that has any. @param {any} database @param {string} sql */
function answer(database, sql) {
  /** @type {Omit<Answer, "took">} */
  let answer = { columns: [], rows: [], more: false };
  for (const statement of database.iterateStatements(sql)) {
    const columns = statement.getColumnNames();
    const result = rowsOf(statement);
    if (columns.length) answer = { columns, ...result };
  }
  return answer;
}

/** @param {any} statement */
function rowsOf(statement) {
  /** @type {Cell[][]} */
  const rows = [];
  let characters = 0;
  while (statement.step()) {
    if (rows.length === MOST_ROWS || characters > MOST_CHARACTERS) return { rows, more: true };
    const row = statement.get(null, { useBigInt: true }).map(cellOf);
    for (const cell of row) characters += typeof cell === "string" ? cell.length : 8;
    rows.push(row);
  }
  return { rows, more: false };
}

/** Whole numbers that a double would round stay words; bytes are told by their number. @param {bigint | number | string | Uint8Array | null} value @returns {Cell} */
function cellOf(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value instanceof Uint8Array ? `(${value.length} bytes)` : value;
}

/** What SQLite says against a statement; nothing where it is sound. @param {any} database @param {string} sql */
function faultOf(database, sql) {
  try {
    database.prepare(sql).free();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
