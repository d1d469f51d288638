/** Lists by number: as many as fit, the last used ones. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { KnownLists, MAX_LIST_BYTES } from "../../src/rpc/known_lists.ts";

const LISTS = 64;
const BYTES = 16 << 20;

Deno.test("learn() gives each list a number of its own, and never 0", () => {
  const lists = new KnownLists();
  const numbers = Array.from(
    { length: 3 * LISTS },
    () => lists.learn([], 1)?.number,
  );
  assertEquals(new Set(numbers).size, 3 * LISTS);
  assert(!numbers.includes(0) && !numbers.includes(undefined));
});

Deno.test("find() returns what was learned", () => {
  const lists = new KnownLists();
  const list = lists.learn([], 12);
  assertStrictEquals(lists.find(list!.number), list);
  assertEquals(list?.bytes, 12);
  assertEquals([lists.find(0), lists.find(99)], [undefined, undefined]);
});

Deno.test("learn() forgets the list that was used longest ago when there are 64", () => {
  const lists = new KnownLists();
  const numbers = Array.from(
    { length: LISTS },
    () => lists.learn([], 1)!.number,
  );
  lists.find(numbers[0]!);
  lists.learn([], 1);
  assert(lists.find(numbers[0]!) !== undefined);
  assertEquals(lists.find(numbers[1]!), undefined);
  assert(lists.find(numbers[2]!) !== undefined);
});

Deno.test("learn() forgets as many lists as their bytes need", () => {
  const lists = new KnownLists();
  const full = BYTES / MAX_LIST_BYTES;
  const numbers = Array.from(
    { length: full },
    () => lists.learn([], MAX_LIST_BYTES)!.number,
  );
  for (const number of numbers) assert(lists.find(number) !== undefined);
  lists.learn([], 1);
  assertEquals(lists.find(numbers[0]!), undefined);
  assert(lists.find(numbers[1]!) !== undefined);
});

Deno.test("learn() goes on when lists came and went", () => {
  const lists = new KnownLists();
  for (let n = 0; n < 1000; n++) {
    const list = lists.learn([], MAX_LIST_BYTES - n);
    assertStrictEquals(lists.find(list!.number), list);
  }
});

Deno.test("learn() remembers no list that the C side would not", () => {
  const lists = new KnownLists();
  assert(lists.learn([], MAX_LIST_BYTES) !== undefined);
  assertEquals(lists.learn([], MAX_LIST_BYTES + 1), undefined);
});
