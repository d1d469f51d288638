/** The answer does not depend on the order of the candidates. */

import { assert, assertEquals } from "@std/assert";
import { decide, OVERRIDES } from "../../src/policy/decide.ts";
import type { Decision } from "../../src/policy/decision.ts";
import { firstPick } from "../../src/policy/pick_context.ts";
import { POLICY_KINDS } from "../../src/policy/policies/kinds.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";
import { examplePolicy, examplePool, exampleRule } from "./example_rule.ts";

const IDS = ["a", "A", "b", "codex:apikey:543e8bf651b0", "a.json"];

/** Of the kinds that cannot do without. */
const OPTIONS: Readonly<Record<string, unknown>> = {
  fixed: { id: ["x", "b", "a"] },
  delegate: { to: "fill-first" },
};

/** One rule of each policy, over all candidates and over some of them. */
const BY_RULES = POLICY_KINDS.flatMap(({ name, mayFilter }) => {
  const policy = examplePolicy(name, OPTIONS[name]);
  const uses = mayFilter
    ? [[], [examplePool("none"), examplePool("some", "b", "a", "A")]]
    : [[]];
  return uses.map((use) => ({ rules: [exampleRule({ policy, use })] }));
});

/** Under these, each policy decides at least once. */
const SETTINGS: readonly Partial<Settings>[] = [
  {},
  { deny: true },
  { delegate: "round-robin" },
  { delegate: "x" },
  ...[...IDS, "c"].map((authId) => ({ authId })),
  ...BY_RULES,
];

for (const { name } of [...OVERRIDES, ...POLICY_KINDS]) {
  Deno.test(`SETTINGS lets ${name} decide`, () => {
    assert(SETTINGS.some((settings) => decideUnder(settings).policy === name));
  });
}

for (const settings of SETTINGS) {
  Deno.test(`decide() answers alike for any order when ${describe(settings)}`, () => {
    const { answer, reason } = decideUnder(settings);
    for (const ids of permutations(IDS)) {
      const decision = decideUnder(settings, ids);
      assertEquals([decision.answer, decision.reason], [answer, reason]);
    }
  });
}

function describe({ rules = [], ...rest }: Partial<Settings>): string {
  const [rule] = rules;
  return rule === undefined
    ? JSON.stringify(rest)
    : `${rule.policy.name} has ${rule.use.length} pools`;
}

function decideUnder(
  settings: Partial<Settings>,
  ids: readonly string[] = IDS,
): Decision {
  return decide(
    exampleRequest(ids),
    { ...DEFAULT_SETTINGS, ...settings },
    firstPick(0, 1),
  );
}

function permutations(items: readonly string[]): string[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest])
  );
}
