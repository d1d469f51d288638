/**
 * Spreads requests by the value of one header: the same value always meets the
 * same credential, as long as that is a candidate. The rule must let the policy
 * see the header (`headers`). Without the header there is no answer.
 */

import type { Policy } from "../scheduler.d.ts";

export default {
  pick(candidates, { request: { headers }, options }) {
    const name = String(options.header ?? "x-team").toLowerCase();
    const value = Object.hasOwn(headers, name) ? headers[name]!.trim() : "";
    if (value === "") return undefined;
    const hashes = candidates.map(({ id }) => hash(`${value}\n${id}`));
    const best = hashes.indexOf(hashes.reduce((a, b) => Math.max(a, b)));
    // No scores: whoever sees them could guess what the header says.
    return { id: candidates[best]!.id, reason: "Its share of the header" };
  },
} satisfies Policy;

/**
 * FNV-1a over UTF-16, and the last steps of MurmurHash3, without which texts
 * that differ at their end would score alike. From 0 up to 2^32, exclusive.
 * https://en.wikipedia.org/wiki/Fowler-Noll-Vo_hash_function
 */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
