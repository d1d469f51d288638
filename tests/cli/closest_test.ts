/** Guesses at mistyped names. */

import { assertEquals } from "@std/assert";
import { closest } from "../../src/cli/closest.ts";

const NAMES = ["pick", "check", "version", "help"];

const CASES: readonly (readonly [word: string, want: string | undefined])[] = [
  ["chekc", "check"],
  ["pik", "pick"],
  ["Version", "version"],
  ["versoin", "version"],
  ["v", "version"],
  ["hlep", "help"],
  ["cheque", undefined],
  ["", undefined],
  ["deploy", undefined],
  ["x".repeat(100_000), undefined],
];

for (const [word, want] of CASES) {
  const shown = word.length > 20 ? `${word.length} letters` : `"${word}"`;
  Deno.test(`closest() answers ${want} when the word is ${shown}`, () => {
    assertEquals(closest(word, NAMES), want);
  });
}

Deno.test("closest() prefers the nearer of two names", () => {
  assertEquals(closest("modal", ["mode", "model"]), "model");
});
