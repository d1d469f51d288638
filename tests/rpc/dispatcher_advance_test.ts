/**
 * Calls in, what the C side may answer by itself out: lists by number,
 * positions, and what it says it took.
 */

import { assert, assertEquals } from "@std/assert";
import { Ledger } from "../../src/policy/ledger.ts";
import { listKey } from "../../src/policy/list_key.ts";
import {
  Dispatcher,
  type PickFrame,
  type Reply,
} from "../../src/rpc/dispatcher.ts";
import type { LogEntry } from "../../src/rpc/log_entry.ts";
import { encodeAnswer, encodeResult } from "../../src/rpc/wire.ts";
import { exampleRequest } from "../policy/example_request.ts";
import { base64, utf8 } from "./bytes.ts";

const HEAD = `{"Model":"m","Options":{"Headers":{},"Metadata":{}}`;

function auth(id: string): string {
  return encodeAnswer({ kind: "auth", id });
}

function tail(ids: string): string {
  const candidates = [...ids].map((ID) => ({ ID }));
  return `,"Candidates":${JSON.stringify(candidates)}}`;
}

/** A dispatcher under a config, with what it knows and logged. */
class Plugin {
  readonly ledger = new Ledger();
  readonly logged: LogEntry[] = [];
  readonly #dispatcher = new Dispatcher({
    version: "1",
    now: () => 0,
    seed: 1,
    timeZone: "UTC",
    log: (entry) => {
      if (entry.level !== "info") this.logged.push(entry);
    },
    ledger: this.ledger,
  });

  constructor(yaml: string) {
    this.configure(yaml);
  }

  configure(yaml: string): void {
    const request = `{"config_yaml":"${base64(utf8(yaml))}"}`;
    assertEquals(this.call("plugin.reconfigure", utf8(request)).rc, 0);
  }

  call(method: string, request: Uint8Array, frame?: PickFrame): Reply {
    return this.#dispatcher.call(method, request, frame);
  }

  /** A pick with its list, one letter for each candidate. */
  pick(ids: string, turn?: PickFrame["turn"]): Reply {
    const frame = { list: 0, ...(turn && { turn }) };
    return this.call("scheduler.pick", utf8(HEAD + tail(ids)), frame);
  }

  /** A pick whose list is handed over by its number. */
  pickFrom(list: number, turn?: PickFrame["turn"]): Reply {
    const frame = { list, ...(turn && { turn }) };
    return this.call("scheduler.pick", utf8(HEAD), frame);
  }

  report(...reports: readonly object[]): Reply {
    const whole = reports.map((report) => ({
      epoch: 1,
      tag: 0,
      from: 0,
      to: 0,
      more: false,
      moreFrom: 0,
      ...report,
    }));
    return this.call("rotation.taken", utf8(JSON.stringify(whole)));
  }
}

const ROUND_ROBIN = "policy: round_robin\n";

Deno.test("call() publishes a rotation with a pick", () => {
  const { body, publication } = new Plugin(ROUND_ROBIN).pick("abc");
  assertEquals(body, auth("a"));
  assertEquals(publication, {
    kind: "key",
    list: 1,
    tailOffset: HEAD.length,
    head: false,
    turns: true,
    cyclic: true,
    epoch: 1,
    tag: 0,
    from: 0,
    livesMs: 0,
    fields: [],
    sequence: [0, 1, 2],
    answers: [auth("a"), auth("b"), auth("c")],
  });
});

Deno.test("call() publishes what stays the same with a pick", () => {
  const { body, publication } = new Plugin("auth_id: b\n").pick("abc");
  assertEquals(body, auth("b"));
  assertEquals(
    [publication?.kind, publication?.turns, publication?.tag],
    ["key", false, 2 ** 31 + 1],
  );
  assertEquals(publication?.answers, [auth("b")]);
});

Deno.test("call() publishes for these candidates what any request has as answer", () => {
  for (const yaml of ["", "deny: true\n", "delegate: fill-first\n"]) {
    const { body, publication } = new Plugin(yaml).pick("abc");
    assertEquals(
      [publication?.kind, publication?.turns, publication?.answers],
      ["key", false, [body]],
    );
  }
});

