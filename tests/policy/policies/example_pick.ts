/**
 * Picks for the tests of policies: only what a test is about needs to be said.
 * No tests in here.
 */

import {
  firstPick,
  type PickContext,
  type PickHistory,
} from "../../../src/policy/pick_context.ts";
import type {
  Candidate,
  PickRequest,
} from "../../../src/policy/pick_request.ts";
import type {
  CandidateReason,
  Policy,
  PolicyPick,
} from "../../../src/policy/policy.ts";
import { createPolicy } from "../../../src/policy/policies/kinds.ts";
import { sortedById } from "../../../src/policy/sorted_by_id.ts";
import { exampleRequest } from "../example_request.ts";

/** Tag of the rotations of these picks. */
export const TAG = 3;

/** What a test may say of a pick. */
export interface ExamplePick {
  readonly request?: Partial<PickRequest>;
  readonly position?: number;
  readonly seed?: number;
  readonly history?: PickHistory;
}

/**
 * Makes a pick.
 *
 * @param candidates IDs, or candidates, in any order.
 * @param parts What else matters.
 * @returns The pick, as a rule makes it of a request.
 */
export function pickOf(
  candidates: readonly (string | Candidate)[],
  parts: ExamplePick = {},
): PolicyPick {
  const { request = {}, position = 0, seed = 1 } = parts;
  const offered = candidates.map((candidate) =>
    typeof candidate === "string" ? candidateOf(candidate) : candidate
  );
  const first = firstPick(0, seed);
  const context: PickContext = {
    ...first,
    history: parts.history ?? first.history,
    positionOf: (tag) => tag === TAG ? position : 0,
  };
  return {
    candidates: sortedById(offered),
    request: { ...exampleRequest([]), candidates: offered, ...request },
    context,
    tag: TAG,
  };
}

/** Makes a candidate. */
export function candidateOf(
  id: string,
  parts: Partial<Candidate> = {},
): Candidate {
  return { ...exampleRequest([id]).candidates[0]!, ...parts };
}

/** Candidates `a`, `b`, `c` … with the attribute `weight`; null: without. */
export function weighing(
  weights: readonly (string | number | null)[],
): Candidate[] {
  return weights.map((weight, index) =>
    candidateOf(
      String.fromCharCode("a".charCodeAt(0) + index),
      weight === null ? {} : { attributes: { weight: String(weight) } },
    )
  );
}

/** Makes a policy whose options are right. */
export function policyOf(name: string, options: unknown = {}): Policy {
  const policy = createPolicy(name, options);
  if (typeof policy === "string") throw new TypeError(`${name} ${policy}`);
  return policy;
}

/** The ID that a policy chooses; undefined if it chooses none. */
export function idChosen(policy: Policy, pick: PolicyPick): string | undefined {
  const answer = policy.choose(pick)?.answer;
  return answer?.kind === "auth" ? answer.id : undefined;
}

/** IDs of the first positions of a rotation. */
export function turnsOf(
  policy: Policy,
  pick: PolicyPick,
  length: number,
): (string | undefined)[] {
  const { rotation } = policy.choose(pick) ?? {};
  return Array.from({ length }, (_, position) => {
    const answer = rotation?.at(position);
    return answer?.kind === "auth" ? answer.id : undefined;
  });
}

/** Why each candidate was chosen or not. */
export function reasonsOf(policy: Policy, pick: PolicyPick): string[] {
  return explanation(policy, pick).map(({ reason }) => reason);
}

/** What a policy says of each candidate. */
export function explanation(
  policy: Policy,
  pick: PolicyPick,
): readonly CandidateReason[] {
  return policy.choose(pick)?.explain() ?? policy.explainNone(pick);
}

/** How often each item is there. */
export function countsOf<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/**
 * How far counts are from what is expected, in standard deviations: the
 * statistic of a chi-square test less its mean, by Wilson and Hilferty:
 * https://en.wikipedia.org/wiki/Chi-squared_distribution#Related_distributions
 *
 * @param counts What was counted.
 * @param shares What was expected, in proportion.
 * @returns About normally distributed: above 4 once in 30000 times.
 */
export function chiDeviation(
  counts: readonly number[],
  shares: readonly number[],
): number {
  const sum = counts.reduce((a, b) => a + b, 0);
  const whole = shares.reduce((a, b) => a + b, 0);
  const freedom = counts.length - 1;
  const statistic = counts.reduce((total, count, index) => {
    const expected = shares[index]! / whole * sum;
    return total + (count - expected) ** 2 / expected;
  }, 0);
  const variance = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - variance)) /
    Math.sqrt(variance);
}
