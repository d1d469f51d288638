/** The policy `fixed`: the first of its IDs that is there. */

import { assertEquals } from "@std/assert";
import { SAME_CANDIDATES } from "../../../src/policy/reuse.ts";
import { fixed } from "../../../src/policy/policies/fixed.ts";
import { explanation, idChosen, pickOf, policyOf } from "./example_pick.ts";

/** IDs, candidates and what is chosen. */
const CHOICES: readonly (readonly [string, string, string | undefined])[] = [
  ["a", "a", "a"],
  ["a", "x a y", "a"],
  ["a b", "a b", "a"],
  ["b a", "a b", "b"],
  ["b a", "a c", "a"],
  ["b a", "c d", undefined],
  ["a", "b", undefined],
  ["a", "A", undefined],
  ["\u00e9", "e\u0301", undefined],
  ["a*", "b a2 a1", "a1"],
  ["a* b", "b a2 a1", "a1"],
  ["b a*", "b a2 a1", "b"],
  ["c* a* b", "b a2 a1", "a1"],
  ["a2 a*", "a1 a2", "a2"],
  ["a* a2", "a1 a2", "a1"],
  ["*", "b a", "a"],
  ["a?", "a aa", "aa"],
  ["a\\*", "ab a*", "a*"],
  ["a*", "b A", undefined],
];

for (const [id, ids, chosen] of CHOICES) {
  Deno.test(`fixed chooses ${chosen} of ${ids} when its IDs are ${id}`, () => {
    const policy = policyOf("fixed", { id: id.split(" ") });
    assertEquals(idChosen(policy, pickOf(ids.split(" "))), chosen);
  });
}

Deno.test("fixed looks at nothing but the candidates", () => {
  const policy = policyOf("fixed", { id: ["a"] });
  assertEquals(policy.choose(pickOf(["a"]))?.reuse, SAME_CANDIDATES);
});

Deno.test("fixed explains each candidate when it chooses", () => {
  const policy = policyOf("fixed", { id: ["x", "b", "c"] });
  assertEquals(explanation(policy, pickOf(["a", "b", "c", "C"])), [
    {
      reason: "ID differs from a configured one only in case or outer spaces",
      isDropped: true,
    },
    { reason: "ID is not configured", isDropped: true },
    { reason: "ID is number 2 of the 3 configured ones" },
    {
      reason:
        "ID is number 3 of the 3 configured ones, an earlier one is there",
    },
  ]);
});

Deno.test("fixed explains each candidate when it chooses none", () => {
  const policy = policyOf("fixed", { id: ["a"] });
  assertEquals(explanation(policy, pickOf(["a ", "b"])), [
    {
      reason: "ID differs from a configured one only in case or outer spaces",
      isDropped: true,
    },
    { reason: "ID is not configured", isDropped: true },
  ]);
});

Deno.test("fixed explains what a glob matches", () => {
  const policy = policyOf("fixed", { id: ["x", "a*"] });
  assertEquals(explanation(policy, pickOf(["A3", "a1", "a2", "b"])), [
    {
      reason: "ID differs from a configured one only in case or outer spaces",
      isDropped: true,
    },
    { reason: "ID matches number 2 of the 2 configured ones" },
    {
      reason: "ID matches number 2 of the 2 configured ones, as does one " +
        "that comes before it",
    },
    { reason: "ID is not configured", isDropped: true },
  ]);
});

Deno.test("fixed.options refuses an empty ID", () => {
  const { check } = fixed.options.fields.id.shape.of;
  assertEquals(check?.(""), "must be a glob and not empty, such as gpt-*");
  assertEquals(check?.("a"), undefined);
});

Deno.test("fixed.options takes a thousand IDs", () => {
  assertEquals(fixed.options.fields.id.shape.maxItems, 1000);
});
