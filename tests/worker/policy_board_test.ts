/** When the board changes. */

import { assertEquals } from "@std/assert";
import { PolicyBoard } from "../../src/worker/policy_board.ts";

Deno.test("look() shows what is new, not too often, and says when it is due", () => {
  let nowMs = 0;
  let text = "one";
  const shown: string[] = [];
  const board = new PolicyBoard({
    now: () => nowMs,
    text: () => text,
    show: (next) => shown.push(next),
  });
  assertEquals([board.look(), shown], [undefined, ["one"]]);
  text = "two";
  nowMs = 100;
  assertEquals([board.look(), shown], [150, ["one"]]);
  nowMs = 250;
  assertEquals([board.look(), shown], [undefined, ["one", "two"]]);
  // What stays the same is due never.
  nowMs = 1000;
  assertEquals([board.look(), board.look(), shown.length], [
    undefined,
    undefined,
    2,
  ]);
});
