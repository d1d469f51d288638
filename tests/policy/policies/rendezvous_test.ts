/** Rendezvous hashing: few keys move, shares by weights. */

import { assert, assertEquals } from "@std/assert";
import { hashOf, scoreOf } from "../../../src/policy/policies/rendezvous.ts";
import { candidateOf, chiDeviation } from "./example_pick.ts";

const KEYS = Array.from({ length: 10_000 }, (_, index) => hashOf(`s${index}`));

/** Candidates `a`, `b`, `c` … and what they weigh. */
function winners(weights: readonly number[]): number[] {
  const candidates = weights.map((_, place) =>
    candidateOf(String.fromCharCode(97 + place))
  );
  return KEYS.map((key) => {
    const scores = candidates.map((candidate, place) =>
      weights[place] === 0 ? 0 : scoreOf(key, candidate, weights[place]!)
    );
    return scores.indexOf(Math.max(...scores));
  });
}

const VECTORS: readonly (readonly number[])[] = [
  [1, 1],
  [1, 1, 1, 1, 1, 1, 1],
  [1, 2, 3, 4],
  [100, 10, 10],
];

for (const weights of VECTORS) {
  Deno.test(`scoreOf() spreads keys by weights when they are ${weights}`, () => {
    const counts = weights.map(() => 0);
    for (const place of winners(weights)) counts[place]!++;
    assert(chiDeviation(counts, weights) < 4, `${counts}`);
  });
}

Deno.test("scoreOf() moves only the keys of a candidate that goes, to all others", () => {
  const before = winners([1, 2, 3, 4]);
  const after = winners([1, 2, 0, 4]);
  const moved = [0, 0, 0, 0];
  for (const [key, place] of before.entries()) {
    if (place === 2) moved[after[key]!]!++;
    else assertEquals(after[key], place);
  }
  assertEquals(moved[2], 0);
  assert(chiDeviation([moved[0]!, moved[1]!, moved[3]!], [1, 2, 4]) < 4);
});

Deno.test("scoreOf() moves keys only to the candidate whose weight grows", () => {
  const before = winners([1, 1, 1]);
  const after = winners([1, 3, 1]);
  for (const [key, place] of after.entries()) {
    assert(place === before[key] || place === 1);
  }
});

Deno.test("scoreOf() is the same each time", () => {
  const [key] = KEYS;
  const score = scoreOf(key!, candidateOf("a"), 2);
  assertEquals(scoreOf(key!, candidateOf("a"), 2), score);
  assertEquals(scoreOf(key!, candidateOf("a"), 4), 2 * score);
});
