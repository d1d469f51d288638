/** How far a decision can be reused, in the words of the C side. */

import { assertEquals } from "@std/assert";
import type { Decision, Rotation } from "../../src/policy/decision.ts";
import {
  ANY,
  NEVER,
  type Reuse,
  SAME_CANDIDATES,
} from "../../src/policy/reuse.ts";
import type { KnownList } from "../../src/rpc/known_lists.ts";
import {
  keepRotation,
  type Publication,
  publish,
  publishMore,
  type PublishOptions,
  rotationOf,
} from "../../src/rpc/publish.ts";
import { encodeAnswer } from "../../src/rpc/wire.ts";
import { exampleRequest } from "../policy/example_request.ts";

const REQUEST = {
  ...exampleRequest(["a", "b", "c"]),
  metadata: { scope: "s", count: 1, nothing: null, empty: "" },
};

function knownList(): KnownList {
  return {
    number: 7,
    candidates: REQUEST.candidates,
    bytes: 100,
    rotations: new Map(),
  };
}

function decision(over: Partial<Decision>): Decision {
  return {
    answer: { kind: "auth", id: "b" },
    policy: "p",
    reason: "r",
    reuse: SAME_CANDIDATES,
    explain: () => [],
    ...over,
  };
}

function published(
  over: Partial<Decision>,
  options: Partial<PublishOptions> = {},
): Publication | undefined {
  return publish({
    request: REQUEST,
    isHostForm: () => true,
    decision: decision(over),
    list: knownList(),
    tailOffset: 50,
    epoch: 4,
    position: 0,
    ...options,
  });
}

const LIST_ONLY: Publication = {
  kind: "list",
  list: 7,
  tailOffset: 50,
  head: false,
  turns: false,
  cyclic: false,
  epoch: 4,
  tag: 0,
  from: 0,
  livesMs: 0,
  fields: [],
  sequence: [],
  answers: [],
};

const KEY: Publication = {
  ...LIST_ONLY,
  kind: "key",
  tag: 2 ** 31 + 1,
  sequence: [0],
  answers: [encodeAnswer({ kind: "auth", id: "b" })],
};

function same(over: Partial<Reuse & { kind: "same" }>): Reuse {
  return {
    ...SAME_CANDIDATES,
    kind: "same",
    route: false,
    metadata: [],
    ...over,
  };
}

Deno.test("publish() tells one answer with the candidate's place", () => {
  assertEquals(published({}), KEY);
});

Deno.test("publish() tells an answer that names no candidate", () => {
  for (
    const answer of [{ kind: "unhandled" }, { kind: "auth", id: "x" }] as const
  ) {
    assertEquals(published({ answer }), {
      ...KEY,
      tag: 2 ** 32 - 1,
      answers: [encodeAnswer(answer)],
    });
  }
});

Deno.test("publish() tells a new list only when the answer stands for no other", () => {
  assertEquals(published({ reuse: NEVER }), LIST_ONLY);
  assertEquals(published({ reuse: NEVER }, { tailOffset: 0 }), undefined);
});

Deno.test("publish() tells for these candidates what stands for any request", () => {
  assertEquals(published({ reuse: ANY }), KEY);
  assertEquals(published({ reuse: ANY }, { tailOffset: 0 }), {
    ...KEY,
    tailOffset: 0,
  });
  const answer = { kind: "refuse", code: "c", message: "m", status: 429 };
  assertEquals(published({ reuse: ANY, answer } as Partial<Decision>), {
    ...KEY,
    tag: 2 ** 32 - 1,
    answers: [
      '{"ok":false,"error":{"code":"c","message":"m","http_status":429}}',
    ],
  });
});

Deno.test("publish() tells what was looked at", () => {
  const reuse = same({
    route: true,
    metadata: ["scope", "missing", "empty", "toString", "__proto__"],
  });
  assertEquals(published({ reuse }), {
    ...KEY,
    head: true,
    fields: [
      { name: "__proto__" },
      { name: "empty", value: "" },
      { name: "missing" },
      { name: "scope", value: "s" },
      { name: "toString" },
    ],
  });
});

Deno.test("publish() tells the list only when the request is not in the host's form", () => {
  const isHostForm = () => false;
  for (
    const looked of [{ route: true }, { metadata: ["scope"] }, {
      metadata: ["missing"],
    }]
  ) {
    assertEquals(published({ reuse: same(looked) }, { isHostForm }), LIST_ONLY);
  }
  assertEquals(published({}, { isHostForm }), KEY);
});

Deno.test("publish() tells the list only when more was looked at than a key holds", () => {
  const names = Array.from({ length: 13 }, (_, at) => `f${at}`);
  const fields = (count: number) =>
    published({ reuse: same({ metadata: names.slice(0, count) }) })?.fields;
  assertEquals(fields(12)?.length, 12);
  assertEquals(fields(13), []);
});

