/** Globs against globs: by hand, and against all short texts. */

import { assertEquals } from "@std/assert";
import { compileGlob } from "../../src/policy/glob.ts";
import { covers, mayOverlap } from "../../src/policy/glob_relations.ts";

const PAIRS: readonly (readonly [
  a: string,
  b: string,
  overlap: boolean,
  aCoversB: boolean,
])[] = [
  ["red-*", "blue-*", false, false],
  ["red-*", "red-*", true, true],
  ["red-*", "*-1", true, false],
  ["*@red.example", "*@blue.example", false, false],
  ["*", "red-1", true, true],
  ["red-1", "*", true, false],
  ["red-?", "red-1", true, true],
  ["red-?", "red-10", false, false],
  ["red-*", "red-1*", true, true],
  ["Red-*", "red-1", true, false],
  ["a\\*", "a*", true, false],
  ["a\\*", "ab", false, false],
  ["a\\b", "ab", true, true],
  ["*a*b*", "*b*a*", true, false],
];

for (const [a, b, overlap, covered] of PAIRS) {
  Deno.test(`mayOverlap() and covers() know ${a} and ${b}`, () => {
    assertEquals(mayOverlap(a, b), overlap);
    assertEquals(mayOverlap(b, a), overlap);
    assertEquals(covers(a, b), covered);
  });
}

Deno.test("mayOverlap() and covers() agree with every text of three letters", () => {
  const texts = ["", ...words(["a", "b"], 4)];
  const patterns = words(["a", "b", "*", "?"], 3);
  for (const a of patterns) {
    for (const b of patterns) {
      const [left, right] = [compileGlob(a), compileGlob(b)];
      const taken = texts.filter((text) => right.matches(text));
      const both = taken.filter((text) => left.matches(text));
      if (both.length > 0 !== mayOverlap(a, b)) {
        throw new TypeError(`${a} ${b}`);
      }
      if (covers(a, b) && both.length < taken.length) {
        throw new TypeError(`${a} does not cover ${b}`);
      }
    }
  }
});

function words(letters: readonly string[], length: number): string[] {
  const shorter = length === 1 ? [""] : ["", ...words(letters, length - 1)];
  return [...new Set(shorter)].flatMap((word) =>
    letters.map((letter) => word + letter)
  );
}
