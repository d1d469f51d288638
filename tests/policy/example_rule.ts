/**
 * Rules for tests: only what a test is about needs to be said. No tests in
 * here.
 */

import type { Condition } from "../../src/policy/condition.ts";
import { createPolicy } from "../../src/policy/policies/kinds.ts";
import type { Candidate } from "../../src/policy/pick_request.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Pool } from "../../src/policy/pool.ts";
import { SAME_CANDIDATES } from "../../src/policy/reuse.ts";
import type { Rule } from "../../src/policy/rule.ts";

/**
 * Makes a rule over every candidate.
 *
 * @param parts What matters. @default {{ policy: round_robin }}
 * @returns The rule.
 */
export function exampleRule(parts: Partial<Rule> = {}): Rule {
  return {
    name: "r",
    when: [],
    use: [],
    policy: examplePolicy("round_robin"),
    otherwise: "host",
    refusal: { status: 429, message: "not now" },
    tiers: "top",
    ...parts,
  };
}

/** Makes a policy whose options are right. */
export function examplePolicy(name: string, options: unknown = {}): Policy {
  const policy = createPolicy(name, options);
  if (typeof policy === "string") throw new TypeError(`${name} ${policy}`);
  return policy;
}

/** A condition that holds always, or never. */
export function exampleCondition(key: string, holds = true): Condition {
  return {
    key,
    test: () => ({ holds, reuse: SAME_CANDIDATES }),
    explain: () => `${key} ${holds ? "is" : "is not"} so`,
  };
}

/** A pool of the candidates with one of these IDs. */
export function examplePool(name: string, ...ids: readonly string[]): Pool {
  return {
    name,
    matchers: [{
      key: "id",
      matches: ({ id }: Candidate) => ids.includes(id),
      explain: ({ id }: Candidate) => `id is "${id}"`,
    }],
  };
}
