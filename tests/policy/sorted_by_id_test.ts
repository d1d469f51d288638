/** Candidates by the bytes of their IDs. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { compareText, sortedById } from "../../src/policy/sorted_by_id.ts";
import { exampleRequest } from "./example_request.ts";

/** In the order of their UTF-8. */
const SORTED = [
  "",
  "\0",
  "A",
  "a",
  "a\0",
  "aa",
  "b",
  "\u00e4",
  "\u07ff",
  "\u0800",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "\u{10000}",
  "\u{10000}a",
  "\u{10ffff}",
];

function sign(order: number): number {
  return Math.sign(order) + 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    if (a[at] !== b[at]) return a[at]! - b[at]!;
  }
  return a.length - b.length;
}

Deno.test("compareText() compares as UTF-8 does", () => {
  const encoder = new TextEncoder();
  for (const a of SORTED) {
    for (const b of SORTED) {
      const bytes = compareBytes(encoder.encode(a), encoder.encode(b));
      assertEquals(sign(compareText(a, b)), sign(bytes), `${a} ${b}`);
      const places = SORTED.indexOf(a) - SORTED.indexOf(b);
      assertEquals(sign(compareText(a, b)), sign(places), `${a} ${b}`);
    }
  }
});

Deno.test("sortedById() sorts any order", () => {
  const { candidates } = exampleRequest(SORTED.toReversed());
  assertEquals(sortedById(candidates).map(({ id }) => id), SORTED);
});

Deno.test("sortedById() changes no list", () => {
  const { candidates } = exampleRequest(["b", "a"]);
  sortedById(candidates);
  assertEquals(candidates.map(({ id }) => id), ["b", "a"]);
});

Deno.test("sortedById() returns the same list when it is sorted", () => {
  const { candidates } = exampleRequest(["a", "a", "b"]);
  assertStrictEquals(sortedById(candidates), candidates);
});

Deno.test("sortedById() leaves equal IDs in their order", () => {
  const [b, first, second] = exampleRequest(["b", "a", "a"]).candidates;
  const sorted = sortedById([b!, first!, second!]);
  assertStrictEquals(sorted[0], first);
  assertStrictEquals(sorted[1], second);
});

Deno.test("sortedById() sorts a list once", () => {
  const { candidates } = exampleRequest(["b", "a"]);
  const sorted = sortedById(candidates);
  assert(sorted !== candidates);
  assertStrictEquals(sortedById(candidates), sorted);
});
