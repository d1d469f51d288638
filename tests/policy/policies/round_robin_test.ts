/** The policy `round_robin`: as the host's strategy, and as a rotation. */

import { assertEquals } from "@std/assert";
import { SAME_CANDIDATES } from "../../../src/policy/reuse.ts";
import {
  idChosen,
  pickOf,
  policyOf,
  reasonsOf,
  TAG,
  turnsOf,
} from "./example_pick.ts";
import { HOST_ROUND_ROBIN } from "./host_strategies.ts";

const POLICY = policyOf("round_robin");

for (const picks of HOST_ROUND_ROBIN) {
  const ids = [...new Set(picks)].reverse();
  Deno.test(`round_robin goes as the host when the IDs are ${ids}`, () => {
    assertEquals(turnsOf(POLICY, pickOf(ids), picks.length), [...picks]);
  });
}

Deno.test("round_robin answers what its rotation has at the position", () => {
  for (const position of [0, 1, 2, 3, 4, 2 ** 31, 2 ** 45]) {
    const pick = pickOf(["b", "c", "a"], { position });
    assertEquals(idChosen(POLICY, pick), "abc"[position % 3]);
  }
});

Deno.test("round_robin takes the only candidate at any position", () => {
  for (const position of [0, 1, 2 ** 40]) {
    assertEquals(idChosen(POLICY, pickOf(["a"], { position })), "a");
  }
});

Deno.test("round_robin says its tag, its period and what it looked at", () => {
  const choice = POLICY.choose(pickOf(["a", "b", "c"]));
  assertEquals(choice?.rotation?.tag, TAG);
  assertEquals(choice?.rotation?.period, 3);
  assertEquals(choice?.reuse, SAME_CANDIDATES);
  const single = POLICY.choose(pickOf(["a"]));
  assertEquals([single?.rotation?.period, single?.reuse], [1, SAME_CANDIDATES]);
});

Deno.test("round_robin chooses none when there are no candidates", () => {
  assertEquals(POLICY.choose(pickOf([])), undefined);
});

Deno.test("round_robin explains when the turn of each comes", () => {
  const pick = pickOf(["a", "b", "c", "d"], { position: 5 });
  assertEquals(reasonsOf(POLICY, pick), [
    "Its turn comes in 3 picks",
    "It is its turn",
    "Its turn comes next",
    "Its turn comes in 2 picks",
  ]);
});
