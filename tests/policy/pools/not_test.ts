import { assertEquals } from "@std/assert";
import type { Matcher } from "../../../src/policy/pool.ts";
import { notAll } from "../../../src/policy/pools/not.ts";
import { candidateWith } from "./example_candidate.ts";

function matcher(key: string, matches: boolean): Matcher {
  return { key, matches: () => matches, explain: () => "" };
}

const CANDIDATE = candidateWith({});

Deno.test("notAll() does not match what all take", () => {
  const not = notAll([matcher("a", true), matcher("b", true)]);
  assertEquals(not.matches(CANDIDATE), false);
});

Deno.test("notAll() matches what one does not take", () => {
  const not = notAll([matcher("a", true), matcher("b", false)]);
  assertEquals(not.matches(CANDIDATE), true);
});

Deno.test("notAll() explains by which keys it excludes", () => {
  const not = notAll([matcher("plan_type", true), matcher("note", true)]);
  assertEquals(
    not.explain(CANDIDATE),
    "it is what not excludes by plan_type and note",
  );
});
