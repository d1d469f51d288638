import { assert, assertEquals } from "@std/assert";
import {
  checkGlob,
  compileGlob,
  MAX_GLOB_LENGTH,
} from "../../src/policy/glob.ts";
import { randomFrom } from "./random_from.ts";

const MATCHES: readonly (readonly [string, string])[] = [
  ["gpt-5.5", "gpt-5.5"],
  ["gpt-*", "gpt-"],
  ["gpt-*", "gpt-5.5"],
  ["*", ""],
  ["*", "any text\nof two lines"],
  ["**", "a"],
  ["*a*", "bab"],
  ["a*b*c", "a-b-b-c-c"],
  ["a?c", "abc"],
  ["a?c", "a😀c"],
  ["?*", "a"],
  ["*?", "ab"],
  ["*:apikey:*", "codex:apikey:543e8bf651b0"],
  ["[a-z].(b)", "[a-z].(b)"],
  ["/v1beta/*", "/v1beta/models/*action"],
  ["\\*", "*"],
  ["\\?\\\\", "?\\"],
  ["\\a", "a"],
  ["ä*", "äö"],
];

for (const [pattern, text] of MATCHES) {
  Deno.test(`compileGlob() makes ${pattern} match ${text}`, () => {
    assertEquals(compileGlob(pattern).matches(text), true);
  });
}

const MISSES: readonly (readonly [string, string])[] = [
  ["gpt-5.5", "gpt-5.5 "],
  ["gpt-5.5", "gpt-515"],
  ["gpt-*", "my-gpt-5"],
  ["gpt", "gpt-5"],
  ["GPT-*", "gpt-5"],
  ["?", ""],
  ["?", "ab"],
  ["?*", ""],
  ["a*b*c", "a-c-b"],
  ["\\*", "a"],
  ["\\?", "a"],
  ["a\\", "a"],
  ["a", ""],
];

for (const [pattern, text] of MISSES) {
  Deno.test(`compileGlob() makes ${pattern} not match ${text}`, () => {
    assertEquals(compileGlob(pattern).matches(text), false);
  });
}

Deno.test("compileGlob() compares without case when told to", () => {
  const glob = compileGlob("Te?M-*", { ignoresCase: true });
  assert(glob.matches("tEAm-RED"));
});

Deno.test("compileGlob() takes stars against a long text without trying every way", () => {
  const pattern = "*a".repeat(MAX_GLOB_LENGTH / 2 - 1) + "*b";
  const text = "a".repeat(200_000);
  assertEquals(compileGlob(pattern).matches(text), false);
});

Deno.test("compileGlob() takes a long tail against a long text without trying every way", () => {
  const pattern = "*" + "a?".repeat(MAX_GLOB_LENGTH / 2 - 1) + "b";
  const text = "a".repeat(200_000);
  assertEquals(compileGlob(pattern).matches(text), false);
});

Deno.test("compileGlob() agrees with a simple model on random texts", () => {
  const random = randomFrom(7);
  for (let i = 0; i < 5000; i++) {
    const pattern = randomText(random, "ab?*", 40);
    const text = randomText(random, "ab", 40);
    const expected = matchesSlowly(pattern, text);
    assertEquals(compileGlob(pattern).matches(text), expected, pattern);
  }
});

for (const length of [1, 31, 32, 33, 63, 64, 65, MAX_GLOB_LENGTH]) {
  Deno.test(`compileGlob() matches ${length} characters one by one`, () => {
    const glob = compileGlob("?".repeat(length));
    assertEquals(
      [length - 1, length, length + 1].map((n) => glob.matches("a".repeat(n))),
      [false, true, false],
    );
  });
}

for (const pattern of ["a", "*", "\\\\", "a\\*", "*".repeat(MAX_GLOB_LENGTH)]) {
  Deno.test(`checkGlob() likes ${pattern.slice(0, 10)}`, () => {
    assertEquals(checkGlob(pattern), undefined);
  });
}

Deno.test("checkGlob() refuses an empty pattern", () => {
  assertEquals(checkGlob(""), "must be a glob and not empty, such as gpt-*");
});

for (const pattern of ["\\", "a\\", "a\\\\\\"]) {
  Deno.test(`checkGlob() refuses ${pattern}`, () => {
    assertEquals(
      checkGlob(pattern),
      "must be a glob with a character after each backslash, such as a\\*b",
    );
  });
}

Deno.test("checkGlob() refuses a pattern that is too long", () => {
  assertEquals(
    checkGlob("a".repeat(MAX_GLOB_LENGTH + 1)),
    "must be a glob of at most 256 characters, such as gpt-*",
  );
});

/** By dynamic programming over all prefixes. */
function matchesSlowly(pattern: string, text: string): boolean {
  let row = [true, ...Array.from(text, () => false)];
  for (const token of pattern) {
    const next: boolean[] = [token === "*" && row[0]!];
    for (let i = 1; i <= text.length; i++) {
      next.push(
        token === "*"
          ? next[i - 1]! || row[i]!
          : row[i - 1]! && (token === "?" || token === text[i - 1]),
      );
    }
    row = next;
  }
  return row.at(-1)!;
}

function randomText(
  random: (below: number) => number,
  letters: string,
  maxLength: number,
): string {
  const length = 1 + random(maxLength);
  return Array.from({ length }, () => letters[random(letters.length)]).join("");
}

Deno.test("compileGlob() tells the one text that a pattern stands for", () => {
  const literals = ["a", "a\\*b", "a*", "?", "\\?"].map((pattern) =>
    compileGlob(pattern).literal
  );
  assertEquals(literals, ["a", "a*b", undefined, undefined, "?"]);
});

Deno.test("compileGlob() tells a text that all begins with", () => {
  const prefixes = ["a*", "*", "a\\**", "a", "*a", "a*b", "a?", "a**", "A*"]
    .map((pattern) => compileGlob(pattern).prefix);
  const none = undefined;
  assertEquals(prefixes, ["a", "", "a*", none, none, none, none, none, "A"]);
  assertEquals(compileGlob("A*", { ignoresCase: true }).prefix, "a");
});
