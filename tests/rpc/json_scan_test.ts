/** Depth, duplicate keys, and the counts that say when to look for them. */

import { assertEquals } from "@std/assert";
import {
  hasDuplicateKey,
  isDeeperThan,
  type Survey,
  survey,
} from "../../src/rpc/json_scan.ts";

const SURVEYS: readonly (readonly [string, Survey])[] = [
  ["", { openings: 0, keyEnds: 0, spaced: false }],
  [`{"a":[{}]}`, { openings: 3, keyEnds: 1, spaced: false }],
  [`{"a" :1}`, { openings: 1, keyEnds: 0, spaced: true }],
  [`{"a\\"":1}`, { openings: 1, keyEnds: 1, spaced: false }],
  [`{"a\\\\":1}`, { openings: 1, keyEnds: 1, spaced: false }],
  [`{"a":"\\":"}`, { openings: 1, keyEnds: 1, spaced: false }],
  [`{"a":":"}`, { openings: 1, keyEnds: 2, spaced: false }],
  [`{"a":"[{"}`, { openings: 3, keyEnds: 1, spaced: false }],
];

for (const [text, expected] of SURVEYS) {
  Deno.test(`survey() counts when the text is ${text || "empty"}`, () => {
    assertEquals(survey(text), expected);
  });
}

const DEPTHS: readonly (readonly [string, number])[] = [
  ["[]", 1],
  ["[[],[]]", 2],
  [`{"a":[{}]}`, 3],
  [`["[[["]`, 1],
  [`["\\"[[["]`, 1],
  [`["\\\\",[]]`, 2],
];

for (const [text, depth] of DEPTHS) {
  Deno.test(`isDeeperThan() finds ${depth} levels when the text is ${text}`, () => {
    assertEquals(isDeeperThan(text, depth), false);
    assertEquals(isDeeperThan(text, depth - 1), true);
  });
}

const DUPLICATES: readonly (readonly [string, boolean])[] = [
  [`{"a":1,"a":2}`, true],
  [`{"a":1,"b":2}`, false],
  [`{"a":1,"A":2}`, false],
  [`{"a":1,"\\u0061":2}`, true],
  [`{"a" : 1, "a"\n: 2}`, true],
  [`[{"a":1},{"a":2}]`, false],
  [`{"a":{"a":1}}`, false],
  [`{"a":{"b":1},"b":2}`, false],
  [`{"a":{"b":1},"a":2}`, true],
  [`{"x":[{"a":1},{"b":[],"c":{},"b":0}]}`, true],
  [`{"a":"a","b":"a"}`, false],
  [`{"a":"\\":","b":"\\\\"}`, false],
  [`{"":1,"":2}`, true],
  [`{"__proto__":1,"__proto__":2}`, true],
  [`{"a}":1,"a{":2,"a}":3}`, true],
];

for (const [text, expected] of DUPLICATES) {
  Deno.test(`hasDuplicateKey() is ${expected} when the text is ${JSON.stringify(text)}`, () => {
    assertEquals(hasDuplicateKey(text), expected);
  });
}
