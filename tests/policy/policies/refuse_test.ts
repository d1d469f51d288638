/** The policy `refuse`: chooses none, whoever the candidates are. */

import { assertEquals } from "@std/assert";
import { SAME_CANDIDATES } from "../../../src/policy/reuse.ts";
import { refuse } from "../../../src/policy/policies/refuse.ts";
import { pickOf, policyOf, reasonsOf } from "./example_pick.ts";

for (const ids of [[], ["a"], ["a", "b"]]) {
  Deno.test(`refuse chooses none of ${ids.length} candidates`, () => {
    const policy = policyOf("refuse");
    assertEquals(policy.choose(pickOf(ids)), undefined);
    assertEquals(
      reasonsOf(policy, pickOf(ids)),
      ids.map(() => "The rule refuses"),
    );
  });
}

Deno.test("refuse lets its refusal stand for the same candidates", () => {
  assertEquals(policyOf("refuse").reuseOfNone, SAME_CANDIDATES);
});

Deno.test("refuse makes a rule refuse that says nothing else", () => {
  assertEquals(refuse.otherwise, "refuse");
});
