/**
 * The worker's side of the channel in this process, on a segment of this
 * test's own: what the C side does in a turn is played here.
 */

import { assert, assertEquals } from "@std/assert";
import { Channel, type ChannelHandler } from "../../src/channel/channel.ts";
import { LAYOUT, SLOT_KIND, SLOT_OUTCOME } from "../../src/channel/layout.ts";
import { type Library, ON_PART } from "../../src/channel/library.ts";

const SLOT = 0;
const METHOD = "m";
const OVER = 0;
const STOP = 1;
const LATER = 2;

const encoder = new TextEncoder();
const segment = new Uint8Array(LAYOUT.segmentBytes);
const words = new Uint32Array(segment.buffer);

/** What the C side does in the turn, with what it hands to the channel. */
let turn: (call: () => void, exchange: Uint8Array) => number;
let handler: ChannelHandler;

words[LAYOUT.culpritCount / 4] = 2;
words.set([11, 1, 2, 2 ** 32 - 1, 3, 4], LAYOUT.culprits / 4);
words.set([2, 21, 2 ** 32 - 1, 23], LAYOUT.provenCount / 4);
words[LAYOUT.awaited / 4] = 1;

const library = {
  symbols: {
    sched_worker_attach: () => 0,
    sched_worker_segment: () => Deno.UnsafePointer.of(segment),
    sched_worker_serve: (
      callback: Deno.PointerObject<typeof ON_PART>,
      exchange: Uint8Array,
    ) => {
      const onPart = new Deno.UnsafeFnPointer(callback, ON_PART);
      return turn(() => onPart.call(SLOT), exchange);
    },
  },
  close: () => {},
} as unknown as Library;

// There is one in a process.
const channel = new Channel(library, (...call) => handler(...call));

interface Part {
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Hands one part over and says what became of it. */
function put(
  { total, offset, bytes }: Part,
  call: () => void,
  exchange: Uint8Array,
): number {
  const asked = new Uint32Array(exchange.buffer);
  asked.fill(0, 0, LAYOUT.answer / 4);
  asked[LAYOUT.kind / 4] = SLOT_KIND.part;
  asked[LAYOUT.methodBytes / 4] = METHOD.length;
  asked[LAYOUT.totalBytes / 4] = total;
  asked[LAYOUT.partOffset / 4] = offset;
  asked[LAYOUT.partBytes / 4] = bytes.length;
  segment.set(bytes, LAYOUT.requestAreaOffset);
  call();
  return asked[LAYOUT.outcome / 4]!;
}

/** One turn in which this part is served; undefined: none is. */
function serve(part?: Part): { end: string; outcome: number | undefined } {
  let outcome: number | undefined;
  turn = (call, exchange) => {
    if (part !== undefined) outcome = put(part, call, exchange);
    return outcome === SLOT_OUTCOME.later ? LATER : OVER;
  };
  return { end: channel.serve(0, 0), outcome };
}

/** A call of three parts, the last of which is short. */
function inParts(): { whole: string; parts: Part[] } {
  const whole = METHOD + "abc".repeat(LAYOUT.slotRequestBytes * 0.7);
  const bytes = encoder.encode(whole);
  const parts = [0, 1, 2].map((n) => {
    const offset = n * LAYOUT.slotRequestBytes;
    return {
      total: bytes.length,
      offset,
      bytes: bytes.subarray(offset, offset + LAYOUT.slotRequestBytes),
    };
  });
  return { whole, parts };
}

/** Answers after so many times of putting off; keeps what it was asked. */
function patient(putOff: number): { handler: ChannelHandler; seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    handler: (method, request) => {
      seen.push(method + new TextDecoder().decode(request));
      if (seen.length <= putOff) return "later";
      return { rc: 0, envelope: "{}" };
    },
  };
}

const SHORT: Part = { total: 3, offset: 0, bytes: encoder.encode("mxy") };

Deno.test("Channel puts a request off and answers it in a later turn", () => {
  const asked = patient(2);
  handler = asked.handler;
  const later = { end: "later", outcome: SLOT_OUTCOME.later };
  assertEquals(serve(SHORT), later);
  assertEquals(serve(SHORT), later);
  assertEquals(serve(SHORT), { end: "over", outcome: SLOT_OUTCOME.answer });
  assertEquals(asked.seen, ["mxy", "mxy", "mxy"]);
  assert(!channel.takeHadLarge());
});