Deno.test("call() publishes the list only when each request has its own answer", () => {
  const plugin = new Plugin("policy: least_recent\n");
  assertEquals(plugin.pick("abc").publication?.kind, "list");
});

Deno.test("call() publishes nothing when the candidates are not last", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const request = `{"Candidates":[{"ID":"a"}],"Model":"m"}`;
  const reply = plugin.call("scheduler.pick", utf8(request));
  assertEquals(reply, { rc: 0, body: auth("a") });
});

Deno.test("call() publishes nothing when the list is too long", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const reply = plugin.pick("a".repeat(1 << 17));
  assertEquals(reply, { rc: 0, body: auth("a") });
});

Deno.test("call() answers a list by its number as by its bytes", () => {
  for (const yaml of [ROUND_ROBIN, "auth_id: b\n", "deny: true\n", ""]) {
    const [byBytes, byNumber] = [new Plugin(yaml), new Plugin(yaml)];
    const list = byNumber.pick("abc").publication!.list;
    byBytes.pick("abc");
    for (let round = 0; round < 5; round++) {
      const expected = byBytes.pick("abc");
      const reply = byNumber.pickFrom(list);
      assertEquals([reply.rc, reply.body], [expected.rc, expected.body]);
    }
  }
});

Deno.test("call() publishes for a list by number where it does not begin", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const { publication } = plugin.pick("abc");
  assertEquals(plugin.pickFrom(1).publication, {
    ...publication,
    tailOffset: 0,
    from: 1,
  });
});

Deno.test("call() needs the whole when a number is not known", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  assertEquals(plugin.pickFrom(1).needsWhole, true);
  plugin.pick("abc");
  assertEquals(plugin.pickFrom(1).needsWhole, undefined);
  for (let n = 0; n < 64; n++) plugin.pick(String.fromCharCode(0x100 + n));
  assertEquals(plugin.pickFrom(1).needsWhole, true);
  assertEquals(plugin.ledger.picksOf("a"), 0);
});

Deno.test("call() fails a pick by number when candidates are before the list", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  plugin.pick("abc");
  const bytes = utf8(`{"Candidates":[]`);
  assertEquals(plugin.call("scheduler.pick", bytes, { list: 1 }).rc, 1);
});

Deno.test("call() answers the position that was asked for", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  for (const position of [0, 5, 1, 2 ** 40, 4]) {
    for (
      const ask of [
        plugin.pick.bind(plugin, "abc"),
        plugin.pickFrom.bind(plugin, 1),
      ]
    ) {
      const { body, publication } = ask({ tag: 0, position });
      assertEquals(body, auth("abc"[position % 3]!));
      assertEquals(publication?.from, position);
    }
  }
});

Deno.test("call() ignores a position of another rotation", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const { body } = plugin.pick("abc", { tag: 1, position: 2 });
  assertEquals(body, auth("a"));
});

// ---- what was taken ----

Deno.test("rotation.taken counts picks of each credential", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  plugin.pick("abc");
  assertEquals(plugin.report({ list: 1, from: 0, to: 8 }), {
    rc: 0,
    body: encodeResult("{}"),
  });
  assertEquals(
    ["a", "b", "c"].map((id) => plugin.ledger.picksOf(id)),
    [3, 3, 2],
  );
});

Deno.test("rotation.taken counts an answer that stays", () => {
  const plugin = new Plugin("auth_id: b\n");
  const { tag } = plugin.pick("abc").publication!;
  plugin.report({ list: 1, tag, from: 4, to: 9 });
  assertEquals(plugin.ledger.picksOf("b"), 6);
});

Deno.test("rotation.taken counts what a config before took", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  plugin.pick("abc");
  plugin.configure("deny: true\n");
  plugin.report({ list: 1, epoch: 1, from: 0, to: 3 });
  assertEquals(plugin.ledger.picksOf("c"), 1);
});

