/** Turns: rotations of places, and when the turn of each comes. */

import { assertEquals } from "@std/assert";
import {
  rotationAmong,
  type Turns,
  waits,
} from "../../../src/policy/policies/turns.ts";
import { candidateOf } from "./example_pick.ts";

function cycle(...places: readonly number[]): Turns {
  const { length } = places;
  return { period: length, at: (position) => places[position % length]! };
}

Deno.test("rotationAmong() answers the candidate at each place", () => {
  const candidates = ["a", "b"].map((id) => candidateOf(id));
  const rotation = rotationAmong(candidates, cycle(1, 0, 1), 7);
  const answers = [0, 1, 2, 3].map((position) => rotation.at(position));
  assertEquals(
    answers,
    ["b", "a", "b", "b"].map((id) => ({ kind: "auth", id })),
  );
  assertEquals([rotation.tag, rotation.period], [7, 3]);
});

Deno.test("waits() counts from the position", () => {
  assertEquals(waits(cycle(0, 0, 1, 2), 1, 3), [
    "it is its turn",
    "its turn comes next",
    "its turn comes in 2 picks",
  ]);
});

Deno.test("waits() gives up after 65536 picks", () => {
  assertEquals(waits({ period: undefined, at: () => 0 }, 0, 2), [
    "it is its turn",
    "its turn does not come within 65536 picks",
  ]);
});
