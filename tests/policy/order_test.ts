/** The answer does not depend on the order of the candidates. */

import { assert, assertEquals } from "@std/assert";
import { decide, POLICIES } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const IDS = ["a", "A", "b", "codex:apikey:543e8bf651b0", "a.json"];

/** Under these, each policy decides at least once. */
const SETTINGS: readonly Partial<Settings>[] = [
  {},
  { deny: true },
  { delegate: "round-robin" },
  { delegate: "x" },
  ...[...IDS, "c"].map((authId) => ({ authId })),
  { policy: "round_robin" },
];

for (const { name } of POLICIES) {
  Deno.test(`SETTINGS lets ${name} decide`, () => {
    assert(SETTINGS.some((settings) => decideUnder(settings).policy === name));
  });
}

for (const settings of SETTINGS) {
  Deno.test(`decide() answers alike for any order when ${JSON.stringify(settings)}`, () => {
    const { answer } = decideUnder(settings);
    for (const ids of permutations(IDS)) {
      assertEquals(decideUnder(settings, ids).answer, answer);
    }
  });
}

function decideUnder(
  settings: Partial<Settings>,
  ids: readonly string[] = IDS,
): Decision {
  return decide(exampleRequest(ids), { ...DEFAULT_SETTINGS, ...settings });
}

function permutations(items: readonly string[]): string[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest])
  );
}
