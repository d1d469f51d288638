/**
 * Pieces of a config on one short line.
 */

import { assertEquals } from "@std/assert";
import { shorten } from "../../src/config/shorten.ts";

const CASES: readonly (readonly [text: string, short: string])[] = [
  ["", ""],
  ["a b", "a b"],
  ["x".repeat(40), "x".repeat(40)],
  ["x".repeat(41), `${"x".repeat(40)}…`],
  ["a\nb", "a…"],
  ["a\n", "a…"],
  ["a\x1b[31m\u202e", "a\ufffd[31m\ufffd"],
];

for (const [text, short] of CASES) {
  Deno.test(`shorten() gives ${JSON.stringify(short)}`, () => {
    assertEquals(shorten(text), short);
  });
}
