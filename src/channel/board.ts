/**
 * The worker's side of the board: text that it shows to a person's command
 * line, which reads it by `boards.ts`.
 */

import { LAYOUT } from "./layout.ts";

/** Held here: what a policy does to the global scope must not change it. */
const { load, store } = Atomics;

/** The sequence is the board's first word. */
const SEQUENCE = 0;

/** What is shown, of which there is one. */
export class Board {
  readonly #words: Uint32Array;
  readonly #text: Uint8Array;
  readonly #encoder = new TextEncoder();

  /** @param segment The whole segment. */
  constructor(segment: ArrayBuffer) {
    this.#words = new Uint32Array(
      segment,
      LAYOUT.boardOffset,
      LAYOUT.boardText / 4,
    );
    this.#text = new Uint8Array(
      segment,
      LAYOUT.boardOffset + LAYOUT.boardText,
      LAYOUT.boardBytes - LAYOUT.boardText,
    );
  }

  /**
   * Shows a text in place of the one before.
   *
   * @returns False if it is too long: then nothing changes.
   */
  show(text: string): boolean {
    const bytes = this.#encoder.encode(text);
    if (bytes.length > this.#text.length) return false;
    // Odd while it is written: whoever reads meanwhile reads again.
    const odd = load(this.#words, SEQUENCE) | 1;
    store(this.#words, SEQUENCE, odd);
    store(this.#words, LAYOUT.boardLength / 4, bytes.length);
    this.#text.set(bytes);
    store(this.#words, SEQUENCE, odd + 1);
    return true;
  }
}
