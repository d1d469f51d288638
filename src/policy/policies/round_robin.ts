/**
 * Policy `round_robin`: one candidate after the other, in the order of their
 * IDs, which is the order of the host's strategy `round-robin`
 * (`RoundRobinSelector` in sdk/cliproxy/auth/selector.go of the host,
 * v7.2.140).
 */

import type { Choice, Policy, PolicyKind, PolicyPick } from "../policy.ts";
import { SAME_CANDIDATES } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";
import { rotationAmong, type Turns, waits } from "./turns.ts";

const OPTIONS = {
  kind: "object",
  description: "One candidate after the other, in the order of their IDs",
  fields: {},
} as const satisfies ObjectShape;

/**
 * Gives each candidate the same number of picks, one after the other. One
 * candidate is chosen every time.
 *
 * - No candidates: it chooses none.
 * - Ties: there are none.
 * - A credential vanished, or was tried already in this request: the others
 *   take turns among themselves, each list of candidates on its own count.
 */
export const roundRobin: PolicyKind<typeof OPTIONS> = {
  name: "round_robin",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: () => POLICY,
};

const POLICY: Policy = {
  name: roundRobin.name,
  choose,
  explainNone: () => [],
};

function choose(
  { candidates, context, tag }: PolicyPick,
): Choice | undefined {
  const { length } = candidates;
  if (length === 0) return undefined;
  const turns: Turns = {
    period: length,
    at: (position) => position % length,
  };
  const rotation = rotationAmong(candidates, turns, tag);
  const position = context.positionOf(tag);
  return {
    answer: rotation.at(position),
    reason: "It is its turn among the candidates",
    reuse: SAME_CANDIDATES,
    rotation,
    explain: () =>
      waits(turns, position, length).map((words) => ({
        reason: words.replace(/^i/, "I"),
      })),
  };
}