Deno.test("Channel keeps a request that came in parts until it is answered", () => {
  const asked = patient(2);
  handler = asked.handler;
  const { whole, parts: [first, second, last] } = inParts();
  const goOn = { end: "over", outcome: SLOT_OUTCOME.goOn };
  assertEquals(serve(first), goOn);
  assertEquals(serve(second), goOn);
  const later = { end: "later", outcome: SLOT_OUTCOME.later };
  assertEquals(serve(last), later);
  assert(!channel.takeHadLarge());
  assertEquals(serve(last), later);
  assertEquals(serve(last), { end: "over", outcome: SLOT_OUTCOME.answer });
  assert(asked.seen.length === 3 && asked.seen.every((got) => got === whole));
  assert(channel.takeHadLarge());
  // Nothing is left that another last part would complete.
  assertEquals(serve(last).outcome, SLOT_OUTCOME.failed);
});

Deno.test("Channel forgets a request that the host gave up", () => {
  handler = patient(100).handler;
  const { parts } = inParts();
  for (const part of parts) serve(part);
  assertEquals(serve(), { end: "over", outcome: undefined });
  assert(channel.takeHadLarge());
  assertEquals(serve(parts[2]).outcome, SLOT_OUTCOME.failed);
});

Deno.test("Channel keeps a new request in a slot that the host gave up", () => {
  handler = patient(1).handler;
  const { parts } = inParts();
  for (const part of parts) serve(part);
  const outcomes: number[] = [];
  turn = (call, exchange) => {
    for (const part of parts) outcomes.push(put(part, call, exchange));
    return OVER;
  };
  channel.serve(0, 0);
  assertEquals(outcomes, [
    SLOT_OUTCOME.goOn,
    SLOT_OUTCOME.goOn,
    SLOT_OUTCOME.answer,
  ]);
});

Deno.test("Channel stops when the host asks for it", () => {
  turn = () => STOP;
  assertEquals(channel.serve(0, 0), "stop");
});

// ---- policies ----

Deno.test("Channel knows the culprits of its start", () => {
  words[LAYOUT.culpritCount / 4] = 0;
  assertEquals(channel.culprits, [
    { fingerprint: 11, picks: 1, loads: 2 },
    { fingerprint: 2 ** 32 - 1, picks: 3, loads: 4 },
  ]);
});

function marks(): { running: number; last: number; loading: number } {
  return {
    running: words[LAYOUT.policy / 4]!,
    last: words[LAYOUT.policyLast / 4]!,
    loading: words[LAYOUT.policyLoading / 4]!,
  };
}

Deno.test("Marks show what runs, what ran last and what is loaded", () => {
  channel.marks.picking(2 ** 32 - 1);
  assertEquals(marks(), {
    running: 2 ** 32 - 1,
    last: 2 ** 32 - 1,
    loading: 0,
  });
  channel.marks.picking(0);
  channel.marks.loading(7);
  assertEquals(marks(), { running: 0, last: 2 ** 32 - 1, loading: 7 });
  channel.marks.loading(0);
  assertEquals(marks(), { running: 0, last: 2 ** 32 - 1, loading: 0 });
});

Deno.test("Channel knows what earlier workers had loaded", () => {
  words[LAYOUT.provenCount / 4] = 0;
  assertEquals(channel.proven, [21, 2 ** 32 - 1]);
});

Deno.test("Channel knows until when the host waits for it", () => {
  assert(channel.isAwaited);
  words[LAYOUT.awaited / 4] = 0;
  assert(!channel.isAwaited);
});

Deno.test("Marks show what is loaded, as far as there is room", () => {
  const all = Array.from({ length: LAYOUT.maxVersions + 1 }, (_, i) => i + 1);
  const shown = () => {
    const start = LAYOUT.loaded / 4;
    return [...words.subarray(start, start + LAYOUT.maxVersions)];
  };
  channel.marks.loaded(all);
  assertEquals(shown(), all.slice(0, -1));
  assertEquals(words[LAYOUT.loaded / 4 + LAYOUT.maxVersions], 0);
  channel.marks.loaded([7]);
  assertEquals(shown(), [7, ...all.slice(2).fill(0)]);
});

// ---- the board ----

function shown(): { sequence: number; text: string } {
  const at = LAYOUT.boardOffset;
  const length = words[(at + LAYOUT.boardLength) / 4]!;
  const bytes = segment.subarray(at + LAYOUT.boardText).subarray(0, length);
  return {
    sequence: words[at / 4]!,
    text: new TextDecoder().decode(bytes),
  };
}

Deno.test("Channel shows a text, and none that is too long", () => {
  const room = LAYOUT.boardBytes - LAYOUT.boardText;
  const longest = "x".repeat(room - 2) + "ä";
  assert(channel.board(longest));
  assertEquals(shown(), { sequence: 2, text: longest });
  assert(!channel.board(`${longest}x`));
  assertEquals(shown(), { sequence: 2, text: longest });
  assert(channel.board("{}"));
  assertEquals(shown(), { sequence: 4, text: "{}" });
  assert(channel.board(""));
  assertEquals(shown(), { sequence: 6, text: "" });
});
