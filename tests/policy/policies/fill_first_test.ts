/** The policy `fill_first`: as the host's strategy, with reasons. */

import { assertEquals } from "@std/assert";
import { SAME_CANDIDATES } from "../../../src/policy/reuse.ts";
import {
  candidateOf,
  explanation,
  idChosen,
  pickOf,
  policyOf,
} from "./example_pick.ts";
import { HOST_FILL_FIRST } from "./host_strategies.ts";

const POLICY = policyOf("fill_first");

function withPriorities(priorities: readonly number[]) {
  return pickOf(
    priorities.map((priority, index) =>
      candidateOf("abcdefgh"[index]!, { priority })
    ),
  );
}

for (const { priorities, pick } of HOST_FILL_FIRST) {
  Deno.test(`fill_first chooses as the host when priorities are ${priorities}`, () => {
    assertEquals(idChosen(POLICY, withPriorities(priorities)), pick);
  });
}

Deno.test("fill_first chooses the lowest ID by its bytes", () => {
  assertEquals(idChosen(POLICY, pickOf(["b", "a", "B"])), "B");
});

Deno.test("fill_first chooses none when there are no candidates", () => {
  assertEquals(POLICY.choose(pickOf([])), undefined);
});

Deno.test("fill_first looks at nothing but the candidates", () => {
  assertEquals(POLICY.choose(pickOf(["a"]))?.reuse, SAME_CANDIDATES);
});

Deno.test("fill_first explains each candidate by its priority", () => {
  assertEquals(explanation(POLICY, withPriorities([0, 5, 5])), [
    { reason: "Priority 0, below 5", score: 0 },
    { reason: "Priority 5, the lowest ID of this priority", score: 5 },
    { reason: "Priority 5, another one has a lower ID", score: 5 },
  ]);
});
