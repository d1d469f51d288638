/**
 * The order in which the host offers candidates: by the bytes of their IDs
 * (internal/pluginhost of the host sorts so). For policies that go through
 * them, so that the answer does not depend on the order of a request.
 */

import { once } from "./once.ts";
import type { Candidate } from "./pick_request.ts";

/**
 * Sorts candidates by ID.
 *
 * @param candidates In any order; not changed.
 * @returns The same list if it is sorted already, else a sorted copy.
 */
export const sortedById: (
  candidates: readonly Candidate[],
) => readonly Candidate[] = once((candidates) =>
  isSorted(candidates)
    ? candidates
    : candidates.toSorted((a, b) => compareText(a.id, b.id))
);

function isSorted(candidates: readonly Candidate[]): boolean {
  return candidates.every((candidate, index) =>
    index === 0 || compareText(candidates[index - 1]!.id, candidate.id) <= 0
  );
}

/**
 * Compares texts as their UTF-8 bytes compare, which is by code points:
 * JavaScript's own order differs beyond U+FFFF.
 *
 * @param a One text.
 * @param b The other.
 * @returns Negative if `a` comes first, positive if `b` does, 0 if equal.
 *
 * @example
 * ```ts
 * import { compareText } from "./sorted_by_id.ts";
 *
 * compareText("a", "b"); // -1
 * ```
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) {
      return Math.sign(rank(a.charCodeAt(at)) - rank(b.charCodeAt(at)));
    }
  }
  return Math.sign(a.length - b.length);
}

/** Surrogates stand for what comes after all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
