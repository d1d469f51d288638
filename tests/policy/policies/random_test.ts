/** The policy `random`: shares by weights, and a rotation without memory. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { SAME_CANDIDATES } from "../../../src/policy/reuse.ts";
import {
  chiDeviation,
  countsOf,
  explanation,
  idChosen,
  pickOf,
  policyOf,
  TAG,
  turnsOf,
  weighing,
} from "./example_pick.ts";

const POLICY = policyOf("random");

/** Enough for a share of 1 in 100 to be met within a tenth. */
const PICKS = 20_000;

const VECTORS: readonly (readonly number[])[] = [
  [1, 1],
  [1, 2, 3, 4],
  [100, 10, 1],
  [1_000_000, 999_999, 500_000],
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
];

for (const weights of VECTORS) {
  for (const seed of [1, 2, 0xffffffff]) {
    Deno.test(`random keeps the shares when weights are ${weights}, the seed ${seed}`, () => {
      const pick = pickOf(weighing(weights), { seed });
      const found = countsOf(turnsOf(POLICY, pick, PICKS));
      const counts = pick.candidates.map(({ id }) => found.get(id) ?? 0);
      assert(chiDeviation(counts, weights) < 4, `${counts}`);
    });
  }
}

Deno.test("random chooses the next without regard to the last", () => {
  const turns = turnsOf(POLICY, pickOf(["a", "b", "c"]), PICKS);
  const found = countsOf(
    turns.slice(1).map((id, index) => `${turns[index]}${id}`),
  );
  assertEquals(found.size, 9);
  assert(chiDeviation([...found.values()], Array(9).fill(1)) < 4);
});

Deno.test("random never chooses what weighs nothing", () => {
  const turns = turnsOf(POLICY, pickOf(weighing([0, 1, 0, 1, 0])), 1000);
  assertEquals([...new Set(turns)].sort(), ["b", "d"]);
});

Deno.test("random's rotation depends on the position alone", () => {
  const pick = pickOf(["a", "b", "c"]);
  const forward = turnsOf(POLICY, pick, 100);
  for (const position of [99, 0, 57, 57, 3]) {
    const here = pickOf(["c", "b", "a"], { position });
    assertEquals(idChosen(POLICY, here), forward[position]);
  }
});

Deno.test("random gives another sequence when the seed or the tag differs", () => {
  const pick = pickOf(["a", "b", "c"]);
  const turns = turnsOf(POLICY, pick, 50);
  const other = pickOf(["a", "b", "c"], { seed: 2 });
  assertNotEquals(turnsOf(POLICY, other, 50), turns);
  assertNotEquals(turnsOf(POLICY, { ...pick, tag: 4 }, 50), turns);
});

Deno.test("random goes on beyond positions of 32 bits", () => {
  const { rotation } = POLICY.choose(pickOf(["a", "b", "c"]))!;
  const [low, high] = [0, 2 ** 32].map((from) =>
    Array.from({ length: 50 }, (_, step) => rotation!.at(from + step))
  );
  assertNotEquals(low, high);
});

Deno.test("random says its tag, no period and what it looked at", () => {
  const choice = POLICY.choose(pickOf(["a", "b"]));
  assertEquals(choice?.rotation?.tag, TAG);
  assertEquals(choice?.rotation?.period, undefined);
  assertEquals(choice?.reuse, SAME_CANDIDATES);
});

Deno.test("random chooses the only one, and none when there is none", () => {
  assertEquals(idChosen(POLICY, pickOf(["a"])), "a");
  assertEquals(POLICY.choose(pickOf([])), undefined);
  assertEquals(POLICY.choose(pickOf(weighing([0]))), undefined);
});

Deno.test("random explains weights", () => {
  const policy = policyOf("random", { weights: { a: 3, b: 0, c: 0 } });
  assertEquals(explanation(policy, pickOf(["a", "b"])), [
    { reason: "Weight 3 of 3, chosen by chance", score: 3 },
    { reason: "Weight 0 by the option weights", isDropped: true },
  ]);
});
