/** What the log is told of refusals, and how often. */

import { assertEquals } from "@std/assert";
import { Refusals } from "../../src/rpc/refusals.ts";

const MINUTE_MS = 60_000;
const WHY = () => "pool a is empty";

class Log {
  nowMs = 1_000_000;
  readonly said: string[] = [];
  readonly levels = new Set<string>();
  readonly refusals = new Refusals({
    now: () => this.nowMs,
    log: ({ level, message }) => {
      this.levels.add(level);
      this.said.push(message);
    },
  });

  constructor(...names: readonly string[]) {
    this.refusals.adopt(1, names);
  }

  after(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** What was said since this was last asked. */
  take(): string[] {
    return this.said.splice(0);
  }
}

Deno.test("note() tells the first of each rule at once, and why", () => {
  const log = new Log("a", "b");
  log.refusals.note({ rule: 0, why: WHY });
  log.refusals.note({ rule: 0, why: WHY });
  log.refusals.note({ rule: 1, why: () => "there is no candidate" });
  assertEquals(log.take(), [
    "Refused a pick: rule a: pool a is empty",
    "Refused a pick: rule b: there is no candidate",
  ]);
  assertEquals([...log.levels], ["info"]);
});

Deno.test("tell() tells a count a minute, and nothing where there was none", () => {
  const log = new Log("a");
  log.refusals.note({ rule: 0, why: WHY });
  for (let times = 0; times < 57; times++) {
    log.refusals.note({ rule: 0, why: WHY });
  }
  log.take();
  log.after(MINUTE_MS - 1).refusals.tell();
  assertEquals(log.take(), []);
  log.after(1).refusals.tell();
  log.refusals.tell();
  assertEquals(log.take(), ["Refused 57 more picks: rule a: pool a is empty"]);
  log.refusals.note({ rule: 0, why: () => "another reason" });
  log.after(MINUTE_MS).refusals.tell();
  assertEquals(log.take(), ["Refused 1 more pick: rule a: another reason"]);
  // After a quiet minute the next one is a first again.
  log.after(MINUTE_MS).refusals.tell();
  assertEquals(log.take(), []);
  log.refusals.note({ rule: 0, why: WHY });
  assertEquals(log.take(), ["Refused a pick: rule a: pool a is empty"]);
});

Deno.test("note() tells what is due when nobody called tell()", () => {
  const log = new Log("a", "b");
  log.refusals.note({ rule: 0, why: WHY });
  log.refusals.note({ rule: 0, why: WHY });
  log.take();
  log.after(MINUTE_MS).refusals.note({ rule: 1, why: WHY });
  assertEquals(log.take(), [
    "Refused 1 more pick: rule a: pool a is empty",
    "Refused a pick: rule b: pool a is empty",
  ]);
});

Deno.test("noteServed() counts what others served", () => {
  const log = new Log("a");
  log.refusals.note({ rule: 0, why: WHY });
  log.refusals.noteServed(1, 0, 1000);
  log.refusals.noteServed(1, 0, 5);
  log.refusals.noteServed(1, 0, 0);
  log.refusals.noteServed(1, 0, -3);
  log.take();
  log.after(MINUTE_MS).refusals.tell();
  assertEquals(log.take(), [
    "Refused 1005 more picks: rule a: pool a is empty",
  ]);
});

Deno.test("noteServed() tells the first of a new worker, which does not know why", () => {
  const log = new Log("a");
  log.refusals.noteServed(9, 0, 12);
  assertEquals(log.take(), ["Refused 12 picks: rule a"]);
});

Deno.test("noteServed() goes by the config of its number", () => {
  const log = new Log("a", "b");
  log.refusals.adopt(2, ["b"]);
  log.refusals.noteServed(1, 0, 1);
  log.refusals.noteServed(2, 0, 1);
  log.refusals.noteServed(2, 1, 1);
  assertEquals(log.take(), [
    "Refused a pick: rule a",
    "Refused a pick: rule b",
  ]);
});

Deno.test("note() says nothing of a rule that is not known", () => {
  const log = new Log("a");
  log.refusals.note({ rule: 7, why: WHY });
  assertEquals(log.take(), []);
});

Deno.test("tell() goes on when the clock was set back", () => {
  const log = new Log("a");
  log.refusals.note({ rule: 0, why: WHY });
  log.refusals.note({ rule: 0, why: WHY });
  log.take();
  log.after(-1000 * MINUTE_MS / 60).refusals.tell();
  assertEquals(log.take().length, 1);
});

Deno.test("note() holds rules together beyond a number of them", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `rule-${index}`);
  const log = new Log(...names);
  for (const rule of names.keys()) log.refusals.note({ rule, why: WHY });
  const said = log.take();
  assertEquals(said.length, 257);
  assertEquals(said.at(-1), "Refused a pick: rule others: pool a is empty");
});
