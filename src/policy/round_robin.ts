/**
 * Policy `round_robin`: one candidate after the other, in the order of their
 * IDs, which is the order in which the host offers them. Last of the list in
 * `decide.ts`. Each list of candidates has a rotation of its own.
 */

import {
  type Answer,
  type CandidateVerdict,
  type Decision,
  SAME_CANDIDATES,
  UNHANDLED,
} from "./decision.ts";
import type { Candidate, PickRequest } from "./pick_request.ts";
import type { PickContext, Policy } from "./policy.ts";
import type { Settings } from "./settings.ts";
import { sortedById } from "./sorted_by_id.ts";

/** Tells its rotations from those of other policies. */
const TAG = 0;

/** Takes turns among the candidates. */
export const roundRobin: Policy = { name: "round_robin", decide };

function decide(
  request: PickRequest,
  settings: Settings,
  context: PickContext,
): Decision | undefined {
  if (settings.policy !== roundRobin.name) return undefined;
  const order = sortedById(request.candidates);
  if (order.length === 0) return noCandidates();
  const at = (position: number) => answerAt(order, position);
  const position = context.positionOf(TAG);
  const chosen = order[position % order.length];
  return {
    answer: at(position),
    policy: roundRobin.name,
    reason: "It is its turn among the candidates",
    reuse: SAME_CANDIDATES,
    rotation: { tag: TAG, period: order.length, at },
    explain: () => explain(request, order, chosen),
  };
}

function answerAt(order: readonly Candidate[], position: number): Answer {
  const candidate = order[position % order.length];
  return candidate === undefined
    ? UNHANDLED
    : { kind: "auth", id: candidate.id };
}

function noCandidates(): Decision {
  return {
    answer: UNHANDLED,
    policy: roundRobin.name,
    reason: "There are no candidates: the configured selector of the host " +
      "chooses",
    reuse: SAME_CANDIDATES,
    explain: () => [],
  };
}

function explain(
  request: PickRequest,
  order: readonly Candidate[],
  chosen: Candidate | undefined,
): CandidateVerdict[] {
  const turn = order.indexOf(chosen!);
  return request.candidates.map((candidate) => {
    if (candidate === chosen) {
      return { id: candidate.id, verdict: "chosen", reason: "It is its turn" };
    }
    const picks = (order.indexOf(candidate) - turn + order.length) %
      order.length;
    return {
      id: candidate.id,
      verdict: "kept",
      reason: `Its turn comes ${picks === 1 ? "next" : `in ${picks} picks`}`,
    };
  });
}
