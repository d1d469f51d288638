import { assertEquals } from "@std/assert";
import {
  attributeOf,
  attributes,
} from "../../../src/policy/pools/attributes.ts";
import type { Matcher } from "../../../src/policy/pool.ts";
import { candidateWith } from "./example_candidate.ts";

const CANDIDATE = candidateWith({
  attributes: { websockets: "true", "header:X-Team": "red-1" },
});

function made(value: Readonly<Record<string, readonly string[]>>): Matcher {
  const matcher = attributes.create(value);
  if (typeof matcher === "string") throw new TypeError(matcher);
  return matcher;
}

Deno.test("attributes matches when every value matches one of its globs", () => {
  const matcher = made({
    websockets: ["false", "true"],
    "header:X-Team": ["red*"],
  });
  assertEquals(matcher.matches(CANDIDATE), true);
});

Deno.test("attributes does not match when one value does not", () => {
  const matcher = made({
    websockets: ["true"],
    "header:X-Team": ["blue*"],
  });
  assertEquals(matcher.matches(CANDIDATE), false);
  assertEquals(
    matcher.explain(CANDIDATE),
    "attribute header:X-Team is not a wanted one",
  );
});

Deno.test("attributes does not match what has no such attribute", () => {
  const matcher = made({ user_agent: ["*"] });
  assertEquals(matcher.matches(CANDIDATE), false);
  assertEquals(matcher.explain(CANDIDATE), "it has no attribute user_agent");
});

Deno.test("attributes looks at case in names and values", () => {
  const matchers = [{ Websockets: ["true"] }, { websockets: ["True"] }]
    .map(made);
  assertEquals(matchers.map(({ matches }) => matches(CANDIDATE)), [
    false,
    false,
  ]);
});

for (const name of ["constructor", "__proto__"]) {
  Deno.test(`attributeOf() finds no ${name} that the host did not tell`, () => {
    assertEquals(attributeOf(CANDIDATE, name), undefined);
  });
}

Deno.test("attributes has values that no problem quotes", () => {
  assertEquals(attributes.shape.of.of.isSecret, true);
});

Deno.test("attributes refuses an empty mapping", () => {
  assertEquals(
    attributes.create({}),
    "must name at least one attribute, such as websockets",
  );
});

for (const length of [0, 201]) {
  Deno.test(`attributes refuses a name of ${length} characters`, () => {
    assertEquals(
      attributes.shape.key.check?.("a".repeat(length)),
      "must be the name of an attribute, at most 200 characters, such as " +
        "websockets",
    );
  });
}
