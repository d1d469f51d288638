/** No policy depends on the order of the candidates in the request. */

import { assertEquals } from "@std/assert";
import { POLICY_KINDS } from "../../../src/policy/policies/kinds.ts";
import { candidateOf, explanation, pickOf, policyOf } from "./example_pick.ts";

const IDS = ["a", "A", "b", "\u{1f600}", "\uffee"];

const CANDIDATES = IDS.map((id, index) =>
  candidateOf(id, {
    priority: index % 2,
    attributes: index === 2 ? {} : { weight: `${index}` },
  })
);

const OPTIONS: Readonly<Record<string, unknown>> = {
  fixed: { id: ["x", "b", "a"] },
  delegate: { to: "fill-first" },
};

const REQUEST = { metadata: { derived_session_id: "k" } };

for (const { name } of POLICY_KINDS) {
  Deno.test(`${name} chooses and explains alike for any order`, () => {
    const policy = policyOf(name, OPTIONS[name]);
    const outcomes = permutations(CANDIDATES).map((candidates) => {
      const pick = pickOf(candidates, { request: REQUEST, position: 7 });
      const { answer, reason, rotation } = policy.choose(pick) ?? {};
      const turns = [0, 1, 2, 3].map((position) => rotation?.at(position));
      const said = explanation(policy, pick);
      return { answer, reason, period: rotation?.period, turns, said };
    });
    for (const outcome of outcomes) assertEquals(outcome, outcomes[0]);
  });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest])
  );
}
