/** MurmurHash3_x86_32 against known values, and the chance made of it. */

import { assert, assertEquals } from "@std/assert";
import {
  fractionOf,
  hashText,
  hashWords,
} from "../../../src/policy/policies/murmur.ts";
import { chiDeviation } from "./example_pick.ts";

/** Bytes as ASCII, seed, and the hash that every implementation gives. */
const HASHES: readonly (readonly [string, number, number])[] = [
  ["", 0, 0],
  ["", 1, 0x514e28b7],
  ["", 0xffffffff, 0x81f16f39],
  ["test", 0, 0xba6bd213],
  ["test", 0x9747b28c, 0x704b81dc],
  ["aaaa", 0x9747b28c, 0x5a97808a],
  ["aa", 0x9747b28c, 0x5d211726],
  ["abcd", 0x9747b28c, 0xf0478627],
  ["ab", 0x9747b28c, 0x74875592],
];

for (const [bytes, seed, hash] of HASHES) {
  Deno.test(`hashText() gives ${hash} when the bytes are "${bytes}", the seed ${seed}`, () => {
    assertEquals(hashText(inUnits(bytes), seed), hash);
  });
}

/** The text whose bytes in UTF-16 are these. */
function inUnits(bytes: string): string {
  return bytes.replace(
    /(.)(.)/g,
    (_, low: string, high: string) =>
      String.fromCharCode(low.charCodeAt(0) | high.charCodeAt(0) << 8),
  );
}

Deno.test("hashWords() gives the hash of the bytes of the words", () => {
  assertEquals(hashWords([], 1), 0x514e28b7);
  assertEquals(hashWords([0x74736574], 0), 0xba6bd213);
});

Deno.test("fractionOf() spreads words that follow each other evenly", () => {
  const counts = Array<number>(64).fill(0);
  for (let word = 0; word < 64_000; word++) {
    const fraction = fractionOf([7, word]);
    assert(fraction > 0 && fraction < 1);
    counts[Math.floor(fraction * 64)]!++;
  }
  assert(Math.abs(chiDeviation(counts, counts.map(() => 1))) < 4);
});

Deno.test("fractionOf() gives pairs that do not depend on each other", () => {
  const counts = Array<number>(64).fill(0);
  for (let word = 0; word < 64_000; word++) {
    const [first, second] = [fractionOf([word]), fractionOf([word + 1])];
    counts[Math.floor(first * 8) * 8 + Math.floor(second * 8)]!++;
  }
  assert(Math.abs(chiDeviation(counts, counts.map(() => 1))) < 4);
});
