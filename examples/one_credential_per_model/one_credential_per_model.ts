/**
 * Each model keeps one credential, and the models are spread over all of them.
 * Remembers nothing: rendezvous hashing gives the same answer after a restart,
 * and moves only the models of a credential that is gone.
 * https://en.wikipedia.org/wiki/Rendezvous_hashing
 */

import type { Policy } from "../scheduler.d.ts";

export default {
  pick(candidates, { request }) {
    // `gpt-5.5(high)` is the model `gpt-5.5`, asked to think more.
    const model = request.model.replace(/\([^()]*\)$/, "");
    if (model === "") return undefined;
    return {
      scores: candidates.map(({ id }) => hash(`${model}\n${id}`)),
      reason: "It has the model",
    };
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
