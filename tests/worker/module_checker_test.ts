/** How long the check isolate lives, and what becomes of a check. */

import { assertEquals } from "@std/assert";
import type {
  CheckIsolateMessage,
  CheckIsolateRequest,
} from "../../src/worker/messages.ts";
import {
  type CheckIsolate,
  ModuleChecker,
} from "../../src/worker/module_checker.ts";

const REQUEST: CheckIsolateRequest = {
  file: "mine.ts",
  text: "text",
  options: "{}",
  state: "",
};
const GOOD: CheckIsolateMessage = { compiled: { script: "script" } };
const BAD: CheckIsolateMessage = { problem: { message: "It is no good" } };
const HOUR_MS = 3_600_000;

/** Isolates that say what they are told to, and what became of them. */
class Isolates {
  readonly events: string[] = [];
  answer: CheckIsolateMessage | "throws" | "hangs" = GOOD;
  #count = 0;

  start(): CheckIsolate {
    const name = `isolate ${++this.#count}`;
    this.events.push(`${name} starts`);
    const isolate: CheckIsolate = {
      onmessage: null,
      onerror: null,
      terminate: () => this.events.push(`${name} ends`),
      postMessage: () => {
        if (this.answer === "hangs") return;
        if (this.answer === "throws") {
          isolate.onerror?.call(
            isolate as Worker,
            new ErrorEvent("error", { message: "secret" }),
          );
          return;
        }
        const event = new MessageEvent("message", { data: this.answer });
        isolate.onmessage?.call(isolate as Worker, event);
      },
    };
    return isolate;
  }

  checker(parts: { deadlineMs?: number; idleMs?: number } = {}): ModuleChecker {
    return new ModuleChecker({
      start: () => this.start(),
      onEnd: () => this.events.push("told"),
      deadlineMs: HOUR_MS,
      idleMs: HOUR_MS,
      ...parts,
    });
  }
}

Deno.test("check() goes on with the isolate that was warmed up", async () => {
  const isolates = new Isolates();
  const checker = isolates.checker();
  checker.warmUp();
  checker.warmUp();
  assertEquals(await checker.check(REQUEST), GOOD);
  assertEquals(await checker.check(REQUEST), GOOD);
  assertEquals(isolates.events, ["isolate 1 starts"]);
  checker.end();
  checker.end();
  assertEquals(isolates.events.slice(1), ["isolate 1 ends", "told"]);
});

Deno.test("check() starts an isolate anew after a problem: it may be of no use", async () => {
  const isolates = new Isolates();
  const checker = isolates.checker();
  isolates.answer = BAD;
  assertEquals(await checker.check(REQUEST), BAD);
  isolates.answer = "throws";
  assertEquals(await checker.check(REQUEST), {
    problem: { message: "The file cannot be checked" },
  });
  assertEquals(isolates.events, [
    "isolate 1 starts",
    "isolate 1 ends",
    "told",
    "isolate 2 starts",
    "isolate 2 ends",
    "told",
  ]);
});

Deno.test("check() gives up what does not end, and ends the isolate", async () => {
  const isolates = new Isolates();
  isolates.answer = "hangs";
  assertEquals(
    await isolates.checker({ deadlineMs: 0 }).check(REQUEST),
    undefined,
  );
  assertEquals(isolates.events.slice(1), ["isolate 1 ends", "told"]);
});

Deno.test("an isolate ends when nothing is to be checked, used or not", async () => {
  for (const use of ["warmUp", "check"] as const) {
    const isolates = new Isolates();
    const checker = isolates.checker({ idleMs: 0 });
    await checker[use](REQUEST);
    while (isolates.events.length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals(isolates.events, [
      "isolate 1 starts",
      "isolate 1 ends",
      "told",
    ]);
  }
});
