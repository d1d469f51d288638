/** The policy `weighted`: as the host's strategy, and as a rotation. */

import { assertEquals } from "@std/assert";
import { SAME_CANDIDATES } from "../../../src/policy/reuse.ts";
import { SmoothTurns } from "../../../src/policy/policies/smooth_turns.ts";
import { SpreadTurns } from "../../../src/policy/policies/spread_turns.ts";
import { turnsBy } from "../../../src/policy/policies/weighted.ts";
import {
  explanation,
  idChosen,
  pickOf,
  policyOf,
  reasonsOf,
  TAG,
  turnsOf,
  weighing,
} from "./example_pick.ts";
import { HOST_WEIGHTED } from "./host_strategies.ts";

const POLICY = policyOf("weighted");

for (const { weights, picks } of HOST_WEIGHTED) {
  Deno.test(`weighted goes as the host when weights are ${JSON.stringify(weights)}`, () => {
    const pick = pickOf(weighing(weights).reverse());
    const turns = turnsOf(POLICY, pick, 24);
    assertEquals(turns.map((id) => id ?? "").join(""), picks);
  });
}

Deno.test("weighted goes by the option before the attribute", () => {
  const policy = policyOf("weighted", { weights: { a: 3, b: 0 } });
  const turns = turnsOf(policy, pickOf(weighing([1, 9, 1])), 8);
  assertEquals(turns.join(""), "aacaaaca");
});

Deno.test("weighted answers what its rotation has at the position", () => {
  const answers = Array.from(
    { length: 14 },
    (_, position) =>
      idChosen(POLICY, pickOf(weighing([5, 1, 1]), { position })),
  );
  assertEquals(answers.join(""), "aabacaaaabacaa");
});

Deno.test("weighted says its tag, its period and what it looked at", () => {
  const choice = POLICY.choose(pickOf(weighing([10, 4, 0])));
  assertEquals(choice?.rotation?.tag, TAG);
  assertEquals(choice?.rotation?.period, 7);
  assertEquals(choice?.reuse, SAME_CANDIDATES);
});

Deno.test("weighted chooses none when no candidate weighs anything", () => {
  const pick = pickOf(weighing([0, "x"]));
  assertEquals(POLICY.choose(pick), undefined);
  assertEquals(
    explanation(POLICY, pick),
    Array(2).fill({
      reason: "Attribute weight is no whole number from 1 to 1000000",
      isDropped: true,
    }),
  );
});

Deno.test("weighted chooses none when there are no candidates", () => {
  assertEquals(POLICY.choose(pickOf([])), undefined);
});

Deno.test("weighted explains the weight and the turn of each", () => {
  const policy = policyOf("weighted", { weights: { b: 0 } });
  assertEquals(reasonsOf(policy, pickOf(weighing([2, 1, 1]))), [
    "Weight 2 of 3, it is its turn",
    "Weight 0 by the option weights",
    "Weight 1 of 3, its turn comes next",
  ]);
});

Deno.test("turnsBy() gives up the host's order when a period is above 65536", () => {
  assertEquals(turnsBy([65_535, 1]) instanceof SmoothTurns, true);
  assertEquals(turnsBy([65_536, 1]) instanceof SpreadTurns, true);
  assertEquals(turnsBy([131_070, 2]) instanceof SmoothTurns, true);
});
