/** What a policy is told of a request, and what it is not. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { factsOf } from "../../src/modules/facts.ts";
import type { PickRequest } from "../../src/policy/pick_request.ts";
import { exampleRequest } from "../policy/example_request.ts";

function request(parts: Partial<PickRequest>): PickRequest {
  return { ...exampleRequest(["a"]), ...parts };
}

const HEADERS = {
  Authorization: ["Bearer secret-key"],
  "X-Api-Key": ["secret-key"],
  "X-Team": ["red", "blue"],
  "x-other": ["secret-other"],
  "Session-Id": ["secret-session"],
};

Deno.test("factsOf() tells the facts of a request", () => {
  const metadata = {
    "request_path": "/v1/responses",
    "caller_scope": "ab",
    "service_tier": "auto",
    "selected_auth_id": "a",
    "idempotency_key": "secret-key",
  };
  assertEquals(factsOf(request({ metadata }), []), {
    provider: "",
    providers: ["codex"],
    model: "gpt-5.5",
    stream: true,
    path: "/v1/responses",
    caller: "ab",
    session: "",
    isRetry: true,
    serviceTier: "auto",
    headers: {},
  });
});

Deno.test("factsOf() shows no header but those that are named", () => {
  const facts = factsOf(request({ headers: HEADERS }), ["x-team", "x-absent"]);
  assertEquals(facts.headers, { "x-team": "red, blue" });
  assertEquals(JSON.stringify(facts).includes("secret"), false);
});

Deno.test("factsOf() hashes the session, the same one each time", () => {
  const of = (id: string) =>
    factsOf(request({ metadata: { "execution_session_id": id } }), []).session;
  assertMatch(of("one"), /^[0-9a-f]{16}$/);
  assertEquals(of("one"), of("one"));
  assertNotEquals(of("one"), of("two"));
  const known = of("one");
  // More than are remembered.
  const all = new Set(Array.from({ length: 1000 }, (_, i) => of(`s${i}`)));
  assertEquals(all.size, 1000);
  assertEquals(of("one"), known);
  assert(factsOf(request({ headers: HEADERS }), []).session !== "");
});

Deno.test("factsOf() takes what is no text for unknown", () => {
  const metadata = {
    "request_path": 1,
    "caller_scope": null,
    "selected_auth_id": {},
  };
  const { path, caller, isRetry } = factsOf(request({ metadata }), []);
  assertEquals({ path, caller, isRetry }, {
    path: "",
    caller: "",
    isRetry: false,
  });
});
