/**
 * Policy `weighted`: the candidates take turns by their weights, evenly spread,
 * as with the host's strategy `weighted-round-robin`.
 */

import type { Choice, Policy, PolicyKind, PolicyPick } from "../policy.ts";
import { SAME_CANDIDATES } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";
import { reduced } from "./greatest_divisor.ts";
import { MAX_SMOOTH_PERIOD, SmoothTurns } from "./smooth_turns.ts";
import { SpreadTurns } from "./spread_turns.ts";
import { rotationAmong, type Turns, waits } from "./turns.ts";
import {
  explainWeighed,
  onceWeighed,
  weighBy,
  type Weighed,
  WEIGHTS_FIELD,
} from "./weights.ts";

const OPTIONS = {
  kind: "object",
  description: "The candidates take turns by their weights, evenly spread",
  fields: { weights: WEIGHTS_FIELD },
} as const satisfies ObjectShape;

/**
 * Gives each candidate as many picks as it weighs, evenly spread: exactly so
 * many in each period, which is the sum of the weights, divided by their
 * greatest common divisor. One candidate is chosen every time, unless it
 * weighs 0.
 *
 * Up to a period of 65536 the order is that of the host from a fresh state.
 * Beyond that it is another one, as evenly spread, which costs neither time nor
 * memory in proportion to the period.
 *
 * - No candidate weighs anything: it chooses none, and the rule goes on to its
 *   next pool.
 * - Ties: of those whose turn it would be, the one with the lowest ID.
 * - A credential vanished, or was tried already in this request: the others
 *   take turns among themselves, each list of candidates on its own count.
 */
export const weighted: PolicyKind<typeof OPTIONS> = {
  name: "weighted",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: ({ weights }) => weightedBy(weights),
};

/** A list of candidates that is ready to take turns. */
interface Ready {
  readonly weighed: Weighed;
  readonly turns: Turns;
}

function weightedBy(
  weights: Readonly<Record<string, number>> | undefined,
): Policy {
  const ready = onceWeighed(weighBy(weights), (weighed) => ({
    weighed,
    turns: turnsBy(weighed.weights),
  }));
  return {
    name: weighted.name,
    ...weights && { weights },
    reuseOfNone: SAME_CANDIDATES,
    choose: (pick) => choose(pick, ready(pick.candidates)),
    explainNone: ({ candidates }) =>
      explainWeighed(ready(candidates).weighed, []),
  };
}

/**
 * Lets places take turns by weights.
 *
 * @param weights Positive whole numbers.
 * @returns In the host's order if the period is short enough to go through it.
 */
export function turnsBy(weights: readonly number[]): Turns {
  if (weights.length === 0) return { period: 1, at: () => 0 };
  return reduced(weights).total <= MAX_SMOOTH_PERIOD
    ? new SmoothTurns(weights)
    : new SpreadTurns(weights);
}

function choose(
  { context, tag }: PolicyPick,
  { weighed, turns }: Ready,
): Choice | undefined {
  const { candidates } = weighed;
  if (candidates.length === 0) return undefined;
  const rotation = rotationAmong(candidates, turns, tag);
  const position = context.positionOf(tag);
  return {
    answer: rotation.at(position),
    reason: "It is its turn by its weight",
    reuse: SAME_CANDIDATES,
    rotation,
    explain: () => explain(weighed, turns, position),
  };
}

function explain(weighed: Weighed, turns: Turns, position: number) {
  const { weights, total } = weighed;
  const reasons = waits(turns, position, weights.length).map((words, place) => {
    const weight = weights[place]!;
    return { reason: `Weight ${weight} of ${total}, ${words}`, score: weight };
  });
  return explainWeighed(weighed, reasons);
}
