/**
 * What `policy new` writes beside the type declarations: a policy that does
 * something sensible, and its test.
 */

/** The declarations' name in the folder of policies. */
export const DECLARATIONS_FILE = "scheduler.d.ts";

/**
 * The policy.
 *
 * @returns The text of its file.
 */
export function policyTemplate(): string {
  return `import type { Policy } from "./${DECLARATIONS_FILE}";

/** Prefers credentials of a paid plan; without one the rule decides. */
export default {
  pick(candidates, context) {
    const plan = context.options.plan ?? "pro";
    const found = candidates.find(({ attributes }) =>
      attributes.plan_type === plan
    );
    return found && { id: found.id, reason: \`The first of plan \${plan}\` };
  },
} satisfies Policy;
`;
}

/**
 * Its test.
 *
 * @param name Name of the policy's file, without its ending.
 * @returns The text of the test's file.
 */
export function testTemplate(name: string): string {
  return `import { deepStrictEqual } from "node:assert/strict";
import policy from "./${name}.ts";
import type { Candidate, PickContext, RequestFacts } from "./${DECLARATIONS_FILE}";

function candidate(id: string, plan: string): Candidate {
  return {
    id,
    provider: "codex",
    priority: 0,
    status: "active",
    attributes: { plan_type: plan },
  };
}

function context(request: Partial<RequestFacts> = {}): PickContext {
  return {
    request: {
      provider: "codex",
      providers: ["codex"],
      model: "gpt-5.5",
      stream: true,
      path: "/v1/responses",
      caller: "",
      session: "",
      isRetry: false,
      serviceTier: "auto",
      headers: {},
      ...request,
    },
    nowMs: Date.UTC(2026, 0, 5, 9, 30),
    random: () => 0.5,
    state: {},
    options: {},
  };
}

Deno.test("${name} takes the first credential of the plan", () => {
  const candidates = [candidate("a", "free"), candidate("b", "pro")];
  deepStrictEqual(policy.pick(candidates, context()), {
    id: "b",
    reason: "The first of plan pro",
  });
});

Deno.test("${name} leaves it to the rule when there is none", () => {
  deepStrictEqual(policy.pick([candidate("a", "free")], context()), undefined);
});
`;
}
