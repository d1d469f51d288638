/** The policy `delegate`: hands the pick over, whoever the candidates are. */

import { assertEquals } from "@std/assert";
import { ANY } from "../../../src/policy/reuse.ts";
import { delegate } from "../../../src/policy/policies/delegate.ts";
import { pickOf, policyOf, reasonsOf } from "./example_pick.ts";

for (const to of delegate.options.fields.to.shape.values) {
  Deno.test(`delegate hands over to ${to}`, () => {
    const choice = policyOf("delegate", { to }).choose(pickOf(["a", "b"]));
    assertEquals(choice?.answer, { kind: "delegate", to });
    assertEquals(choice?.reuse, ANY);
    assertEquals(choice?.rotation, undefined);
  });
}

Deno.test("delegate may not stand in a rule that drops candidates", () => {
  assertEquals(delegate.mayFilter, false);
});

Deno.test("delegate chooses none when there are no candidates", () => {
  const policy = policyOf("delegate", { to: "fill-first" });
  assertEquals(policy.choose(pickOf([])), undefined);
});

Deno.test("delegate explains that any may be chosen", () => {
  const policy = policyOf("delegate", { to: "round-robin" });
  assertEquals(
    reasonsOf(policy, pickOf(["a", "b"])),
    Array(2).fill("The round-robin selector of the host may choose it"),
  );
});
