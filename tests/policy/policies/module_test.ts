/** A policy that a user wrote: what it is asked, and what its answer means. */

import { assert, assertEquals } from "@std/assert";
import { decide } from "../../../src/policy/decide.ts";
import { UNHANDLED } from "../../../src/policy/decision.ts";
import { decideByRules } from "../../../src/policy/engine.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import type { Policy, PolicyPick } from "../../../src/policy/policy.ts";
import type {
  ModuleAnswer,
  ModuleQuestion,
  ModuleSpec,
} from "../../../src/policy/policy_modules.ts";
import {
  MODULE_OPTIONS,
  moduleKind,
} from "../../../src/policy/policies/module.ts";
import { NEVER } from "../../../src/policy/reuse.ts";
import type { Rule } from "../../../src/policy/rule.ts";
import { DEFAULT_SETTINGS } from "../../../src/policy/settings.ts";
import { exampleRequest } from "../example_request.ts";
import { exampleCondition, examplePool, exampleRule } from "../example_rule.ts";
import { explanation, idChosen, pickOf } from "./example_pick.ts";

const SPEC: ModuleSpec = { name: "mine", file: "mine.ts", options: '{"a":1}' };

type Options = Parameters<ReturnType<typeof moduleKind>["create"]>[0];

function policyOf(options: Options = {}): Policy {
  const policy = moduleKind(SPEC).create(options, { policy: () => "none" });
  if (typeof policy === "string") throw new TypeError(policy);
  return policy;
}

/** A pick of `a`, `b` and `c` at which the policy says one thing. */
function pickWith(answer: ModuleAnswer): {
  readonly pick: PolicyPick;
  readonly asked: [ModuleSpec, ModuleQuestion][];
} {
  const pick = pickOf(["c", "a", "b"]);
  const asked: [ModuleSpec, ModuleQuestion][] = [];
  const modules = {
    ask: (spec: ModuleSpec, question: ModuleQuestion) => {
      asked.push([spec, question]);
      return answer;
    },
  };
  return {
    pick: { ...pick, context: { ...pick.context, nowMs: 7, modules } },
    asked,
  };
}

const NONE: ModuleAnswer = { kind: "none", reason: "It chose none" };

Deno.test("moduleKind() has the name that the config gives", () => {
  const kind = moduleKind(SPEC);
  assertEquals([kind.name, policyOf().name], ["mine", "mine"]);
  assert(kind.isPlain && kind.mayFilter);
  assertEquals(kind.otherwise, undefined);
});

Deno.test("moduleKind() asks about what the rule kept", () => {
  const { pick, asked } = pickWith(NONE);
  policyOf({ headers: ["X-Team", "x-b", "X-TEAM"] }).choose(pick);
  assertEquals(asked, [[SPEC, {
    candidates: pick.candidates,
    request: pick.request,
    headers: ["x-team", "x-b"],
    nowMs: 7,
  }]]);
});

Deno.test("moduleKind() lets it see no header when the rule names none", () => {
  const { pick, asked } = pickWith(NONE);
  policyOf().choose(pick);
  assertEquals(asked[0]?.[1].headers, []);
});

for (const [place, id] of ["a", "b", "c"].entries()) {
  Deno.test(`moduleKind() chooses ${id} when it is at ${place}`, () => {
    const { pick } = pickWith({ kind: "choice", place, reason: "r" });
    const choice = policyOf().choose(pick);
    assertEquals(choice?.answer, { kind: "auth", id });
    assertEquals(choice?.reason, "r");
    assertEquals(choice?.rotation, undefined);
  });
}

for (const place of [-1, 3, 0.5, NaN]) {
  Deno.test(`moduleKind() chooses none when the place is ${place}`, () => {
    const { pick } = pickWith({ kind: "choice", place, reason: "r" });
    assertEquals(policyOf().choose(pick), undefined);
  });
}

Deno.test("moduleKind() says that an answer stands for no other pick", () => {
  const { pick } = pickWith({ kind: "choice", place: 0, reason: "r" });
  assertEquals(policyOf().choose(pick)?.reuse, NEVER);
  assertEquals(policyOf().reuseOfNone ?? NEVER, NEVER);
});

Deno.test("moduleKind() explains a choice without scores", () => {
  const { pick } = pickWith({ kind: "choice", place: 1, reason: "it is best" });
  assertEquals(explanation(policyOf(), pick), [
    { reason: "The policy chose another one" },
    { reason: "it is best" },
    { reason: "The policy chose another one" },
  ]);
});

Deno.test("moduleKind() shows scores and what was left out", () => {
  const { pick } = pickWith({
    kind: "choice",
    place: 2,
    reason: "score 5",
    scores: [undefined, -1.5, 5],
  });
  assertEquals(explanation(policyOf(), pick), [
    { reason: "The policy left it out", isDropped: true },
    { reason: "The policy chose another one", score: -1.5 },
    { reason: "score 5", score: 5 },
  ]);
});

Deno.test("moduleKind() gives the reason when there is no answer", () => {
  const { pick, asked } = pickWith(NONE);
  const policy = policyOf();
  assertEquals(idChosen(policy, pick), undefined);
  assertEquals(
    policy.explainNone(pick),
    Array(3).fill({ reason: "It chose none" }),
  );
  assertEquals(asked.length, 1);
});

