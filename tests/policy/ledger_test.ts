/** What the worker is told of picks: counts that add up. */

import { assertEquals } from "@std/assert";
import type { Answer, Rotation } from "../../src/policy/decision.ts";
import { Ledger } from "../../src/policy/ledger.ts";

function auth(id: string): Answer {
  return { kind: "auth", id };
}

function rotationOf(ids: readonly string[], tag = 0): Rotation {
  return {
    tag,
    period: ids.length,
    at: (position) => auth(ids[position % ids.length]!),
  };
}

Deno.test("Ledger knows no pick at first", () => {
  const ledger = new Ledger();
  assertEquals([ledger.turnsOf(0), ledger.picksOf("a")], [0, 0]);
});

Deno.test("noteTurn() counts by tag", () => {
  const ledger = new Ledger();
  ledger.noteTurn(1);
  ledger.noteTurn(1);
  ledger.noteTurn(2);
  assertEquals([1, 2, 3].map((tag) => ledger.turnsOf(tag)), [2, 1, 0]);
});

Deno.test("noteAnswer() counts credentials and nothing else", () => {
  const ledger = new Ledger();
  ledger.noteAnswer(auth("a"));
  ledger.noteAnswer(auth("a"), 3);
  ledger.noteAnswer({ kind: "unhandled" });
  ledger.noteAnswer({ kind: "delegate", to: "a" });
  ledger.noteAnswer({ kind: "refuse", code: "a", message: "a" });
  assertEquals(ledger.picksOf("a"), 4);
});

const IDS = ["a", "b", "c", "d", "e"];

Deno.test("noteTaken() counts no turn again that was said to be told", () => {
  const ledger = new Ledger();
  ledger.noteTurn(0, true);
  ledger.noteTurn(0, true);
  ledger.noteTurn(0);
  ledger.noteTaken(rotationOf(IDS), 0, 1);
  assertEquals(ledger.turnsOf(0), 3);
  ledger.noteTaken(rotationOf(IDS), 1, 5);
  assertEquals(ledger.turnsOf(0), 6);
  assertEquals(ledger.picksOf("a"), 1);
});

Deno.test("noteTaken() counts as one by one would, wherever it begins", () => {
  for (let from = 0; from < 7; from++) {
    for (let taken = 0; taken < 17; taken++) {
      const rotation = rotationOf(IDS, 3);
      const [told, counted] = [new Ledger(), new Ledger()];
      told.noteTaken(rotation, from, from + taken);
      for (let at = from; at < from + taken; at++) {
        counted.noteAnswer(rotation.at(at));
      }
      assertEquals(
        IDS.map((id) => told.picksOf(id)),
        IDS.map((id) => counted.picksOf(id)),
      );
      assertEquals(told.turnsOf(3), taken);
    }
  }
});

Deno.test("noteTaken() counts a credential that has several places", () => {
  const ledger = new Ledger();
  ledger.noteTaken(rotationOf(["a", "b", "a"]), 1, 8);
  assertEquals([ledger.picksOf("a"), ledger.picksOf("b")], [4, 3]);
});

Deno.test("noteTaken() counts a rotation that never repeats", () => {
  const ledger = new Ledger();
  const at = (position: number) => auth(position < 10 ? "a" : "b");
  ledger.noteTaken({ tag: 0, period: undefined, at }, 7, 12);
  assertEquals([ledger.picksOf("a"), ledger.picksOf("b")], [3, 2]);
});

Deno.test("noteTaken() counts nothing when nothing was taken", () => {
  const ledger = new Ledger();
  for (const to of [5, 4, NaN]) ledger.noteTaken(rotationOf(IDS), 5, to);
  assertEquals([ledger.turnsOf(0), ledger.picksOf("a")], [0, 0]);
});

Deno.test("noteTaken() takes no longer for a billion than for a period", () => {
  const ledger = new Ledger();
  ledger.noteTaken(rotationOf(IDS), 0, 5e9 + 1);
  assertEquals([ledger.picksOf("a"), ledger.picksOf("b")], [1e9 + 1, 1e9]);
});

Deno.test("Ledger forgets who was picked longest ago", () => {
  const ledger = new Ledger();
  for (let n = 0; n < 10_000; n++) ledger.noteAnswer(auth(`${n}`));
  ledger.noteAnswer(auth("0"));
  ledger.noteAnswer(auth("new"));
  assertEquals(
    ["0", "1", "2", "new"].map((id) => ledger.picksOf(id)),
    [2, 0, 1, 1],
  );
});
