/**
 * Rendezvous hashing: a key goes to the credential with the highest score, a
 * hash of both. Only the keys of a credential that goes have to move, and only
 * those that a new one wins move to it:
 * https://en.wikipedia.org/wiki/Rendezvous_hashing
 */

import { once } from "../once.ts";
import type { Candidate } from "../pick_request.ts";
import { fractionOf, hashText } from "./murmur.ts";

/** A text as 64 bits. */
export type TextHash = readonly [number, number];

/**
 * Hashes a key.
 *
 * @param text Any text.
 * @returns Two hashes of it.
 */
export function hashOf(text: string): TextHash {
  return [hashText(text, 0), hashText(text, 1)];
}

/** Hashes of IDs: candidates of known lists are scored often. */
const hashOfId = once(({ id }: Candidate) => hashOf(id));

/**
 * Scores a candidate for a key, in proportion to its weight:
 * https://en.wikipedia.org/wiki/Rendezvous_hashing#Weighted_rendezvous_hash
 *
 * @param key Hash of the key.
 * @param candidate The candidate.
 * @param weight A positive number.
 * @returns A positive number; the highest wins.
 */
export function scoreOf(
  key: TextHash,
  candidate: Candidate,
  weight: number,
): number {
  const fraction = fractionOf([...key, ...hashOfId(candidate)]);
  return weight / -Math.log(fraction);
}
