/** What is made of an object is made once, whatever it is. */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { once } from "../../src/policy/once.ts";

Deno.test("once() makes something of each object once", () => {
  const made: number[] = [];
  const sizeOf = once((list: readonly number[]) => {
    made.push(list.length);
    return { size: list.length };
  });
  const [a, b] = [[1, 2], [1, 2]];
  assertStrictEquals(sizeOf(a), sizeOf(a));
  assertEquals(sizeOf(b), { size: 2 });
  assertEquals(made, [2, 2]);
});

Deno.test("once() remembers undefined too", () => {
  let count = 0;
  const nothing = once((_: object): undefined => void count++);
  const key = {};
  assertEquals([nothing(key), nothing(key)], [undefined, undefined]);
  assertEquals(count, 1);
});
