/** The answer does not depend on the order of the candidates. */

import { assertEquals } from "@std/assert";
import { decide, POLICIES } from "../../src/policy/decide.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const IDS = ["a", "A", "b", "codex:apikey:543e8bf651b0", "a.json"];

/** For each policy, the settings under which it decides. */
const SETTINGS: readonly (readonly [string, readonly Partial<Settings>[]])[] = [
  ["deny", [{ deny: true }]],
  ["delegate", [{ delegate: "round-robin" }, { delegate: "x" }]],
  ["auth_id", [...IDS, "c"].map((authId) => ({ authId }))],
  ["none", [{}]],
];

Deno.test("SETTINGS covers every policy", () => {
  const names = POLICIES.map(({ name }) => name);
  assertEquals(SETTINGS.map(([name]) => name), [...names, "none"]);
});

for (const [policy, all] of SETTINGS) {
  for (const settings of all) {
    const inForce = { ...DEFAULT_SETTINGS, ...settings };
    Deno.test(`decide() answers by ${policy} alike for any order when ${JSON.stringify(settings)}`, () => {
      const expected = decide(exampleRequest(IDS), inForce);
      assertEquals(expected.policy, policy);
      for (const ids of permutations(IDS)) {
        const { answer } = decide(exampleRequest(ids), inForce);
        assertEquals(answer, expected.answer);
      }
    });
  }
}

function permutations(items: readonly string[]): string[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest])
  );
}
