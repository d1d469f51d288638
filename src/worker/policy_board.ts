/**
 * Puts on the board what there is to see of policies, now and then.
 */

/** How often it may change, in milliseconds. A guess: what people can read. */
const SHOW_MS = 250;

/** What a policy board needs from outside. */
export interface PolicyBoardOptions {
  /** A clock that only goes forward, in milliseconds. */
  readonly now: () => number;
  /** What there is to see. */
  readonly text: () => string;
  /** Shows it. */
  readonly show: (text: string) => void;
}

/** The board. */
export class PolicyBoard {
  readonly #options: PolicyBoardOptions;
  #shown = "";
  #nextMs = -Infinity;

  /** @param options What it needs. */
  constructor(options: PolicyBoardOptions) {
    this.#options = options;
  }

  /**
   * Something may have changed. Shows it, unless that was done a moment ago.
   *
   * @returns In how many milliseconds this is to be called again; undefined:
   * not before something changes.
   */
  look(): number | undefined {
    const { now, text, show } = this.#options;
    const at = now();
    if (at < this.#nextMs) return this.#nextMs - at;
    const next = text();
    if (next === this.#shown) return undefined;
    this.#shown = next;
    this.#nextMs = at + SHOW_MS;
    show(next);
    return undefined;
  }
}
