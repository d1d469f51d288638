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
  assertEquals([ledger.positionOf(0, "l"), ledger.picksOf("a")], [0, 0]);
});

Deno.test("noteTurn() moves the rotation of its list", () => {
  const ledger = new Ledger();
  ledger.noteTurn(1, "l", 0);
  ledger.noteTurn(1, "l", 1);
  ledger.noteTurn(2, "l", 6);
  assertEquals([1, 2].map((tag) => ledger.positionOf(tag, "l")), [2, 7]);
  ledger.noteTurn(2, "l", 3);
  assertEquals(ledger.positionOf(2, "l"), 7);
});

Deno.test("positionOf() begins a new list after the picks of all others", () => {
  const ledger = new Ledger();
  assertEquals(ledger.positionOf(1, "l"), 0);
  for (let n = 0; n < 5; n++) ledger.noteTurn(1, `${n}`, 100 * n);
  assertEquals(ledger.positionOf(1, "l"), 5);
  assertEquals(ledger.positionOf(2, "l"), 0);
});

Deno.test("positionOf() forgets the list that moved longest ago", () => {
  const ledger = new Ledger();
  for (let n = 0; n < 4096; n++) ledger.noteTurn(1, `${n}`, 9);
  ledger.noteTurn(1, "0", 10);
  ledger.noteTurn(1, "new", 0);
  assertEquals(
    ["0", "1", "2"].map((list) => ledger.positionOf(1, list)),
    [11, 4098, 10],
  );
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

Deno.test("lastPickOf() is higher the more recent a pick was", () => {
  const ledger = new Ledger();
  assertEquals(ledger.lastPickOf("a"), 0);
  for (const id of ["a", "b", "c", "a"]) ledger.noteAnswer(auth(id));
  assertEquals(byLastPick(ledger, ["a", "b", "c", "d"]), "dbca");
  ledger.noteAnswer({ kind: "delegate", to: "b" });
  assertEquals(byLastPick(ledger, ["a", "b", "c", "d"]), "dbca");
});

Deno.test("lastPickOf() is that of the turns when they are told", () => {
  const ledger = new Ledger();
  ledger.noteAnswer(auth("d"));
  ledger.noteTaken(rotationOf(["a", "b", "c"]), "l", 0, 3);
  assertEquals(byLastPick(ledger, ["a", "b", "c", "d"]), "dabc");
});

Deno.test("lastPickOf() does not tell apart how often, but when", () => {
  const ledger = new Ledger();
  ledger.noteAnswer(auth("a"), 100);
  ledger.noteAnswer(auth("b"));
  assertEquals(byLastPick(ledger, ["a", "b"]), "ab");
});

/** The IDs, the one that was picked longest ago first. */
function byLastPick(ledger: Ledger, ids: readonly string[]): string {
  return ids.toSorted((a, b) => ledger.lastPickOf(a) - ledger.lastPickOf(b))
    .join("");
}

const IDS = ["a", "b", "c", "d", "e"];

Deno.test("noteTaken() moves the rotation to where it was taken", () => {
  const ledger = new Ledger();
  ledger.noteTurn(0, "l", 0);
  ledger.noteTaken(rotationOf(IDS), "l", 0, 1);
  assertEquals(ledger.positionOf(0, "l"), 1);
  ledger.noteTaken(rotationOf(IDS), "l", 1, 5);
  assertEquals(ledger.positionOf(0, "l"), 5);
  assertEquals(ledger.picksOf("a"), 1);
});

Deno.test("noteTaken() counts as one by one would, wherever it begins", () => {
  for (let from = 0; from < 7; from++) {
    for (let taken = 0; taken < 17; taken++) {
      const rotation = rotationOf(IDS, 3);
      const [told, counted] = [new Ledger(), new Ledger()];
      told.noteTaken(rotation, "l", from, from + taken);
      for (let at = from; at < from + taken; at++) {
        counted.noteAnswer(rotation.at(at));
      }
      assertEquals(
        IDS.map((id) => told.picksOf(id)),
        IDS.map((id) => counted.picksOf(id)),
      );
      assertEquals(
        byLastPick(told, IDS),
        byLastPick(counted, IDS),
      );
    }
  }
});

Deno.test("noteTaken() counts a credential that has several places", () => {
  const ledger = new Ledger();
  ledger.noteTaken(rotationOf(["a", "b", "a"]), "l", 1, 8);
  assertEquals([ledger.picksOf("a"), ledger.picksOf("b")], [4, 3]);
});

Deno.test("noteTaken() counts a rotation that never repeats", () => {
  const ledger = new Ledger();
  const at = (position: number) => auth(position < 10 ? "a" : "b");
  ledger.noteTaken({ tag: 0, period: undefined, at }, "l", 7, 12);
  assertEquals([ledger.picksOf("a"), ledger.picksOf("b")], [3, 2]);
});

Deno.test("noteTaken() counts nothing when nothing was taken", () => {
  const ledger = new Ledger();
  for (const to of [5, 4, NaN]) ledger.noteTaken(rotationOf(IDS), "l", 5, to);
  assertEquals([ledger.positionOf(0, "l"), ledger.picksOf("a")], [0, 0]);
});

Deno.test("noteTaken() takes no longer for a billion than for a period", () => {
  const ledger = new Ledger();
  ledger.noteTaken(rotationOf(IDS), "l", 0, 5e9 + 1);
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
