/** The pipeline of rules: which rule, which pool, what when nothing is left. */

import { assertEquals } from "@std/assert";
import type { Condition } from "../../src/policy/condition.ts";
import type { Answer } from "../../src/policy/decision.ts";
import { decideByRules } from "../../src/policy/engine.ts";
import type { PickRequest } from "../../src/policy/pick_request.ts";
import { firstPick } from "../../src/policy/pick_context.ts";
import type { Policy } from "../../src/policy/policy.ts";
import {
  NEVER,
  type Reuse,
  SAME_CANDIDATES,
  SAME_ROUTE,
  sameMetadata,
} from "../../src/policy/reuse.ts";
import type { Rule } from "../../src/policy/rule.ts";
import { exampleRequest } from "./example_request.ts";
import { exampleCondition, examplePool, exampleRule } from "./example_rule.ts";

const NOW = firstPick(0);

/** Chooses the first candidate. */
const FIRST: Policy = {
  name: "first",
  choose: ({ candidates }) => ({
    answer: { kind: "auth", id: candidates[0]!.id },
    reason: "It is the first",
    reuse: SAME_CANDIDATES,
    explain: () =>
      candidates.map((_, index) => ({
        reason: `Place ${index}`,
        score: -index,
      })),
  }),
  explainNone: ({ candidates }) => candidates.map(() => ({ reason: "?" })),
};

/** Chooses nothing. */
const NONE: Policy = {
  name: "none of them",
  choose: () => undefined,
  explainNone: ({ candidates }) =>
    candidates.map(() => ({ reason: "It will not do" })),
};

const BROKEN: Policy = {
  ...NONE,
  choose: () => {
    throw new TypeError("broken");
  },
};

function condition(key: string, holds: boolean, reuse: Reuse): Condition {
  const example = exampleCondition(key, holds);
  return { ...example, test: () => ({ holds, reuse }) };
}

/** Chooses the first candidate. */
function rule(parts: Partial<Rule>): Rule {
  return exampleRule({ policy: FIRST, ...parts });
}

const REFUSED: Answer = {
  kind: "refuse",
  code: "scheduler_refused",
  message: "not now",
  status: 429,
};

function picked(id: string): Answer {
  return { kind: "auth", id };
}

function withPriorities(...priorities: readonly number[]): PickRequest {
  const request = exampleRequest(priorities.map((_, index) => `c${index}`));
  return {
    ...request,
    candidates: request.candidates.map((candidate, index) => ({
      ...candidate,
      priority: priorities[index]!,
    })),
  };
}

function answer(rules: readonly Rule[], request = exampleRequest(["a", "b"])) {
  return decideByRules(request, rules, NOW).answer;
}

Deno.test("decideByRules() takes the first rule whose conditions all hold", () => {
  const decision = decideByRules(exampleRequest(["a", "b"]), [
    rule({ name: "one", when: [condition("x", false, SAME_ROUTE)] }),
    rule({
      name: "two",
      when: [condition("x", true, SAME_ROUTE), condition("y", false, NEVER)],
    }),
    rule({ name: "three", when: [condition("y", true, SAME_ROUTE)] }),
    rule({ name: "four" }),
  ], NOW);
  assertEquals(decision.rule, "three");
  assertEquals(decision.answer, picked("a"));
});

Deno.test("decideByRules() leaves the pick unhandled when no rule matches", () => {
  const rules = [rule({ when: [condition("x", false, SAME_ROUTE)] })];
  assertEquals(answer(rules), { kind: "unhandled" });
});

Deno.test("decideByRules() tries the pools in order", () => {
  const use = [
    examplePool("empty", "z"),
    examplePool("second", "b"),
    examplePool("third", "a"),
  ];
  assertEquals(answer([rule({ use })]), picked("b"));
});

Deno.test("decideByRules() goes to the next pool when the policy chooses nothing", () => {
  const stubborn: Policy = {
    ...NONE,
    choose: (pick) =>
      pick.candidates[0]!.id === "a" ? undefined : FIRST.choose(pick),
  };
  const use = [examplePool("one", "a"), examplePool("two", "b")];
  assertEquals(answer([rule({ use, policy: stubborn })]), picked("b"));
});

const ENDS: readonly [what: string, parts: Partial<Rule>][] = [
  ["no candidate is in its pools", { use: [examplePool("p", "z")] }],
  ["the policy chooses nothing", { policy: NONE }],
  ["the policy throws", { policy: BROKEN }],
];

for (const [what, parts] of ENDS) {
  Deno.test(`decideByRules() refuses when ${what} and the rule isolates`, () => {
    assertEquals(answer([rule({ ...parts, otherwise: "refuse" })]), REFUSED);
  });

  Deno.test(`decideByRules() leaves it to the host when ${what} otherwise`, () => {
    assertEquals(answer([rule(parts)]), { kind: "unhandled" });
  });

  Deno.test(`decideByRules() asks no later rule when ${what}`, () => {
    const rules = [
      rule({ ...parts, otherwise: "refuse" }),
      rule({ name: "s" }),
    ];
    assertEquals(answer(rules), REFUSED);
  });
}

