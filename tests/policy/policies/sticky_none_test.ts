import { assertEquals } from "@std/assert";
import { decideByRules } from "../../../src/policy/engine.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import type { Pool } from "../../../src/policy/pool.ts";
import { exampleRequest } from "../example_request.ts";
import { explanation, pickOf, policyOf, weighing } from "./example_pick.ts";

const KEYLESS = { metadata: {}, headers: {} };
const KEYED = { metadata: { caller_scope: "k" }, headers: {} };

const EVERYBODY: Pool = { name: "everybody", matchers: [] };
const NOBODY: Pool = {
  name: "nobody",
  matchers: [{ key: "id", matches: () => false, explain: () => "it is none" }],
};

for (const otherwise of ["weighted", "random"]) {
  const policy = policyOf("sticky", { key: ["caller"], otherwise });

  Deno.test(`sticky explains that its otherwise ${otherwise} chooses none`, () => {
    const pick = pickOf(weighing([0, 0]), { request: KEYLESS });
    assertEquals(policy.choose(pick), undefined);
    const [first, second] = explanation(policy, pick);
    assertEquals(first, {
      reason: "Attribute weight is no whole number from 1 to 1000000",
      isDropped: true,
    });
    assertEquals(second, first);
  });

  Deno.test(`what sticky does not choose by its otherwise ${otherwise} stands for no request with a key`, () => {
    const rule = {
      name: "r",
      when: [],
      use: [EVERYBODY, NOBODY],
      policy,
      otherwise: "refuse",
      refusal: { status: 503, message: "none" },
      tiers: "top",
    } as const;
    const candidates = weighing([0, 0]);
    const decideFor = (parts: object) =>
      decideByRules(
        { ...exampleRequest([]), ...parts, candidates },
        [rule],
        firstPick(0),
      );
    assertEquals(decideFor(KEYED).answer.kind, "auth");
    assertEquals(decideFor(KEYLESS).answer.kind, "refuse");
    assertEquals(decideFor(KEYLESS).reuse, { kind: "never" });
  });
}
