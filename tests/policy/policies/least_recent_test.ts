/** The policy `least_recent`: by what earlier picks left behind. */

import { assertEquals } from "@std/assert";
import { NEVER } from "../../../src/policy/reuse.ts";
import { explanation, idChosen, pickOf, policyOf } from "./example_pick.ts";

const POLICY = policyOf("least_recent");

function after(
  ids: readonly string[],
  last: Readonly<Record<string, number>>,
) {
  return pickOf(ids, {
    history: { picksOf: () => 0, lastPickOf: (id) => last[id] ?? 0 },
  });
}

/** Last picks of candidates, and what is chosen. */
const CHOICES: readonly (readonly [Record<string, number>, string])[] = [
  [{ a: 0, b: 0 }, "a"],
  [{ a: 1, b: 0 }, "b"],
  [{ a: 1, b: 0, c: 0 }, "b"],
  [{ a: 3, b: 2, c: 4 }, "b"],
  [{ a: 7 }, "a"],
];

for (const [last, chosen] of CHOICES) {
  Deno.test(`least_recent chooses ${chosen} after ${JSON.stringify(last)}`, () => {
    assertEquals(idChosen(POLICY, after(Object.keys(last), last)), chosen);
  });
}

Deno.test("least_recent goes through all when each pick is noted", () => {
  const last: Record<string, number> = {};
  const chosen = [1, 2, 3, 4, 5, 6].map((time) => {
    const id = idChosen(POLICY, after(["c", "a", "b"], last))!;
    last[id] = time;
    return id;
  });
  assertEquals(chosen, ["a", "b", "c", "a", "b", "c"]);
});

Deno.test("least_recent's answer stands for this request only", () => {
  assertEquals(POLICY.choose(pickOf(["a"]))?.reuse, NEVER);
});

Deno.test("least_recent chooses none when there are no candidates", () => {
  assertEquals(POLICY.choose(pickOf([])), undefined);
});

Deno.test("least_recent explains how long each has rested", () => {
  assertEquals(explanation(POLICY, after(["a", "b"], { a: 5, b: 2 })), [
    { reason: "Picked more recently", score: -5 },
    { reason: "Picked longest ago", score: -2 },
  ]);
  assertEquals(explanation(POLICY, after(["a", "b"], { a: 5 })), [
    { reason: "Picked already", score: -5 },
    { reason: "Not picked yet", score: 0 },
  ]);
});
