/** The policy `deny`: the refusal and its reasons. */

import { assertEquals } from "@std/assert";
import type { Answer } from "../../src/policy/decision.ts";
import { deny } from "../../src/policy/deny.ts";
import { DEFAULT_SETTINGS } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const DENYING = { ...DEFAULT_SETTINGS, deny: true };
const REFUSAL: Answer = {
  kind: "refuse",
  code: "scheduler_denied",
  message: "scheduler pick denied by plugin configuration",
};

Deno.test("deny.decide() passes when deny is off", () => {
  assertEquals(
    deny.decide(exampleRequest(["a"]), DEFAULT_SETTINGS),
    undefined,
  );
});

Deno.test("deny.decide() refuses with the host's code when deny is on", () => {
  const decision = deny.decide(exampleRequest(["a"]), DENYING);
  assertEquals(decision?.answer, REFUSAL);
});

Deno.test("deny.decide() refuses when there is no candidate", () => {
  const decision = deny.decide(exampleRequest([]), DENYING);
  assertEquals(decision?.answer, REFUSAL);
});

Deno.test("deny.decide() names itself when it decides", () => {
  const decision = deny.decide(exampleRequest(["a"]), DENYING);
  assertEquals(decision?.policy, "deny");
});

Deno.test("deny.decide() drops every candidate when explained", () => {
  const decision = deny.decide(exampleRequest(["b", "a"]), DENYING);
  assertEquals(decision?.explain(), [
    { id: "b", verdict: "dropped", reason: "deny is on" },
    { id: "a", verdict: "dropped", reason: "deny is on" },
  ]);
});

Deno.test("deny.answerWithoutRequest() is the refusal when deny is on", () => {
  assertEquals(deny.answerWithoutRequest?.(DENYING), REFUSAL);
});
