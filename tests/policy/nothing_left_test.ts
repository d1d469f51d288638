/** Why a rule has nothing left, in words. */

import { assertEquals } from "@std/assert";
import { type Attempt, whyNothingLeft } from "../../src/policy/nothing_left.ts";

const NONE: Attempt = {
  pool: "a",
  policy: "round_robin",
  members: 0,
  outcome: "chose none",
};

const CASES: readonly (readonly [Attempt[], number, string])[] = [
  [[NONE], 3, "pool a has no member among 3 candidates"],
  [[NONE], 1, "pool a has no member among 1 candidate"],
  [[NONE], 0, "pool a has no member among 0 candidates"],
  [[{ ...NONE, pool: "" }], 0, "there is no candidate"],
  [
    [{ ...NONE, policy: "mine", members: 2 }],
    3,
    "policy mine chose none of 2 members of pool a",
  ],
  [
    [{ ...NONE, pool: "", policy: "refuse", members: 1 }],
    1,
    "policy refuse chose none of 1 candidate",
  ],
  [
    [{ ...NONE, members: 1, outcome: "failed" }],
    3,
    "policy round_robin failed, with 1 member of pool a",
  ],
  [
    [{ ...NONE, pool: "", members: 3, outcome: "is not loaded" }],
    3,
    "policy round_robin is not loaded, with 3 candidates",
  ],
  [
    [NONE, { ...NONE, pool: "b" }],
    2,
    "pool a has no member among 2 candidates; pool b has no member among 2 candidates",
  ],
  [
    Array.from({ length: 1000 }, () => ({ ...NONE })),
    9,
    `${"pool a has no member among 9 candidates; ".repeat(3)}997 more pools`,
  ],
];

for (const [attempts, candidates, words] of CASES) {
  Deno.test(`whyNothingLeft() says ${words.slice(0, 100)}`, () => {
    assertEquals(whyNothingLeft(attempts, candidates), words);
  });
}