Deno.test("decideByRules() refuses when there is no candidate and the rule isolates", () => {
  const rules = [rule({ otherwise: "refuse" })];
  assertEquals(answer(rules, exampleRequest([])), REFUSED);
});

Deno.test("decideByRules() tells what a policy threw", () => {
  const { fault } = decideByRules(
    exampleRequest(["a"]),
    [rule({ policy: BROKEN })],
    NOW,
  );
  assertEquals(fault instanceof TypeError, true);
});

Deno.test("decideByRules() sees the best tier only when tiers is top", () => {
  assertEquals(answer([rule({})], withPriorities(1, 5, 5)), picked("c1"));
  const lowest = [examplePool("low", "c0")];
  assertEquals(answer([rule({ use: lowest })], withPriorities(1, 5)), {
    kind: "unhandled",
  });
});

Deno.test("decideByRules() sees every tier when tiers is all", () => {
  const rules = [rule({ tiers: "all", use: [examplePool("low", "c0")] })];
  assertEquals(answer(rules, withPriorities(1, 5)), picked("c0"));
});

Deno.test("decideByRules() gives the policy each ID once, sorted", () => {
  const request = exampleRequest(["b", "a", "b"]);
  assertEquals(answer([rule({})], request), picked("a"));
});

Deno.test("decideByRules() reaches as far as all that it looked at", () => {
  const rules = [
    rule({ when: [condition("x", false, sameMetadata("caller_scope"))] }),
    rule({ when: [condition("y", true, SAME_ROUTE)] }),
    rule({ when: [condition("z", true, NEVER)] }),
  ];
  assertEquals(decideByRules(exampleRequest(["a"]), rules, NOW).reuse, {
    kind: "same",
    route: true,
    metadata: ["caller_scope"],
  });
});

Deno.test("decideByRules() does not look at conditions behind one that fails", () => {
  const when = [condition("x", false, SAME_ROUTE), condition("y", true, NEVER)];
  const { reuse } = decideByRules(exampleRequest(["a"]), [rule({ when })], NOW);
  assertEquals(reuse, SAME_ROUTE);
});

Deno.test("decideByRules() reaches no further when a policy chose nothing", () => {
  const use = [examplePool("one", "a"), examplePool("two", "b")];
  const reuse = (policy: Policy) =>
    decideByRules(exampleRequest(["a", "b"]), [rule({ use, policy })], NOW)
      .reuse;
  assertEquals(reuse(NONE), NEVER);
  assertEquals(reuse(BROKEN), NEVER);
  assertEquals(
    reuse({ ...NONE, reuseOfNone: SAME_CANDIDATES }),
    SAME_CANDIDATES,
  );
  assertEquals(
    reuse({ ...NONE, choose: FIRST.choose }),
    SAME_CANDIDATES,
  );
});

Deno.test("decideByRules() explains every candidate of the request", () => {
  const request = withPriorities(5, 5, 1, 5);
  const twice = {
    ...request,
    candidates: [...request.candidates, request.candidates[0]!],
  };
  const rules = [rule({ use: [examplePool("paid", "c0", "c1", "c2")] })];
  assertEquals(decideByRules(twice, rules, NOW).explain(), [
    { id: "c0", verdict: "chosen", reason: "In pool paid: place 0", score: -0 },
    { id: "c1", verdict: "kept", reason: "In pool paid: place 1", score: -1 },
    {
      id: "c2",
      verdict: "dropped",
      reason: "Priority 1, below the best priority 5",
    },
    { id: "c3", verdict: "dropped", reason: 'Not in pool paid: id is "c3"' },
    {
      id: "c0",
      verdict: "dropped",
      reason: "An earlier candidate has the same ID",
    },
  ]);
});

Deno.test("decideByRules() explains why a policy chose nothing", () => {
  const { explain } = decideByRules(
    exampleRequest(["a"]),
    [rule({ policy: NONE })],
    NOW,
  );
  assertEquals(explain(), [
    { id: "a", verdict: "dropped", reason: "It will not do" },
  ]);
});

Deno.test("decideByRules() explains each rule", () => {
  const decision = decideByRules(exampleRequest(["a"]), [
    rule({ name: "one", when: [condition("x", false, SAME_ROUTE)] }),
    rule({ name: "two" }),
    rule({ name: "three" }),
  ], NOW);
  assertEquals(decision.explainRules?.(), [
    {
      name: "one",
      isMatch: false,
      isShadowed: false,
      conditions: [{ key: "x", holds: false, reason: "x is not so" }],
    },
    { name: "two", isMatch: true, isShadowed: false, conditions: [] },
    { name: "three", isMatch: false, isShadowed: true, conditions: [] },
  ]);
});

for (const id of ["", " a", "a ", "a\u0085", "a\ufffdb"]) {
  Deno.test(`decideByRules() drops ${JSON.stringify(id)}, which the host cannot be told`, () => {
    const { answer, explain } = decideByRules(
      exampleRequest([id, "b"]),
      [rule({ use: [examplePool("p", id)], otherwise: "refuse" })],
      NOW,
    );
    assertEquals(answer, REFUSED);
    assertEquals(explain()[0], {
      id,
      verdict: "dropped",
      reason: "The host cannot be told an ID like this one",
    });
  });
}
