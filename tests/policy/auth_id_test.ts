/** The policy `auth_id`: byte for byte, the first of equals, reasons. */

import { assertEquals } from "@std/assert";
import { authId } from "../../src/policy/auth_id.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const NEARLY = [
  "A.json",
  " a.json",
  "a.json ",
  "a.jso",
  "a.json.",
  "",
  "\u0430.json",
];

function picking(id: string): Settings {
  return { ...DEFAULT_SETTINGS, authId: id };
}

function explain(ids: readonly string[], id: string): unknown {
  return authId.decide(exampleRequest(ids), picking(id))?.explain();
}

Deno.test("auth_id.decide() passes when auth_id is empty", () => {
  const request = exampleRequest([""]);
  assertEquals(authId.decide(request, DEFAULT_SETTINGS), undefined);
});

Deno.test("auth_id.decide() picks the credential when it is offered", () => {
  const decision = authId.decide(
    exampleRequest(["x", "a"]),
    picking("a"),
  );
  assertEquals(decision?.answer, { kind: "auth", id: "a" });
});

Deno.test("auth_id.decide() leaves the pick unhandled when it is not offered", () => {
  const decision = authId.decide(
    exampleRequest(["x", "y"]),
    picking("a"),
  );
  assertEquals(decision?.answer, { kind: "unhandled" });
});

Deno.test("auth_id.decide() leaves the pick unhandled when there is no candidate", () => {
  const decision = authId.decide(exampleRequest([]), picking("a"));
  assertEquals(decision?.answer, { kind: "unhandled" });
});

for (const id of NEARLY) {
  Deno.test(`auth_id.decide() does not take ${JSON.stringify(id)} for "a.json"`, () => {
    const decision = authId.decide(
      exampleRequest([id]),
      picking("a.json"),
    );
    assertEquals(decision?.answer, { kind: "unhandled" });
  });
}

Deno.test("auth_id.decide() does not normalize an ID when it compares", () => {
  const decision = authId.decide(
    exampleRequest(["e\u0301"]),
    picking("\u00e9"),
  );
  assertEquals(decision?.answer, { kind: "unhandled" });
});

Deno.test("auth_id.decide() gives one verdict per candidate when it picks", () => {
  assertEquals(explain(["b", "a"], "a"), [
    {
      id: "b",
      verdict: "dropped",
      reason: "ID is not the configured auth_id",
    },
    { id: "a", verdict: "chosen", reason: "ID is the configured auth_id" },
  ]);
});

Deno.test("auth_id.decide() chooses the first when an ID is there twice", () => {
  assertEquals(explain(["a", "a"], "a"), [
    { id: "a", verdict: "chosen", reason: "ID is the configured auth_id" },
    {
      id: "a",
      verdict: "dropped",
      reason: "An earlier candidate has the same ID",
    },
  ]);
});

Deno.test("auth_id.decide() keeps every candidate when it picks none", () => {
  assertEquals(explain(["b"], "a"), [{
    id: "b",
    verdict: "kept",
    reason: "ID is not the configured auth_id",
  }]);
});

Deno.test("auth_id.decide() points at case and spaces when only they differ", () => {
  assertEquals(explain([" A "], "a"), [{
    id: " A ",
    verdict: "kept",
    reason:
      "ID differs from the configured auth_id only in case or outer spaces",
  }]);
});
