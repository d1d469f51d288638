/**
 * Which policy the worker is at, told to the host side, so that it knows who
 * was at work when a worker ends; and what it knew of earlier ends. Beside
 * `ffi/policies/culprits.c`. Knows policies by their fingerprints alone.
 */

import { LAYOUT } from "./layout.ts";

/** A policy at which earlier workers ended, and how often. */
export interface Culprit {
  readonly fingerprint: number;
  /** While it ran. */
  readonly picks: number;
  /** While it was loaded or checked. */
  readonly loads: number;
}

/** Held here: what a policy does to the global scope must not change it. */
const { load, store } = Atomics;

/** What the worker is at, by fingerprint: a `uint32`, 0 is none. */
export class Marks {
  readonly #header: Uint32Array;

  /** @param header The segment's first page. */
  constructor(header: Uint32Array) {
    this.#header = header;
  }

  /** This policy runs now; 0: it has ended. */
  picking(fingerprint: number): void {
    store(this.#header, LAYOUT.policy / 4, fingerprint);
    if (fingerprint !== 0) {
      store(this.#header, LAYOUT.policyLast / 4, fingerprint);
    }
  }

  /** This policy is loaded or checked now; 0: it was. */
  loading(fingerprint: number): void {
    store(this.#header, LAYOUT.policyLoading / 4, fingerprint);
  }

  /** These are loaded, and no others; what there is no room for is left out. */
  loaded(fingerprints: readonly number[]): void {
    for (let at = 0; at < LAYOUT.maxVersions; at++) {
      const word = LAYOUT.loaded / 4 + at;
      store(this.#header, word, fingerprints[at] ?? 0);
    }
  }
}

/** Reads which versions earlier workers had loaded. */
export function readProven(header: Uint32Array): readonly number[] {
  const count = header[LAYOUT.provenCount / 4] ?? 0;
  const start = LAYOUT.proven / 4;
  const end = start + Math.min(count, LAYOUT.maxVersions);
  return [...header.subarray(start, end)];
}

/** Whether the host's picks wait for this worker to be told its config. */
export function isAwaited(header: Uint32Array): boolean {
  return load(header, LAYOUT.awaited / 4) !== 0;
}

/** Reads what the host side knew when it made the channel. */
export function readCulprits(header: Uint32Array): readonly Culprit[] {
  const word = (offset: number) => header[offset / 4] ?? 0;
  const count = Math.min(word(LAYOUT.culpritCount), LAYOUT.maxCulprits);
  return Array.from({ length: count }, (_, index) => {
    const at = LAYOUT.culprits + index * LAYOUT.culpritBytes;
    return { fingerprint: word(at), picks: word(at + 4), loads: word(at + 8) };
  });
}