Deno.test("rotation.taken passes over what is not known", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  plugin.pick("abc");
  plugin.report(
    { list: 2, from: 0, to: 3 },
    { list: 1, epoch: 2, from: 0, to: 3 },
    { list: 1, tag: 1, from: 0, to: 3 },
    { list: 1, from: 0, to: 3 },
  );
  assertEquals(plugin.ledger.picksOf("a"), 1);
});

Deno.test("rotation.taken publishes more when it is asked for", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const { publication } = plugin.pick("abc");
  const reply = plugin.report(
    { list: 1, from: 0, to: 3, more: true, moreFrom: 7 },
  );
  assertEquals(reply.publication, {
    ...publication,
    kind: "order",
    tailOffset: 0,
    from: 7,
  });
});

Deno.test("rotation.taken is answered and logged once when it is nonsense", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  for (const text of ["", "{}", `[{"list":"secret"}]`]) {
    assertEquals(plugin.call("rotation.taken", utf8(text)), {
      rc: 0,
      body: encodeResult("{}"),
    });
  }
  assert(plugin.logged.length > 0);
  assertEquals(/secret/.test(JSON.stringify(plugin.logged)), false);
});

/** The C side answers by itself what it was told, and says so each time. */
function pickAndReport(plugin: Plugin, ids: string): string {
  const { body, publication } = plugin.pick(ids);
  const { list, from, epoch, tag } = publication!;
  plugin.report({ list, epoch, tag, from, to: from + 1 });
  return body;
}

/** Where the rotation of the list "ab" is. */
function placeOf({ ledger }: Plugin): number {
  return ledger.positionOf(0, listKey(exampleRequest(["a", "b"]).candidates));
}

Deno.test("call() counts a turn once when it is reported later", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  pickAndReport(plugin, "ab");
  assertEquals(placeOf(plugin), 1);
  plugin.report({ list: 1, from: 1, to: 5 });
  assertEquals(placeOf(plugin), 5);
});

Deno.test("call() does not begin with the first of each list when lists change at each pick", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const bodies = ["ab", "cd", "ef", "gh"].map((ids) =>
    pickAndReport(plugin, ids)
  );
  assertEquals(bodies, [auth("a"), auth("d"), auth("e"), auth("h")]);
});

Deno.test("call() begins lists in turn when nothing is reported between", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const bodies = ["ab", "cd", "ef"].map((ids) => plugin.pick(ids).body);
  assertEquals(bodies, [auth("a"), auth("d"), auth("e")]);
});

for (const method of ["usage.handle", "request.complete"]) {
  Deno.test(`call() answers ${method} whatever it holds`, () => {
    const plugin = new Plugin(ROUND_ROBIN);
    for (const text of ["", "{}", "nonsense"]) {
      assertEquals(plugin.call(method, utf8(text)), {
        rc: 0,
        body: encodeResult("{}"),
      });
    }
    assertEquals(plugin.logged, []);
  });
}

/** A list of two, beyond what is remembered: its picks are always asked. */
function longTail(name: string): string {
  const note = "x".repeat(600_000);
  const candidates = [1, 2].map((n) => ({
    ID: `${name}${n}`,
    Attributes: { note },
  }));
  return `,"Candidates":${JSON.stringify(candidates)}}`;
}

Deno.test("call() goes through two lists in turn that nobody can keep", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const tails = ["a", "b"].map(longTail);
  const bodies = Array.from(
    { length: 3 },
    () =>
      tails.map((tail) =>
        plugin.call("scheduler.pick", utf8(HEAD + tail)).body
      ),
  );
  assertEquals(bodies, [
    [auth("a1"), auth("b2")],
    [auth("a2"), auth("b1")],
    [auth("a1"), auth("b2")],
  ]);
});

Deno.test("call() goes through all of more lists than are remembered", () => {
  const plugin = new Plugin(ROUND_ROBIN);
  const bodies = new Set<string>();
  for (let round = 0; round < 2; round++) {
    for (let list = 0; list < 66; list++) {
      const ids = String.fromCodePoint(0x4e00 + 2 * list, 0x4e01 + 2 * list);
      bodies.add(plugin.pick(ids).body);
    }
  }
  assertEquals(bodies.size, 132);
});
