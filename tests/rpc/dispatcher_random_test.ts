/** Whatever comes in: a reply that is JSON, and the next call works. */

import { assert, assertEquals } from "@std/assert";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import { base64, numbers, utf8 } from "./bytes.ts";

const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);
const ROUNDS = 1500;
/** What JSON gives a meaning, and what is wrong in it. */
const SPECIAL = utf8(`{}[]":,\\0123456789.eE+-truefalsn \n\0`);

const FILES: readonly (readonly [string, string])[] = [
  ["scheduler.pick", "pick-claude-retry-mixed-kinds.json"],
  ["scheduler.pick", "pick-codex-mixed-plans.json"],
  ["scheduler.pick", "pick-codex-stream-session.json"],
  ["scheduler.pick", "pick-openai-compatible.json"],
  ["plugin.reconfigure", "plugin.register.json"],
];

function newDispatcher(): Dispatcher {
  return new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log() {},
  });
}

const DENYING = utf8(
  `{"config_yaml":"${base64(utf8("deny: true\n"))}","schema_version":3}`,
);

for (const [method, file] of FILES) {
  const original = Deno.readFileSync(new URL(file, FIXTURES));

  Deno.test(`call() answers ${method} when ${file} is damaged at random`, () => {
    const dispatcher = newDispatcher();
    const next = numbers(file.length);
    for (let round = 0; round < ROUNDS; round++) {
      dispatcher.call("plugin.register", DENYING);
      const reply = dispatcher.call(method, damage(original, next));
      assert(reply.rc === 0 || reply.rc === 1);
      assertEquals(JSON.parse(reply.body).ok, reply.body.startsWith(`{"ok":t`));
      assertEquals(reply.failed, undefined);
      dispatcher.call("plugin.register", DENYING);
      const { rc, body } = dispatcher.call("scheduler.pick", utf8("{}"));
      assertEquals([rc, JSON.parse(body).error.code], [0, "scheduler_denied"]);
    }
  });
}

for (const [method, file] of FILES) {
  const original = Deno.readFileSync(new URL(file, FIXTURES));

  Deno.test(`call() refuses ${method} when ${file} is cut off anywhere`, () => {
    for (let length = 1; length < original.length - 1; length++) {
      const dispatcher = newDispatcher();
      const reply = dispatcher.call(method, original.subarray(0, length));
      assertEquals(reply.accepted, undefined);
      // A config that is cut off may have been meant to close something.
      if (reply.refused === "sealed") continue;
      assertEquals(reply.rc, 1);
      assertEquals(JSON.parse(reply.body).error.code, "plugin_error");
    }
  });
}

/** Cuts, flips, drops, repeats and inserts. */
function damage(
  original: Uint8Array,
  next: (below: number) => number,
): Uint8Array {
  let bytes = original.slice();
  for (let times = 1 + next(4); times > 0; times--) {
    const at = next(bytes.length + 1);
    const length = next(20);
    switch (next(5)) {
      case 0:
        if (next(4) === 0) bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes.set([next(256)], Math.min(at, Math.max(0, bytes.length - 1)));
        break;
      case 2:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at + length), bytes.subarray(at));
        break;
      case 4: {
        const one = next(SPECIAL.length);
        const inserted = SPECIAL.subarray(one, one + 1);
        const head = joined(bytes.subarray(0, at), inserted);
        bytes = joined(head, bytes.subarray(at));
        break;
      }
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
