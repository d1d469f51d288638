/** The key of a list: that of its IDs in their order. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { listKey } from "../../src/policy/list_key.ts";
import { exampleRequest } from "./example_request.ts";

function keyOf(...ids: readonly string[]): string {
  return listKey(exampleRequest(ids).candidates);
}

Deno.test("listKey() is the same when the IDs are", () => {
  assertEquals(keyOf("a", "b"), keyOf("a", "b"));
});

const OTHERS = [["a"], ["b", "a"], ["ab"], ["a", "b", ""], ["a", "c"], []];

for (const ids of OTHERS) {
  Deno.test(`listKey() is another one when the IDs are ${JSON.stringify(ids)}`, () => {
    assertNotEquals(keyOf(...ids), keyOf("a", "b"));
  });
}
