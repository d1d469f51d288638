/**
 * Policy `least_recent`: the candidate that was picked longest ago. Looks at
 * what earlier picks left behind, so that no answer stands for a second pick.
 */

import type {
  CandidateReason,
  Choice,
  Policy,
  PolicyKind,
  PolicyPick,
} from "../policy.ts";
import { NEVER } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";

const OPTIONS = {
  kind: "object",
  description: "The candidate that was picked longest ago, by any rule",
  fields: {},
} as const satisfies ObjectShape;

/**
 * Gives each credential the longest rest: unlike `round_robin` it counts what
 * other rules and other lists of candidates picked too. One candidate is
 * chosen every time. Each pick is decided anew, which is slower than taking
 * turns.
 *
 * - No candidates: it chooses none.
 * - Ties: those that were never picked go first, by the lowest ID.
 * - A credential vanished: when it is back it is probably the next, since it
 *   was picked longest ago.
 * - A request is tried again: the credential that failed was picked last, and
 *   the host does not offer it; the others as always.
 */
export const leastRecent: PolicyKind<typeof OPTIONS> = {
  name: "least_recent",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: () => POLICY,
};

const POLICY: Policy = {
  name: leastRecent.name,
  choose,
  explainNone: () => [],
};

function choose({ candidates, context }: PolicyPick): Choice | undefined {
  const picked = candidates.map(({ id }) => context.history.lastPickOf(id));
  const oldest = firstOfLowest(picked);
  const chosen = candidates[oldest];
  if (chosen === undefined) return undefined;
  return {
    answer: { kind: "auth", id: chosen.id },
    reason: picked[oldest] === 0
      ? "It has the lowest ID of those that were not picked yet"
      : "It was picked longest ago",
    reuse: NEVER,
    explain: () => picked.map((last) => explainOne(last, picked[oldest]!)),
  };
}

/** They are sorted by ID, so that the first of equals stays. */
function firstOfLowest(numbers: readonly number[]): number {
  let lowest = 0;
  for (let place = 1; place < numbers.length; place++) {
    if (numbers[place]! < numbers[lowest]!) lowest = place;
  }
  return lowest;
}

function explainOne(last: number, oldest: number): CandidateReason {
  if (last === 0) return { reason: "Not picked yet", score: 0 };
  const reason = last === oldest
    ? "Picked longest ago"
    : oldest === 0
    ? "Picked already"
    : "Picked more recently";
  return { reason, score: -last };
}
