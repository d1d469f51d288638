/** The order of the policies, and the answer when none can be asked. */

import { assertEquals } from "@std/assert";
import {
  answerOnFailure,
  answerToAny,
  decide,
  POLICIES,
} from "../../src/policy/decide.ts";
import type { Answer } from "../../src/policy/decision.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const REFUSAL: Answer = {
  kind: "refuse",
  code: "scheduler_denied",
  message: "scheduler pick denied by plugin configuration",
};
const UNHANDLED: Answer = { kind: "unhandled" };
const FILL_FIRST: Answer = { kind: "delegate", to: "fill-first" };

interface Case {
  readonly name: string;
  readonly settings: Partial<Settings>;
  readonly policy: string;
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
    name: "policy is round_robin",
    settings: { policy: "round_robin" },
    policy: "round_robin",
    answer: { kind: "auth", id: "a" },
    onFailure: UNHANDLED,
    depends: true,
  },
  {
    name: "policy is round_robin and deny is set",
    settings: { policy: "round_robin", deny: true },
    policy: "deny",
    answer: REFUSAL,
    onFailure: REFUSAL,
  },
];

for (
  const { name, settings, policy, answer, onFailure, depends } of CASES
) {
  const inForce = { ...DEFAULT_SETTINGS, ...settings };

  Deno.test(`decide() answers by ${policy} when ${name}`, () => {
    const decision = decide(exampleRequest(["x", "a"]), inForce);
    assertEquals(decision.answer, answer);
    assertEquals(decision.policy, policy);
  });

  Deno.test(`answerOnFailure() is ${onFailure.kind} when ${name}`, () => {
    assertEquals(answerOnFailure(inForce), onFailure);
  });

  Deno.test(`answerToAny() is ${depends ? "none" : onFailure.kind} when ${name}`, () => {
    assertEquals(answerToAny(inForce), depends ? undefined : answer);
  });

  Deno.test(`decide() stands for any request only if answerToAny() has it when ${name}`, () => {
    const { reuse } = decide(exampleRequest(["x", "a"]), inForce);
    assertEquals(reuse.kind === "any", !depends);
  });

  Deno.test(`decide() explains each candidate in their order when ${name}`, () => {
    const ids = ["x", "a", "x"];
    const verdicts = decide(exampleRequest(ids), inForce).explain();
    assertEquals(verdicts.map(({ id }) => id), ids);
  });

  Deno.test(`decide() marks the answer, and only it, as chosen when ${name}`, () => {
    const decision = decide(exampleRequest(["x", "a"]), inForce);
    const chosen = decision.explain()
      .filter(({ verdict }) => verdict === "chosen")
      .map(({ id }) => id);
    assertEquals(chosen, answer.kind === "auth" ? [answer.id] : []);
  });
}

Deno.test("POLICIES have names of their own", () => {
  const names = ["none", ...POLICIES.map(({ name }) => name)];
  assertEquals([...new Set(names)], names);
});
