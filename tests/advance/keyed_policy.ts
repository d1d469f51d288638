/**
 * A policy that looks at what a key may hold, in place of the module
 * `src/policy/round_robin.ts`: for lists of one length at the route, of
 * another at the client, of a third at both. `keyed_model.ts` says the same
 * in words of its own.
 */

import type { Candidate, PickRequest } from "../../src/policy/pick_request.ts";
import type { Policy } from "../../src/policy/policy.ts";

const SCOPE = "caller_scope";

/** Named as the policy that it stands for. */
export const roundRobin: Policy = {
  name: "round_robin",
  decide(request, settings) {
    if (settings.policy !== "round_robin") return undefined;
    const { candidates, metadata } = request;
    const route = candidates.length % 3 !== 1;
    const scope = candidates.length % 3 !== 2;
    const looked = [
      ...route ? [request.provider, request.model, request.stream] : [],
      ...scope
        ? [Object.hasOwn(metadata, SCOPE) ? metadata[SCOPE] : "absent"]
        : [],
    ];
    const chosen = chooseBy(JSON.stringify(looked), candidates);
    return {
      answer: chosen === undefined
        ? { kind: "unhandled" }
        : { kind: "auth", id: chosen.id },
      policy: "round_robin",
      reason: "It is a test",
      reuse: { kind: "same", route, metadata: scope ? [SCOPE] : [] },
      explain: () => [],
    };
  },
};

function chooseBy(
  text: string,
  candidates: PickRequest["candidates"],
): Candidate | undefined {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = (hash * 31 + text.charCodeAt(at)) % 1_000_003;
  }
  return candidates[hash % candidates.length];
}
