/** How long the pick isolate waits for a message that was rung for. */

import { assert, assertEquals } from "@std/assert";
import { Inbox } from "../../src/worker/inbox.ts";

Deno.test("isBehind() until every message that was rung for came", () => {
  const inbox = new Inbox();
  assert(!inbox.isBehind(0));
  assert(inbox.isBehind(2));
  inbox.received();
  assert(inbox.isBehind(2));
  inbox.received();
  assert(!inbox.isBehind(2));
});

Deno.test("isBehind() not when a message overtakes its ring", () => {
  const inbox = new Inbox();
  inbox.received();
  assert(!inbox.isBehind(0));
  assert(!inbox.isBehind(1));
  assert(inbox.isBehind(2));
});

Deno.test("isBehind() not for ever when a message does not come", () => {
  const inbox = new Inbox();
  let turns = 0;
  while (turns < 1000 && inbox.isBehind(1)) turns++;
  assertEquals(turns, 100);
  assert(!inbox.isBehind(1));
  assert(inbox.isBehind(2));
});
