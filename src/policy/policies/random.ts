/**
 * Policy `random`: chance, by weights. The chance is a hash of the position,
 * so that the same position always gives the same answer and positions can be
 * answered in advance.
 */

import type { Choice, Policy, PolicyKind, PolicyPick } from "../policy.ts";
import { SAME_CANDIDATES } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";
import { fractionOf } from "./murmur.ts";
import { placeOf } from "./spread_turns.ts";
import { rotationAmong, type Turns } from "./turns.ts";
import {
  explainWeighed,
  onceWeighed,
  weighBy,
  type Weighed,
  WEIGHTS_FIELD,
} from "./weights.ts";

const OPTIONS = {
  kind: "object",
  description: "A candidate by chance, in proportion to their weights",
  fields: { weights: WEIGHTS_FIELD },
} as const satisfies ObjectShape;

/**
 * Chooses by chance: each candidate as often, in the long run, as it weighs. A
 * restart begins another sequence. One candidate is chosen every time, unless
 * it weighs 0.
 *
 * - No candidate weighs anything: it chooses none, and the rule goes on to its
 *   next pool.
 * - Ties: there are none.
 * - A credential vanished, or was tried already in this request: chance among
 *   the others, by their weights.
 */
export const random: PolicyKind<typeof OPTIONS> = {
  name: "random",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: ({ weights }) => randomBy(weights),
};

/** A list of candidates with where the part of each ends. */
interface Parts {
  readonly weighed: Weighed;
  readonly ends: readonly number[];
}

function randomBy(
  weights: Readonly<Record<string, number>> | undefined,
): Policy {
  const partsOf = onceWeighed(weighBy(weights), (weighed) => {
    let end = 0;
    return { weighed, ends: weighed.weights.map((weight) => end += weight) };
  });
  return {
    name: random.name,
    ...weights && { weights },
    reuseOfNone: SAME_CANDIDATES,
    choose: (pick) => choose(pick, partsOf(pick.candidates)),
    explainNone: ({ candidates }) =>
      explainWeighed(partsOf(candidates).weighed, []),
  };
}

function choose(
  { context, tag }: PolicyPick,
  { weighed, ends }: Parts,
): Choice | undefined {
  const { candidates, total } = weighed;
  if (candidates.length === 0) return undefined;
  const turns: Turns = {
    period: undefined,
    at: (position) =>
      placeOf(chance(context.seed, tag, position) * total, ends),
  };
  const rotation = rotationAmong(candidates, turns, tag);
  const position = context.positionOf(tag);
  return {
    answer: rotation.at(position),
    reason: "It was chosen by chance",
    reuse: SAME_CANDIDATES,
    rotation,
    explain: () => explain(weighed, turns.at(position)),
  };
}

/**
 * One of 2^52 equally likely fractions. What a candidate gets too much or too
 * little of is below one of these, against a share of 1 in 10^6 times the
 * number of candidates: too little to be found in any number of picks.
 */
function chance(seed: number, tag: number, position: number): number {
  return fractionOf([seed, tag, position, Math.floor(position / 2 ** 32)]);
}

function explain(weighed: Weighed, chosen: number) {
  const { weights, total } = weighed;
  const reasons = weights.map((weight, place) => ({
    reason: `Weight ${weight} of ${total}, ` +
      (place === chosen ? "chosen by chance" : "chance chose another one"),
    score: weight,
  }));
  return explainWeighed(weighed, reasons);
}
