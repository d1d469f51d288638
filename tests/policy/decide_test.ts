/** The order of overrides and rules, and the answer when none can be asked. */

import { assertEquals } from "@std/assert";
import {
  answerOnFailure,
  answerToAny,
  decide,
  OVERRIDES,
} from "../../src/policy/decide.ts";
import type { Answer } from "../../src/policy/decision.ts";
import { firstPick } from "../../src/policy/pick_context.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";
import { exampleCondition, examplePool, exampleRule } from "./example_rule.ts";

const NOW = firstPick(0);

const REFUSAL: Answer = {
  kind: "refuse",
  code: "scheduler_denied",
  message: "scheduler pick denied by plugin configuration",
};
const UNHANDLED: Answer = { kind: "unhandled" };
const FILL_FIRST: Answer = { kind: "delegate", to: "fill-first" };
const CANNOT_DECIDE: Answer = {
  kind: "refuse",
  code: "scheduler_unavailable",
  message: "the scheduler cannot decide at the moment",
  status: 503,
};

const OPEN = exampleRule();
const ISOLATING = exampleRule({
  name: "isolating",
  when: [exampleCondition("caller")],
  use: [examplePool("none of these", "y")],
  otherwise: "refuse",
});
/** Isolates whom it is about, and is about nobody here. */
const ELSEWHERE = exampleRule({
  name: "elsewhere",
  when: [exampleCondition("caller", false)],
  otherwise: "refuse",
});

interface Case {
  readonly name: string;
  readonly settings: Partial<Settings>;
  readonly policy: string;
  readonly rule?: string;
  /** For the candidates `x` and `a`. */
  readonly answer: Answer;
  readonly onFailure: Answer;
  /** Whether it depends on the request, so that none is the answer to any. */
  readonly depends?: true;
}

const CASES: readonly Case[] = [
  {
    name: "nothing is set",
    settings: {},
    policy: "none",
    answer: UNHANDLED,
    onFailure: UNHANDLED,
  },
  {
    name: "everything is set",
    settings: { deny: true, delegate: "fill-first", authId: "a" },
    policy: "deny",
    answer: REFUSAL,
    onFailure: REFUSAL,
  },
  {
    name: "delegate and auth_id are set",
    settings: { delegate: "fill-first", authId: "a" },
    policy: "delegate",
    answer: FILL_FIRST,
    onFailure: FILL_FIRST,
  },
  {
    name: "delegate is unknown and auth_id is set",
    settings: { delegate: "Fill-First", authId: "a" },
    policy: "delegate",
    answer: UNHANDLED,
    onFailure: UNHANDLED,
  },
  {
    name: "delegate is unknown and deny is set",
    settings: { deny: true, delegate: "x" },
    policy: "deny",
    answer: REFUSAL,
    onFailure: REFUSAL,
  },
  {
    name: "auth_id is set",
    settings: { authId: "a" },
    policy: "auth_id",
    answer: { kind: "auth", id: "a" },
    onFailure: UNHANDLED,
    depends: true,
  },
  {
    name: "auth_id is set to an ID that is not offered",
    settings: { authId: "b" },
    policy: "auth_id",
    answer: UNHANDLED,
    onFailure: UNHANDLED,
    depends: true,
  },
  {
    name: "a rule matches",
    settings: { rules: [OPEN] },
    policy: "round_robin",
    rule: "r",
    answer: { kind: "auth", id: "a" },
    onFailure: UNHANDLED,
    depends: true,
  },
  {
    name: "no rule matches",
    settings: { rules: [exampleRule({ when: ELSEWHERE.when })] },
    policy: "none",
    answer: UNHANDLED,
    onFailure: UNHANDLED,
    depends: true,
  },
  {
    name: "a rule isolates and has nothing left",
    settings: { rules: [ISOLATING, OPEN] },
    policy: "round_robin",
    rule: "isolating",
    answer: {
      kind: "refuse",
      code: "scheduler_refused",
      message: "not now",
      status: 429,
    },
    onFailure: CANNOT_DECIDE,
    depends: true,
  },
  {
    name: "a rule isolates that does not match",
    settings: { rules: [ELSEWHERE, OPEN] },
    policy: "round_robin",
    rule: "r",
    answer: { kind: "auth", id: "a" },
    onFailure: CANNOT_DECIDE,
    depends: true,
  },
  {
    name: "a rule isolates behind one that lets the host choose",
    settings: { rules: [OPEN, ELSEWHERE] },
    policy: "round_robin",
    rule: "r",
    answer: { kind: "auth", id: "a" },
    onFailure: CANNOT_DECIDE,
    depends: true,
  },
  {
    name: "a rule isolates and deny is set",
    settings: { rules: [ISOLATING], deny: true },
    policy: "deny",
    answer: REFUSAL,
    onFailure: REFUSAL,
  },
  {
    name: "a rule isolates and delegate is set",
    settings: { rules: [ISOLATING], delegate: "fill-first" },
    policy: "delegate",
    answer: FILL_FIRST,
    onFailure: FILL_FIRST,
  },
  {
    name: "a rule isolates and auth_id is set",
    settings: { rules: [ISOLATING], authId: "x" },
    policy: "auth_id",
    answer: { kind: "auth", id: "x" },
    onFailure: UNHANDLED,
    depends: true,
  },
];

