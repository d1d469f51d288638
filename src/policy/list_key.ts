/**
 * A short key of a list of candidates, to remember things by: the same IDs in
 * the same order have the same key. Two lists may share one by chance, about
 * one in 2^52: nothing that matters may hang on it.
 */

import { once } from "./once.ts";
import type { Candidate } from "./pick_request.ts";

/**
 * The key of a list.
 *
 * @param candidates The list.
 * @returns Its key.
 */
export const listKey: (candidates: readonly Candidate[]) => string = once(
  (candidates) => `${candidates.length} ${hash(candidates)}`,
);

/** FNV-1a twice, from two starts: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(candidates: readonly Candidate[]): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (const { id } of candidates) {
    for (let at = 0; at <= id.length; at++) {
      // The end of an ID counts too: a number that no code unit has.
      const unit = at === id.length ? 0x10000 : id.charCodeAt(at);
      first = Math.imul(first ^ unit, 0x01000193);
      second = Math.imul(second ^ unit, 0x01000193);
    }
  }
  return `${first >>> 0} ${second >>> 0}`;
}
