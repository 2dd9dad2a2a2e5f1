// @ts-check
/**
 * Asks the database, one question at a time, each for a limited time.
 *
 * @typedef {import("./worker.js").Addresses} Addresses
 * @typedef {import("./worker.js").Answer} Answer
 * @typedef {import("./worker.js").Fault} Fault
 * @typedef {import("./worker.js").Reply} Reply
 */

/** The longest that a question may take once everything is loaded, in seconds. */
export const MOST_SECONDS = 10;

/** A question that has no answer, and why. */
export class Unanswered extends Error {
  /** @param {string} message @param {number | null} [line] the line of the question that is at fault */
  constructor(message, line = null) {
    super(message);
    this.line = line;
  }
}

export class Asking {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {((why: Unanswered) => void) | undefined} what waits for an answer */
  #reject;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} script the worker's @param {Addresses} addresses */
  constructor(script, addresses) {
    this.script = script;
    this.addresses = addresses;
  }

  /**
   * The answer to a question. One that is still being asked is stopped.
   * @param {string} sql @param {() => void} onLoaded called when everything is there and the work begins
   * @returns {Promise<Answer>} else it throws an {@link Unanswered}
   */
  ask(sql, onLoaded) {
    this.stop("Another question was asked.");
    this.#worker ??= new Worker(this.script, { type: "module" });
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.onmessage = (/** @type {MessageEvent<Reply>} */ { data }) => {
        if ("loaded" in data) return this.#limit(onLoaded);
        clearTimeout(this.#timer);
        this.#reject = undefined;
        if ("answer" in data) return resolve(data.answer);
        if (data.fault.broken) this.#end();
        reject(new Unanswered(data.fault.message, data.fault.line));
      };
      worker.onerror = () => this.stop("The database’s script did not load.");
      worker.postMessage({ sql, addresses: this.addresses });
    });
  }

  /** Ends what is being asked, if anything is. @param {string} why */
  stop(why) {
    if (!this.#reject) return;
    const reject = this.#reject;
    this.#end();
    reject(new Unanswered(why));
  }

  /** @param {() => void} onLoaded */
  #limit(onLoaded) {
    onLoaded();
    const why = `Stopped after ${MOST_SECONDS} seconds: the question took too long. Ask for less, or take the database and ask it on your machine.`;
    this.#timer = setTimeout(() => this.stop(why), MOST_SECONDS * 1000);
  }

  /** The thread is gone with everything in it; the next question starts another, from the browser's cache. */
  #end() {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#reject = undefined;
  }
}