for (
  const { name, settings, policy, rule, answer, onFailure, depends } of CASES
) {
  const inForce = { ...DEFAULT_SETTINGS, ...settings };

  Deno.test(`decide() answers by ${policy} when ${name}`, () => {
    const decision = decide(exampleRequest(["x", "a"]), inForce, NOW);
    assertEquals(decision.answer, answer);
    assertEquals([decision.policy, decision.rule], [policy, rule]);
  });

  Deno.test(`answerOnFailure() is ${onFailure.kind} when ${name}`, () => {
    assertEquals(answerOnFailure(inForce), onFailure);
  });

  Deno.test(`answerToAny() is ${depends ? "none" : onFailure.kind} when ${name}`, () => {
    assertEquals(answerToAny(inForce), depends ? undefined : answer);
  });

  Deno.test(`decide() stands for any request only if answerToAny() has it when ${name}`, () => {
    const { reuse } = decide(exampleRequest(["x", "a"]), inForce, NOW);
    assertEquals(reuse.kind === "any", !depends);
  });

  Deno.test(`decide() explains each candidate in their order when ${name}`, () => {
    const ids = ["x", "a", "x"];
    const verdicts = decide(exampleRequest(ids), inForce, NOW).explain();
    assertEquals(verdicts.map(({ id }) => id), ids);
  });

  Deno.test(`decide() explains rules only if it asked them when ${name}`, () => {
    const { explainRules } = decide(exampleRequest(["x", "a"]), inForce, NOW);
    const { rules } = inForce;
    const isAsked = rules.length > 0 && (policy === "none" || rule);
    assertEquals(
      explainRules?.().map(({ name }) => name),
      isAsked ? rules.map(({ name }) => name) : undefined,
    );
  });

  Deno.test(`decide() marks the answer, and only it, as chosen when ${name}`, () => {
    const decision = decide(exampleRequest(["x", "a"]), inForce, NOW);
    const chosen = decision.explain()
      .filter(({ verdict }) => verdict === "chosen")
      .map(({ id }) => id);
    assertEquals(chosen, answer.kind === "auth" ? [answer.id] : []);
  });
}

Deno.test("decide() tells rules the time", () => {
  const late = {
    key: "time",
    test: (_: unknown, { nowMs }: { readonly nowMs: number }) => ({
      holds: nowMs >= 1000,
      reuse: { kind: "never" } as const,
    }),
    explain: () => "",
  };
  const settings = {
    ...DEFAULT_SETTINGS,
    rules: [exampleRule({ when: [late] })],
  };
  const policyAt = (nowMs: number) =>
    decide(exampleRequest(["a"]), settings, firstPick(nowMs)).policy;
  assertEquals([policyAt(999), policyAt(1000)], ["none", "round_robin"]);
});

Deno.test("OVERRIDES have names of their own", () => {
  const names = ["none", ...OVERRIDES.map(({ name }) => name)];
  assertEquals([...new Set(names)], names);
});

Deno.test("OVERRIDES are asked in the order of the host's example", () => {
  assertEquals(
    OVERRIDES.map(({ name }) => name),
    ["deny", "delegate", "auth_id"],
  );
});
