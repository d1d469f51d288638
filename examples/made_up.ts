/**
 * What the tests of the examples share: made-up candidates and requests, and a
 * pick as the plugin makes it.
 */

import type {
  Candidate,
  PickContext,
  Policy,
  RequestFacts,
} from "./scheduler.d.ts";

/** What a test says of a pick; the rest is made up. */
export interface Given extends Partial<Omit<PickContext, "request">> {
  readonly request?: Partial<RequestFacts>;
}

/**
 * Makes up a candidate.
 *
 * @param id Its ID.
 * @param attributes What the host says of it.
 * @returns The candidate.
 */
export function candidate(
  id: string,
  attributes: Record<string, string> = {},
): Candidate {
  return { id, provider: "codex", priority: 0, status: "active", attributes };
}

/**
 * Asks a policy as the plugin does: candidates are sorted and frozen, of scores
 * the highest counts, of equal ones the lowest ID.
 *
 * @param policy The policy.
 * @param candidates In any order.
 * @param given What is not made up.
 * @returns The ID that it chose; undefined: no answer.
 */
export function pick(
  policy: Policy,
  candidates: readonly Candidate[],
  given: Given = {},
): string | undefined {
  const sorted = candidates.toSorted((a, b) => a.id < b.id ? -1 : 1);
  const decision = policy.pick(freeze(sorted), contextOf(given));
  if (!decision) return undefined;
  if ("id" in decision) return decision.id;
  const { scores } = decision;
  const best = scores.reduce<number>((highest, score, place) => {
    const high = scores[highest] ?? -Infinity;
    return score !== null && score > high ? place : highest;
  }, -1);
  return sorted[best]?.id;
}

/** `state` stays the test's own: what a pick leaves there the next one finds. */
function contextOf({ request, state = {}, ...given }: Given): PickContext {
  const facts = {
    provider: "codex",
    providers: ["codex"],
    model: "gpt-5.5",
    stream: true,
    path: "/v1/responses",
    caller: "",
    session: "",
    isRetry: false,
    serviceTier: "auto",
    headers: {},
    ...request,
  };
  const context = { nowMs: 0, options: {}, random: () => 0, ...given };
  return Object.freeze({ ...freeze({ ...context, request: facts }), state });
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
  }
  return Object.freeze(value);
}