for (const name of ["count", "nothing"]) {
  Deno.test(`publish() tells the list only when the field ${name} is no text`, () => {
    const reuse = same({ metadata: ["scope", name] });
    assertEquals(published({ reuse }), LIST_ONLY);
    assertEquals(published({ reuse }, { tailOffset: 0 }), undefined);
  });
}

/** Milliseconds, and what C is told: 0 there means for ever. */
const LIVES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1500, 1500],
  [1500.9, 1500],
  [2 ** 32 - 1, 2 ** 32 - 1],
  [2 ** 32, 2 ** 32 - 1],
  [Infinity, 0],
];

for (const [forMs, livesMs] of LIVES) {
  Deno.test(`publish() lets an answer for ${forMs} ms live ${livesMs}`, () => {
    assertEquals(published({ reuse: same({ forMs }) }), { ...KEY, livesMs });
  });
}

for (const forMs of [0, 0.5, -1, NaN]) {
  Deno.test(`publish() tells the list only when the answer stands for ${forMs} ms`, () => {
    assertEquals(published({ reuse: same({ forMs }) }), LIST_ONLY);
  });
}

function cycle(ids: readonly string[], tag = 3): Rotation {
  return {
    tag,
    period: ids.length,
    at: (position) => ({ kind: "auth", id: ids[position % ids.length]! }),
  };
}

Deno.test("publish() tells a whole period from position 0 on", () => {
  const rotation = cycle(["b", "c", "b", "a"]);
  assertEquals(published({ rotation }, { position: 6 }), {
    ...KEY,
    turns: true,
    cyclic: true,
    tag: 3,
    from: 6,
    sequence: [0, 1, 0, 2],
    answers: ["b", "c", "a"].map((id) => encodeAnswer({ kind: "auth", id })),
  });
});

/** The positions that a publication has the answers of, one by one. */
function toldBy(publication: Publication | undefined): string[] {
  const { sequence = [], answers = [] } = publication ?? {};
  return sequence.map((place) => answers[place]!);
}

for (const period of [undefined, 65_537]) {
  Deno.test(`publish() tells the next 1024 when the period is ${period}`, () => {
    const at = (position: number) =>
      ({ kind: "auth", id: `${position}` }) as const;
    const rotation = { tag: 3, period, at };
    const from = 2 ** 33 + 5;
    const publication = published({ rotation }, { position: from });
    assertEquals([publication?.cyclic, publication?.from], [false, from]);
    assertEquals(
      toldBy(publication),
      Array.from({ length: 1024 }, (_, step) => encodeAnswer(at(from + step))),
    );
  });
}

Deno.test("publish() tells the longest period whole", () => {
  const ids = Array.from({ length: 65_536 }, (_, n) => `${n % 3}`);
  const publication = published({ rotation: cycle(ids) });
  assertEquals(publication?.cyclic, true);
  assertEquals(publication?.sequence.length, ids.length);
  assertEquals(publication?.answers.length, 3);
});

Deno.test("publishMore() tells what follows", () => {
  const at = (position: number) =>
    ({ kind: "auth", id: `${position % 7}` }) as const;
  const rotation = { tag: 3, period: undefined, at };
  const { sequence, answers, ...rest } = publishMore(
    rotation,
    knownList(),
    4,
    100,
  );
  assertEquals(rest, {
    kind: "order",
    list: 7,
    tailOffset: 0,
    head: false,
    turns: true,
    cyclic: false,
    epoch: 4,
    tag: 3,
    from: 100,
    livesMs: 0,
    fields: [],
  });
  assertEquals(answers.length, 7);
  assertEquals(
    sequence.map((place) => answers[place]),
    Array.from({ length: 1024 }, (_, step) => encodeAnswer(at(100 + step))),
  );
});

Deno.test("rotationOf() finds a rotation by config and tag", () => {
  const list = knownList();
  const rotation = cycle(["a"]);
  keepRotation(list, 4, rotation);
  assertEquals(rotationOf(3, 4, list), rotation);
  assertEquals(rotationOf(3, 5, list), undefined);
  assertEquals(rotationOf(4, 3, list), undefined);
});

Deno.test("rotationOf() finds the candidate of an answer that stays", () => {
  const list = knownList();
  const rotation = rotationOf(2 ** 31 + 2, 9, list);
  assertEquals(rotation?.period, 1);
  assertEquals(rotation?.at(5), { kind: "auth", id: "c" });
  assertEquals(rotationOf(2 ** 31 + 3, 9, list), undefined);
  assertEquals(rotationOf(2 ** 32 - 1, 9, list), undefined);
});
