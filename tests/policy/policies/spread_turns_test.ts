/** Spread turns: exact over a period, three gaps at most, any position. */

import { assert, assertEquals } from "@std/assert";
import { reduced } from "../../../src/policy/policies/greatest_divisor.ts";
import {
  placeOf,
  SpreadTurns,
} from "../../../src/policy/policies/spread_turns.ts";

/** Short periods too, which can be counted. */
const VECTORS: readonly (readonly number[])[] = [
  [1],
  [1, 1],
  [5, 1, 1],
  [1, 2, 3, 4, 5, 6, 7, 8],
  [4096, 4095, 1],
  [1000, 999, 998, 997],
  [40_000, 30_001, 7],
];

for (const weights of VECTORS) {
  Deno.test(`SpreadTurns gives each as many picks a period as it weighs when weights are ${weights}`, () => {
    const turns = new SpreadTurns(weights);
    const { parts, total } = reduced(weights);
    const counts = parts.map(() => 0);
    for (let at = 0; at < total; at++) counts[turns.at(at)]!++;
    assertEquals(turns.period, total);
    assertEquals(counts, [...parts]);
  });

  Deno.test(`SpreadTurns has three gaps at most when weights are ${weights}`, () => {
    const turns = new SpreadTurns(weights);
    const gaps = weights.map(() => new Set<number>());
    const last = weights.map((_, place) => lastTurn(turns, place));
    for (let at = 0; at < turns.period; at++) {
      const place = turns.at(at);
      gaps[place]!.add(at - last[place]!);
      last[place] = at;
    }
    for (const found of gaps) {
      const [shortest, middle, longest] = [...found].sort((a, b) => a - b);
      assert(found.size <= 3);
      if (found.size === 3) assertEquals(longest, shortest! + middle!);
    }
  });
}

/** Position of its last turn in the period before the first. */
function lastTurn(turns: SpreadTurns, place: number): number {
  let at = -1;
  while (turns.at(at + turns.period) !== place) at--;
  return at;
}

Deno.test("SpreadTurns.at() is the same a period later, at any position", () => {
  const turns = new SpreadTurns([1_000_000, 999_999, 3]);
  assertEquals(turns.period, 2_000_002);
  for (const position of [0, 1, 12_345, 2_000_001, 2 ** 40]) {
    assertEquals(turns.at(position + turns.period), turns.at(position));
    assertEquals(turns.at(position), turns.at(position));
  }
});

Deno.test("SpreadTurns.at() keeps the shares of thousands of weights", () => {
  const weights = Array.from({ length: 5000 }, (_, place) => 1e6 - place);
  const turns = new SpreadTurns(weights);
  const half = weights.length / 2;
  let lower = 0;
  for (let at = 0; at < 10_000; at++) if (turns.at(at) < half) lower++;
  // Steps by the golden ratio are off by less than a logarithm of their count.
  assert(Math.abs(lower - 5006) < 15, `${lower}`);
});

/** Points, where parts end, and the part. */
const PLACES: readonly (readonly [number, readonly number[], number])[] = [
  [0, [1], 0],
  [0, [1, 3, 4], 0],
  [1, [1, 3, 4], 1],
  [2.9, [1, 3, 4], 1],
  [3, [1, 3, 4], 2],
  [3.999, [1, 3, 4], 2],
];

for (const [point, ends, place] of PLACES) {
  Deno.test(`placeOf() finds part ${place} when ${point} is among ${ends}`, () => {
    assertEquals(placeOf(point, ends), place);
  });
}
