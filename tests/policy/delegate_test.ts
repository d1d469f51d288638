/** The policy `delegate`: known names, unknown names, reasons. */

import { assertEquals, assertMatch } from "@std/assert";
import { delegate, DELEGATES } from "../../src/policy/delegate.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";
import { exampleRequest } from "./example_request.ts";

const UNKNOWN = [
  "Fill-First",
  "fill_first",
  "round robin",
  "true",
  "weighted-round-robin",
  " fill-first",
  "fill-first\u200b",
  "toString",
];

function delegatingTo(name: string): Settings {
  return { ...DEFAULT_SETTINGS, delegate: name };
}

Deno.test("DELEGATES holds the host's two selectors", () => {
  assertEquals(DELEGATES, ["fill-first", "round-robin"]);
});

Deno.test("delegate.decide() passes when delegate is empty", () => {
  assertEquals(
    delegate.decide(exampleRequest(["a"]), DEFAULT_SETTINGS),
    undefined,
  );
});

for (const name of DELEGATES) {
  Deno.test(`delegate.decide() delegates when delegate is ${name}`, () => {
    const decision = delegate.decide(
      exampleRequest(["a"]),
      delegatingTo(name),
    );
    assertEquals(decision?.answer, { kind: "delegate", to: name });
  });

  Deno.test(`delegate.decide() delegates to ${name} when there is no candidate`, () => {
    const decision = delegate.decide(
      exampleRequest([]),
      delegatingTo(name),
    );
    assertEquals(decision?.answer, { kind: "delegate", to: name });
  });
}

for (const name of UNKNOWN) {
  Deno.test(`delegate.decide() leaves the pick unhandled when delegate is ${JSON.stringify(name)}`, () => {
    const decision = delegate.decide(
      exampleRequest(["a"]),
      delegatingTo(name),
    );
    assertEquals(decision?.answer, { kind: "unhandled" });
  });
}

Deno.test("delegate.decide() names the known selectors when the name is unknown", () => {
  const decision = delegate.decide(
    exampleRequest([]),
    delegatingTo("x"),
  );
  assertMatch(decision?.reason ?? "", /fill-first, round-robin/);
});

Deno.test("delegate.decide() keeps every candidate when explained", () => {
  const decision = delegate.decide(
    exampleRequest(["b", "a"]),
    delegatingTo("fill-first"),
  );
  const reason = "The fill-first selector of the host may choose it";
  assertEquals(decision?.explain(), [
    { id: "b", verdict: "kept", reason },
    { id: "a", verdict: "kept", reason },
  ]);
});

Deno.test("delegate.decide() keeps every candidate when the name is unknown", () => {
  const decision = delegate.decide(
    exampleRequest(["a"]),
    delegatingTo("x"),
  );
  assertEquals(decision?.explain(), [{
    id: "a",
    verdict: "kept",
    reason: "The configured selector of the host may choose it",
  }]);
});
