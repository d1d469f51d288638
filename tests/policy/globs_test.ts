import { assertEquals } from "@std/assert";
import { compileGlobs, globsShape } from "../../src/policy/globs.ts";
import { MAX_GLOB_LENGTH } from "../../src/policy/glob.ts";

Deno.test("compileGlobs() matches when one of the globs does", () => {
  const globs = compileGlobs(["gpt-*", "o?"]);
  assertEquals(["gpt-5", "o3", "o3-mini"].map(globs.matches), [
    true,
    true,
    false,
  ]);
});

Deno.test("compileGlobs() keeps the patterns as they are written", () => {
  assertEquals(compileGlobs(["A*"], { ignoresCase: true }).patterns, ["A*"]);
});

Deno.test("compileGlobs() compares without case when told to", () => {
  assertEquals(compileGlobs(["A*"], { ignoresCase: true }).matches("ab"), true);
});

const SHAPE = globsShape("Models", { example: "gpt-*" });

for (
  const pattern of [
    "",
    "a",
    "a\\",
    "\\\\",
    "\\*",
    "a".repeat(MAX_GLOB_LENGTH),
    "\\*".repeat(MAX_GLOB_LENGTH),
  ]
) {
  Deno.test(`globsShape() has a pattern that judges ${pattern.slice(0, 9)} as the check does`, () => {
    const { check, pattern: source = "" } = SHAPE.of;
    assertEquals(
      new RegExp(source).test(pattern),
      check?.(pattern) === undefined,
    );
  });
}

Deno.test("globsShape() marks secrets", () => {
  const options = { example: "red*", isSecret: true };
  assertEquals(globsShape("Values", options).of.isSecret, true);
});
