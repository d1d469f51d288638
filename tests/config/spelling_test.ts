/**
 * Which known word a misspelled one was meant to be. For hints only: a wrong
 * guess must do no harm, no guess is better than a far one.
 */

import { assertEquals } from "@std/assert";
import { closestWord } from "../../src/config/spelling.ts";

const KNOWN = ["auth_id", "delegate", "deny", "enabled"];

const CASES: readonly (readonly [word: string, closest: string | undefined])[] =
  [
    ["delgate", "delegate"],
    ["Delegate", "delegate"],
    ["delegates", "delegate"],
    ["authid", "auth_id"],
    ["AUTH-ID", "auth_id"],
    ["auth_ids", "auth_id"],
    ["dney", "deny"],
    ["nyed", undefined],
    ["den", "deny"],
    ["enable", "enabled"],
    ["rules", undefined],
    ["", undefined],
    ["x", undefined],
    ["delegate".repeat(100), undefined],
  ];

for (const [word, closest] of CASES) {
  Deno.test(`closestWord() gives ${closest} when it is ${word.slice(0, 20)}`, () => {
    assertEquals(closestWord(word, KNOWN), closest);
  });
}

Deno.test("closestWord() takes the first when two are equally close", () => {
  assertEquals(closestWord("cat", ["car", "cap"]), "car");
});