Deno.test("moduleKind() keeps the reasons of picks apart", () => {
  const [one, other] = ["one", "other"].map((reason) =>
    pickWith({ kind: "none", reason }).pick
  );
  const policy = policyOf();
  policy.choose(one!);
  policy.choose(other!);
  assertEquals(policy.explainNone(one!)[0], { reason: "one" });
  assertEquals(policy.explainNone(other!)[0], { reason: "other" });
});

Deno.test("moduleKind() says so when it is not loaded", () => {
  const pick = pickOf(["a"]);
  assertEquals(explanation(policyOf(), pick), [
    { reason: "The policy mine is not loaded" },
  ]);
});

Deno.test("a rule goes on to otherwise when a policy gives no answer", () => {
  const rule = {
    name: "r",
    when: [],
    use: [],
    policy: policyOf(),
    otherwise: "refuse",
    refusal: { status: 503, message: "none" },
    tiers: "top",
  } as const;
  const decision = decideByRules(exampleRequest(["a"]), [rule], firstPick(0));
  assertEquals(decision.answer.kind, "refuse");
  assertEquals(decision.reuse, { kind: "never" });
});

const HEADERS: readonly (readonly [name: string, problem?: string])[] = [
  ["X-Team"],
  ["X-Organization"],
  ["User-Agent"],
  ["", "must be the name of a header"],
  ...[
    "x-session-id",
    "X-API_KEY",
    "x.api.key",
    "X-Auth",
    "X-JWT",
    "X-Passwd",
    "X-Amz-Signature",
    "Ocp-Apim-Subscription-Key",
  ].map((name): [string, string] => [
    name,
    "must not be a header that may carry a key or a session",
  ]),
  ["X Team", "must be the name of a header"],
  ["X-Team:", "must be the name of a header"],
  ["X-Team\n", "must be the name of a header"],
  ["x".repeat(101), "must be the name of a header"],
  ...[
    "Authorization",
    "proxy-authorization",
    "X-Api-Key",
    "x-goog-apikey",
    "Cookie",
    "Set-Cookie",
    "X-Auth-Token",
    "X-Client-Secret",
    "X-Password",
    "X-Credentials",
    "Thread-Id",
    "x-thread-id",
    "X-Conversation-Id",
    "x-client-request-id",
  ].map((name) =>
    [name, "must not be a header that may carry a key or a session"] as const
  ),
];

for (const [name, problem] of HEADERS) {
  Deno.test(`MODULE_OPTIONS ${problem ?? "allows"} ${JSON.stringify(name.slice(0, 30))}`, () => {
    const { check } = MODULE_OPTIONS.fields.headers.shape.of;
    assertEquals(check(name), problem);
  });
}

/** A rule with the policy, as the engine sees it. */
function ruleWith(otherwise: Rule["otherwise"]): Rule {
  return exampleRule({
    policy: policyOf(),
    use: [examplePool("one", "a"), examplePool("two", "b")],
    otherwise,
  });
}

/** What two rules make of a policy that says this. */
function decideWith(answer: ModuleAnswer, rules: readonly Rule[]) {
  const { pick, asked } = pickWith(answer);
  const settings = { ...DEFAULT_SETTINGS, rules };
  return { ...decide(pick.request, settings, pick.context), asked };
}

const NOT_LOADED: ModuleAnswer = { kind: "not loaded", reason: "It is not" };
const NEVER_MATCHES = { when: [exampleCondition("when", false)] };
const ISOLATING = exampleRule({ ...NEVER_MATCHES, otherwise: "refuse" });

Deno.test("moduleKind() leaves no pick to otherwise: host while it is not loaded", () => {
  const closed = decideWith(NOT_LOADED, [ruleWith("host"), ISOLATING]);
  assertEquals(closed.answer.kind, "refuse");
  assertEquals(closed.reuse, NEVER);
  assertEquals(
    closed.reason,
    "The policy mine is not loaded: the pick gets the answer on failure",
  );
  const open = decideWith(NOT_LOADED, [ruleWith("host")]);
  assertEquals(open.answer, UNHANDLED);
  assertEquals(open.reuse, NEVER);
  // What it chose none of goes on to the next pool, then to otherwise.
  const none = decideWith(NONE, [ruleWith("host"), ISOLATING]);
  assertEquals(none.answer, UNHANDLED);
  assertEquals([closed.asked.length, none.asked.length], [1, 2]);
});

Deno.test("moduleKind() gives the rule's own refusal while it is not loaded", () => {
  const { answer, reason, rule, explain } = decideWith(NOT_LOADED, [
    ruleWith("refuse"),
  ]);
  assertEquals(answer, {
    kind: "refuse",
    code: "scheduler_refused",
    message: "not now",
    status: 429,
  });
  assertEquals(reason, "The policy mine is not loaded: the rule refuses");
  assertEquals(rule, "r");
  assertEquals(explain().map(({ reason }) => reason), [
    'Not in pool one: id is "c"',
    "In pool one: it is not",
    'Not in pool one: id is "b"',
  ]);
});

Deno.test("moduleKind() is not asked about nothing: otherwise holds then", () => {
  const rule = { ...ruleWith("host"), use: [examplePool("none", "x")] };
  const { answer, asked } = decideWith(NOT_LOADED, [rule, ISOLATING]);
  assertEquals([answer, asked.length], [UNHANDLED, 0]);
});
