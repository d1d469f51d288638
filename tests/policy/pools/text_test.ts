import { assert, assertEquals } from "@std/assert";
import type { Candidate } from "../../../src/policy/pick_request.ts";
import type { Matcher } from "../../../src/policy/pool.ts";
import { TEXT_KINDS } from "../../../src/policy/pools/text.ts";
import { candidateWith } from "./example_candidate.ts";

function matcher(key: string, patterns: readonly string[]): Matcher {
  const kind = TEXT_KINDS.find((kind) => kind.key === key);
  assert(kind !== undefined);
  const matcher = kind.create(patterns);
  assert(typeof matcher !== "string");
  return matcher;
}

/** A candidate whose text by a key is this one. */
function withText(key: string, text: string): Candidate {
  return ["id", "provider", "status"].includes(key)
    ? candidateWith({ [key]: text })
    : candidateWith({ attributes: { [key]: text } });
}

const KEYS = [
  "id",
  "provider",
  "auth_kind",
  "plan_type",
  "note",
  "email",
  "base_url",
  "status",
];
const CASELESS = ["provider", "auth_kind", "plan_type", "email", "status"];
const QUOTED = ["id", "provider", "plan_type", "note", "status"];

Deno.test("TEXT_KINDS has every kind once", () => {
  assertEquals(TEXT_KINDS.map(({ key }) => key), KEYS);
});

for (const key of KEYS) {
  Deno.test(`${key} matches when one of the globs does`, () => {
    const candidate = withText(key, "a-text");
    assertEquals(matcher(key, ["b", "a-*"]).matches(candidate), true);
  });

  Deno.test(`${key} does not match when no glob matches the whole text`, () => {
    const candidate = withText(key, "a-text");
    assertEquals(matcher(key, ["a", "text"]).matches(candidate), false);
  });

  const counts = !CASELESS.includes(key);
  Deno.test(`${key} ${counts ? "looks" : "does not look"} at case`, () => {
    const candidate = withText(key, "a-text");
    assertEquals(matcher(key, ["A-Text"]).matches(candidate), !counts);
  });

  const isQuoted = QUOTED.includes(key);
  Deno.test(`${key} ${isQuoted ? "quotes" : "does not quote"} the text in its reason`, () => {
    const candidate = withText(key, "a-text");
    assertEquals(
      matcher(key, ["pro", "team"]).explain(candidate),
      isQuoted
        ? `${key} is "a-text", wanted "pro" or "team"`
        : `${key} is not a wanted one`,
    );
  });
}

for (const key of ["auth_kind", "plan_type", "note", "email", "base_url"]) {
  Deno.test(`${key} does not match what has none`, () => {
    const candidate = candidateWith({ id: "codex:apikey:1" });
    assertEquals(matcher(key, ["*"]).matches(candidate), false);
  });

  Deno.test(`${key} says that there is none`, () => {
    assertEquals(
      matcher(key, ["*"]).explain(candidateWith({ id: "codex:apikey:1" })),
      `it has no ${key}`,
    );
  });
}

Deno.test("id looks at the ID and not at an attribute of that name", () => {
  const candidate = candidateWith({ id: "a", attributes: { id: "b" } });
  assertEquals(matcher("id", ["b"]).matches(candidate), false);
});
