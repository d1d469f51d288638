/** Smooth turns: pick for pick as the host, exact over a period, smooth. */

import { assert, assertEquals } from "@std/assert";
import { reduced } from "../../../src/policy/policies/greatest_divisor.ts";
import {
  MAX_SMOOTH_PERIOD,
  SmoothTurns,
} from "../../../src/policy/policies/smooth_turns.ts";
import { randomFrom } from "../random_from.ts";
import { HOST_MANY_WEIGHTED } from "./host_strategies.ts";

/** Weights with equals, multiples and extremes among them. */
const VECTORS: readonly (readonly number[])[] = [
  [1],
  [7],
  [1, 1, 1],
  [5, 1, 1],
  [1, 5, 1, 5, 1],
  [1, 2, 3, 4, 5, 6, 7, 8],
  [1000, 1],
  [100, 50, 25],
  [1_000_000, 500_000, 1_000_000],
  ...randomVectors(40),
];

function randomVectors(length: number): number[][] {
  const below = randomFrom(5);
  return Array.from(
    { length },
    () => Array.from({ length: 1 + below(12) }, () => 1 + below(9)),
  );
}

/** The definition, word by word: a pick costs all candidates. */
function plainly(weights: readonly number[], length: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const has = weights.map(() => 0);
  return Array.from({ length }, () => {
    weights.forEach((weight, place) => has[place]! += weight);
    const best = has.indexOf(Math.max(...has));
    has[best]! -= total;
    return best;
  });
}

function firstOf(turns: SmoothTurns, length: number): number[] {
  return Array.from({ length }, (_, position) => turns.at(position));
}

for (const { weights, hash } of HOST_MANY_WEIGHTED) {
  Deno.test(`SmoothTurns goes as the host for 65536 picks when weights are ${weights}`, () => {
    const turns = new SmoothTurns(weights);
    let found = 2166136261;
    for (let position = 0; position < 65_536; position++) {
      found = Math.imul(found ^ turns.at(position), 16777619) >>> 0;
    }
    assertEquals(found, hash);
  });
}

Deno.test("SmoothTurns goes by the definition over two periods", () => {
  for (const weights of VECTORS) {
    const turns = new SmoothTurns(weights);
    const length = 2 * turns.period;
    assertEquals(firstOf(turns, length), plainly(weights, length));
  }
});

Deno.test("SmoothTurns gives each as many picks a period as it weighs", () => {
  for (const weights of VECTORS) {
    const turns = new SmoothTurns(weights);
    const { parts, total } = reduced(weights);
    const counts = parts.map(() => 0);
    for (const place of firstOf(turns, turns.period)) counts[place]!++;
    assertEquals(turns.period, total);
    assertEquals(counts, [...parts]);
  }
});

/**
 * No candidate has ever as little as minus the sum, see the class: so after t
 * picks it had less than t × weight / sum + 1 of them.
 */
Deno.test("SmoothTurns never gives one more than its share and one pick", () => {
  for (const weights of VECTORS) {
    const turns = new SmoothTurns(weights);
    const { parts, total } = reduced(weights);
    const counts = parts.map(() => 0);
    for (let picks = 1; picks <= turns.period; picks++) {
      const place = turns.at(picks - 1);
      counts[place]!++;
      assert((counts[place]! - 1) * total < picks * parts[place]!);
    }
  }
});

Deno.test("SmoothTurns.at() depends on the position alone", () => {
  const weights = [7, 5, 5, 2, 2, 1];
  const wanted = plainly(weights, 44);
  const below = randomFrom(9);
  const turns = new SmoothTurns(weights);
  for (let call = 0; call < 200; call++) {
    const position = below(44);
    assertEquals(turns.at(position), wanted[position]);
    assertEquals(turns.at(position + 22 * 10 ** 9), wanted[position]);
  }
});

Deno.test("SmoothTurns takes its longest period", () => {
  const turns = new SmoothTurns([MAX_SMOOTH_PERIOD - 1, 1]);
  assertEquals(turns.period, MAX_SMOOTH_PERIOD);
  assertEquals(turns.at(MAX_SMOOTH_PERIOD - 1), 0);
});
