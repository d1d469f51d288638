/** Sets of credentials: which may share one, as far as the config says. */

import { assert, assertEquals } from "@std/assert";
import {
  createPool,
  type PoolValue,
} from "../../src/policy/pools/create_pool.ts";
import { mayShare, reachOf } from "../../src/policy/reach.ts";
import { examplePolicy } from "./example_rule.ts";

function setOf(value: PoolValue) {
  const made = createPool("p", value);
  assert("pool" in made);
  const [reach] = reachOf({
    use: [made.pool],
    policy: examplePolicy("round_robin"),
  });
  assert(reach !== undefined);
  return reach.set;
}

const RED = { id: ["red-*"] };

const PAIRS: readonly (readonly [
  what: string,
  a: PoolValue,
  b: PoolValue,
  share: boolean,
])[] = [
  ["the same IDs", RED, RED, true],
  ["IDs that begin differently", RED, { id: ["blue-*"] }, false],
  ["IDs, one of a list in both", { id: ["a", "b"] }, { id: ["b", "c"] }, true],
  ["IDs and a provider", RED, { provider: ["codex"] }, true],
  ["two providers", { provider: ["codex"] }, { provider: ["claude"] }, false],
  ["a provider in other letters", { provider: ["Codex"] }, {
    provider: ["codex"],
  }, true],
  ["two notes", { note: ["red"] }, { note: ["blue"] }, false],
  ["a plan, once as an attribute", { plan_type: ["pro"] }, {
    attributes: { plan_type: ["plus"] },
  }, false],
  ["priorities apart", { priority: [">=10"] }, { priority: ["<10"] }, false],
  [
    "priorities that meet",
    { priority: [">=10"] },
    { priority: ["5..10"] },
    true,
  ],
  ["a not of the other", { provider: ["codex"], not: RED }, RED, false],
  ["a not of more than the other", { not: { id: ["red*"] } }, RED, false],
  ["a not of less than the other", { not: { id: ["red-1"] } }, RED, true],
  ["a not of one of two", { not: { id: ["red-*"] } }, {
    id: ["red-1", "blue-1"],
  }, true],
  [
    "a not with more keys",
    {
      not: { id: ["red-*"], provider: ["codex"] },
    },
    RED,
    true,
  ],
  [
    "a not with a key that it has itself",
    {
      provider: ["codex"],
      not: { id: ["red-*"], provider: ["codex"] },
    },
    RED,
    false,
  ],
  ["a not over priorities", { not: { priority: [">=5"] } }, {
    priority: ["7..9", "20"],
  }, false],
  ["a plan, which keys do not have, and keys", { plan_type: ["pro"] }, {
    id: ["*:apikey:*"],
  }, false],
  ["accounts by their note and keys", { note: ["red"] }, {
    auth_kind: ["apikey"],
  }, false],
  ["two nots", { not: { id: ["red-*"] } }, { not: { id: ["blue-*"] } }, true],
  [
    "one of two pools by a second key",
    {
      provider: ["codex"],
      note: ["red"],
    },
    { provider: ["codex"], note: ["blue"] },
    false,
  ],
];

for (const [what, a, b, share] of PAIRS) {
  Deno.test(`mayShare() is ${share} for ${what}`, () => {
    const budget = { comparisons: 1000 };
    assertEquals(mayShare(setOf(a), setOf(b), budget), share);
    assertEquals(mayShare(setOf(b), setOf(a), budget), share);
  });
}

Deno.test("mayShare() knows nothing when its budget is spent", () => {
  const many = (name: string) => ({
    id: Array.from({ length: 1000 }, (_, i) => `${name}-${i}-*`),
  });
  const budget = { comparisons: 10_000 };
  assertEquals(mayShare(setOf(many("a")), setOf(many("a?")), budget), false);
  assertEquals(budget.comparisons, 0);
});

Deno.test("reachOf() is nothing for a policy that never chooses", () => {
  assertEquals(reachOf({ use: [], policy: examplePolicy("refuse") }), []);
});
