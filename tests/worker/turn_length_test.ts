/** How long the pick isolate may be kept from its messages. */

import { assertEquals } from "@std/assert";
import { lengthOfTurn } from "../../src/worker/turn_length.ts";

const NOTHING = { isBehind: false, isWaiting: false, boardMs: undefined };

Deno.test("lengthOfTurn() rests as long as nothing is to be done", () => {
  assertEquals(lengthOfTurn(NOTHING), { turnMs: 250, restMs: 10_000 });
});

Deno.test("lengthOfTurn() rests until the board is due", () => {
  const length = lengthOfTurn({ ...NOTHING, boardMs: 12.3 });
  assertEquals(length, { turnMs: 250, restMs: 13 });
});

Deno.test("lengthOfTurn() leaves picks time between two tries to load", () => {
  const length = lengthOfTurn({ ...NOTHING, isWaiting: true, boardMs: 200 });
  assertEquals(length, { turnMs: 20, restMs: 20 });
});

Deno.test("lengthOfTurn() serves no longer than it must while a message comes", () => {
  const length = lengthOfTurn({ isBehind: true, isWaiting: true, boardMs: 1 });
  assertEquals(length, { turnMs: 0, restMs: 0 });
});
