import { assertEquals } from "@std/assert";
import { compileGlobs, globsShape } from "../../src/policy/globs.ts";
import { isGlob } from "./pipeline/model_texts.ts";
import { randomFrom } from "./random_from.ts";
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

Deno.test("compileGlobs() decides as each glob by itself", () => {
  const parts = ["a", "b", "*", "?", "\\*", "\u{1f600}", "A"];
  const random = randomFrom(5);
  const some = () =>
    Array.from({ length: 1 + random(5) }, () => parts[random(parts.length)])
      .join("");
  for (let i = 0; i < 5000; i++) {
    const patterns = Array.from({ length: 1 + random(4) }, some);
    const text = some();
    const options = { ignoresCase: random(2) === 0 };
    assertEquals(
      compileGlobs(patterns, options).matches(text),
      patterns.some((glob) => isGlob(glob, text, options.ignoresCase)),
      JSON.stringify({ patterns, text, options }),
    );
  }
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
