/**
 * Lists of candidates that were decoded before, by a number. The C side
 * remembers their bytes; when a request ends in them it hands over the number
 * instead. Bounded: the list that was used longest ago goes, and the C side is
 * told to send the whole when it asks for it.
 */

import type { Rotation } from "../policy/decision.ts";
import type { Candidate } from "../policy/pick_request.ts";

/** As many as the C side remembers (`ADVANCE_LISTS` in ffi/cache/advance.h). */
const MAX_LISTS = 64;

/**
 * Bytes of JSON that all of them may have had together. Decoded they take two
 * to three times as much. A guess, for a worker of a hundred megabytes.
 */
const MAX_BYTES = 16 << 20;

/** The longest list that the C side remembers (`ADVANCE_LIST_BYTES`). */
export const MAX_LIST_BYTES = 1 << 20;

/** One list. */
export interface KnownList {
  /** Never used for another list of this worker; not 0. */
  readonly number: number;
  readonly candidates: readonly Candidate[];
  /** Length of its JSON. */
  readonly bytes: number;
  /** By the config's number and the rotation's tag; see `publish.ts`. */
  readonly rotations: Map<string, NumberedRotation>;
}

/** A rotation of a config. */
export interface NumberedRotation {
  /** The config's number. */
  readonly epoch: number;
  readonly rotation: Rotation;
}

/** The lists, of one worker. */
export class KnownLists {
  /** By number; the order is that of the last use. */
  readonly #lists = new Map<number, KnownList>();
  #bytes = 0;
  #last = 0;

  /**
   * Finds a list.
   *
   * @param number Its number.
   * @returns The list, or undefined if it is not known any more.
   */
  find(number: number): KnownList | undefined {
    const list = this.#lists.get(number);
    if (list === undefined) return undefined;
    this.#lists.delete(number);
    this.#lists.set(number, list);
    return list;
  }

  /**
   * Remembers a list.
   *
   * @param candidates Its candidates; not to be changed any more.
   * @param bytes Length of its JSON.
   * @returns The list; undefined if it is too long to be remembered.
   */
  learn(
    candidates: readonly Candidate[],
    bytes: number,
  ): KnownList | undefined {
    if (bytes > MAX_LIST_BYTES) return undefined;
    const list = {
      number: ++this.#last,
      candidates,
      bytes,
      rotations: new Map<string, NumberedRotation>(),
    };
    this.#lists.set(list.number, list);
    this.#bytes += bytes;
    for (const oldest of this.#lists.values()) {
      if (this.#lists.size <= MAX_LISTS && this.#bytes <= MAX_BYTES) break;
      this.#lists.delete(oldest.number);
      this.#bytes -= oldest.bytes;
    }
    return list;
  }
}
