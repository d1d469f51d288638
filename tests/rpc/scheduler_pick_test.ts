/** The host's pick: every field, every wrong type, what newer hosts add. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { RpcError } from "../../src/rpc/rpc_error.ts";
import {
  decodePick,
  decodePickBefore,
  decodePickRequest,
} from "../../src/rpc/scheduler_pick.ts";
import { latin1, numbers, utf8 } from "./bytes.ts";

const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);

const ZERO = {
  provider: "",
  providers: [],
  model: "",
  stream: false,
  headers: {},
  metadata: {},
  candidates: [],
};
const ZERO_CANDIDATE = {
  id: "",
  provider: "",
  priority: 0,
  status: "",
  attributes: {},
};

const FULL = `{"Plugin":{"Name":"scheduler","Version":"1","Author":"a",` +
  `"GitHubRepository":"g","Logo":"","ConfigFields":[{"Name":"deny",` +
  `"Type":"boolean","EnumValues":null,"Description":"d"}]},"Provider":"codex",` +
  `"Providers":["codex","claude"],"Model":"m(high)","Stream":true,` +
  `"Options":{"Headers":{"Accept":["*/*","x"]},"Metadata":{"generate":true,` +
  `"n":1.5}},"Candidates":[{"ID":"a.json","Provider":"codex","Priority":-1,` +
  `"Status":"active","Attributes":{"path":"/x/\\u003ca\\u003e"},` +
  `"Metadata":null}]}`;

Deno.test("decodePickRequest() reads every field", () => {
  assertEquals(decodePickRequest(utf8(FULL)), {
    provider: "codex",
    providers: ["codex", "claude"],
    model: "m(high)",
    stream: true,
    headers: { Accept: ["*/*", "x"] },
    metadata: { generate: true, n: 1.5 },
    candidates: [{
      id: "a.json",
      provider: "codex",
      priority: -1,
      status: "active",
      attributes: { path: "/x/<a>" },
    }],
  });
});

const ZEROS = [
  "null",
  "{}",
  `{"Plugin":null,"Provider":null,"Providers":null,"Model":null,` +
  `"Stream":null,"Options":null,"Candidates":null}`,
  `{"Plugin":{"Name":null,"Version":null,"Author":null,"Logo":null,` +
  `"GitHubRepository":null,"ConfigFields":null}}`,
  `{"Plugin":{"ConfigFields":[null,{"Name":null,"Type":null,` +
  `"EnumValues":[null],"Description":null}]}}`,
  `{"Options":{"Headers":null,"Metadata":null}}`,
  `{"Providers":[],"Options":{"Headers":{},"Metadata":{}},"Candidates":[]}`,
];

for (const text of ZEROS) {
  Deno.test(`decodePickRequest() is the zero request when the JSON is ${text}`, () => {
    assertEquals(decodePickRequest(utf8(text)), ZERO);
  });
}

const ZERO_CANDIDATES = [
  "null",
  "{}",
  `{"ID":null,"Provider":null,"Priority":null,"Status":null,` +
  `"Attributes":null,"Metadata":null}`,
  `{"Attributes":{},"Metadata":{}}`,
  `{"Priority":-0}`,
];

for (const text of ZERO_CANDIDATES) {
  Deno.test(`decodePickRequest() has a zero candidate when the JSON is ${text}`, () => {
    const { candidates } = decodePickRequest(utf8(`{"Candidates":[${text}]}`));
    assertEquals(candidates, [ZERO_CANDIDATE]);
  });
}

/** What belongs at a path, and the least request with a value there. */
const PLACES: readonly (readonly [
  string,
  string,
  (value: string) => string,
])[] = [
  ["an object", "the request", (v) => v],
  ["an object", "Plugin", (v) => `{"Plugin":${v}}`],
  ["a string", "Plugin.Name", (v) => `{"Plugin":{"Name":${v}}}`],
  ["a string", "Plugin.Version", (v) => `{"Plugin":{"Version":${v}}}`],
  ["a string", "Plugin.Author", (v) => `{"Plugin":{"Author":${v}}}`],
  [
    "a string",
    "Plugin.GitHubRepository",
    (v) => `{"Plugin":{"GitHubRepository":${v}}}`,
  ],
  ["a string", "Plugin.Logo", (v) => `{"Plugin":{"Logo":${v}}}`],
  ["a list", "Plugin.ConfigFields", (v) => `{"Plugin":{"ConfigFields":${v}}}`],
  [
    "an object",
    "Plugin.ConfigFields[1]",
    (v) => `{"Plugin":{"ConfigFields":[{},${v}]}}`,
  ],
  [
    "a string",
    "Plugin.ConfigFields[0].Name",
    (v) => `{"Plugin":{"ConfigFields":[{"Name":${v}}]}}`,
  ],
  [
    "a string",
    "Plugin.ConfigFields[0].Type",
    (v) => `{"Plugin":{"ConfigFields":[{"Type":${v}}]}}`,
  ],
  [
    "a string",
    "Plugin.ConfigFields[0].Description",
    (v) => `{"Plugin":{"ConfigFields":[{"Description":${v}}]}}`,
  ],
  [
    "a list",
    "Plugin.ConfigFields[0].EnumValues",
    (v) => `{"Plugin":{"ConfigFields":[{"EnumValues":${v}}]}}`,
  ],
  [
    "a string",
    "Plugin.ConfigFields[0].EnumValues[0]",
    (v) => `{"Plugin":{"ConfigFields":[{"EnumValues":[${v}]}]}}`,
  ],
  ["a string", "Provider", (v) => `{"Provider":${v}}`],
  ["a list", "Providers", (v) => `{"Providers":${v}}`],
  ["a string", "Providers[1]", (v) => `{"Providers":["a",${v}]}`],
  ["a string", "Model", (v) => `{"Model":${v}}`],
  ["a boolean", "Stream", (v) => `{"Stream":${v}}`],
  ["an object", "Options", (v) => `{"Options":${v}}`],
  ["an object", "Options.Headers", (v) => `{"Options":{"Headers":${v}}}`],
  [
    "a list",
    "a value of Options.Headers",
    (v) => `{"Options":{"Headers":{"A":${v}}}}`,
  ],
  [
    "a string",
    "a value of Options.Headers[0]",
    (v) => `{"Options":{"Headers":{"A":[${v}]}}}`,
  ],
  ["an object", "Options.Metadata", (v) => `{"Options":{"Metadata":${v}}}`],
  ["a list", "Candidates", (v) => `{"Candidates":${v}}`],
  ["an object", "Candidates[2]", (v) => `{"Candidates":[{},null,${v}]}`],
  ["a string", "Candidates[0].ID", (v) => `{"Candidates":[{"ID":${v}}]}`],
  [
    "a string",
    "Candidates[0].Provider",
    (v) => `{"Candidates":[{"Provider":${v}}]}`,
  ],
  [
    "a number",
    "Candidates[0].Priority",
    (v) => `{"Candidates":[{"Priority":${v}}]}`,
  ],
  [
    "a string",
    "Candidates[0].Status",
    (v) => `{"Candidates":[{"Status":${v}}]}`,
  ],
  [
    "an object",
    "Candidates[0].Attributes",
    (v) => `{"Candidates":[{"Attributes":${v}}]}`,
  ],
  [
    "a string",
    "a value of Candidates[0].Attributes",
    (v) => `{"Candidates":[{"Attributes":{"a":${v}}}]}`,
  ],
  [
    "an object",
    "Candidates[0].Metadata",
    (v) => `{"Candidates":[{"Metadata":${v}}]}`,
  ],
];

const VALUES: readonly (readonly [string, string])[] = [
  ["a string", `"true"`],
  ["a number", "1"],
  ["a boolean", "true"],
  ["a list", "[]"],
  ["an object", "{}"],
];

for (const [wanted, path, request] of PLACES) {
  for (const [kind, value] of VALUES) {
    const bytes = utf8(request(value));
    if (kind === wanted) {
      Deno.test(`decodePickRequest() accepts ${kind} when it is ${path}`, () => {
        decodePickRequest(bytes);
      });
    } else {
      Deno.test(`decodePickRequest() refuses ${kind} when it is ${path}`, () => {
        const error = assertThrows(() => decodePickRequest(bytes), RpcError);
        const words = wanted.replace("a number", "a whole number");
        assertEquals(
          error.message,
          `Cannot decode scheduler.pick: ${path} must be ${words}, got ${kind}`,
        );
        assertEquals(error.code, "plugin_error");
      });
    }
  }
}

const PRIORITIES: readonly (readonly [string, number | undefined])[] = [
  ["7", 7],
  ["-9223372036854775808", -(2 ** 63)],
  ["9223372036854775808", undefined],
  ["1.0", undefined],
  ["1e2", undefined],
  ["1.5", undefined],
  ["1e999", undefined],
];

for (const [text, expected] of PRIORITIES) {
  Deno.test(`decodePickRequest() has priority ${expected ?? "refused"} when it is ${text}`, () => {
    const request = utf8(`{"Candidates":[{},{"Priority":${text}}]}`);
    if (expected === undefined) {
      assertThrows(() => decodePickRequest(request), RpcError);
    } else {
      const { candidates } = decodePickRequest(request);
      assertEquals(candidates[1]?.priority, expected);
    }
  });
}

Deno.test("decodePickRequest() refuses a priority 1.0 when its key is escaped", () => {
  const request = `{"Candidates":[{"Pr\\u0069ority":1.0}]}`;
  assertThrows(() => decodePickRequest(utf8(request)), RpcError);
});

Deno.test("decodePickRequest() takes a fraction when a free field is named Priority", () => {
  const request = `{"Options":{"Metadata":{"Priority":1.5}},` +
    `"Candidates":[{"Priority":3}]}`;
  assertEquals(decodePickRequest(utf8(request)).candidates[0]?.priority, 3);
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["the request is empty", ""],
  ["it is truncated", FULL.slice(0, -1)],
  ["something follows", `${FULL}{}`],
  ["there is a byte order mark", `\ufeff${FULL}`],
  ["there is a NUL", `${FULL}\0`],
  [
    "metadata has a number beyond float64",
    `{"Options":{"Metadata":{"a":1e999}}}`,
  ],
  ["a key differs in case", `{"candidates":[]}`],
  ["a key has a long s", `{"Candidate\u017f":[]}`],
  ["an option differs in case", `{"Options":{"headers":{}}}`],
  ["a candidate's key differs in case", `{"Candidates":[{"iD":"a"}]}`],
  ["metadata of the plugin differs in case", `{"Plugin":{"name":""}}`],
  [
    "a config field's key differs in case",
    `{"Plugin":{"ConfigFields":[{"TYPE":""}]}}`,
  ],
  ["a key is there twice", `{"Candidates":[],"Candidates":null}`],
  ["an ID is there twice", `{"Candidates":[{"ID":"a","ID":null}]}`],
  ["a header is there twice", `{"Options":{"Headers":{"A":1,"A":["x"]}}}`],
];

for (const [name, text] of REFUSED) {
  Deno.test(`decodePickRequest() refuses when ${name}`, () => {
    assertThrows(() => decodePickRequest(utf8(text)), RpcError);
  });
}

const IGNORED: readonly (readonly [string, string])[] = [
  ["a field of a newer host", `{"RequestID":"r","Stage":{"n":[1,"x"]}}`],
  ["a dotless i", `{"Candıdates":[{"ID":"a"}]}`],
  ["an own proto", `{"__proto__":{"Model":"m"}}`],
  ["a method's name", `{"toString":1,"constructor":[]}`],
];

for (const [name, text] of IGNORED) {
  Deno.test(`decodePickRequest() ignores ${name}`, () => {
    assertEquals(decodePickRequest(utf8(text)), ZERO);
  });
}

Deno.test("decodePickRequest() ignores the quota of a newer host's candidate", () => {
  const request = `{"Candidates":[{"ID":"a","Quota":{"ObservedAt":` +
    `"2026-10-04T00:00:00Z","Signals":{"X":"1"}}}]}`;
  const { candidates } = decodePickRequest(utf8(request));
  assertEquals(candidates, [{ ...ZERO_CANDIDATE, id: "a" }]);
});

Deno.test("decodePickRequest() replaces byte by byte when an ID is not UTF-8", () => {
  const request = latin1(`{"Candidates":[{"ID":"a\xe2\x82"}]}`);
  assertEquals(decodePickRequest(request).candidates[0]?.id, "a\ufffd\ufffd");
});

Deno.test("decodePickRequest() leaves the order of the candidates when IDs repeat", () => {
  const request = utf8(`{"Candidates":[{"ID":"b"},{"ID":"a"},{"ID":"b"}]}`);
  const ids = decodePickRequest(request).candidates.map(({ id }) => id);
  assertEquals(ids, ["b", "a", "b"]);
});

Deno.test("decodePickRequest() takes a string of 60 MiB", () => {
  const request = new Uint8Array(60 * 1024 * 1024).fill(0x61);
  request.set(utf8(`{"Model":"`));
  request.set(utf8(`"}`), request.length - 2);
  const { model } = decodePickRequest(request);
  assertEquals(model.length, request.length - `{"Model":""}`.length);
});

for (const [field, item] of [["Providers", `"a"`], ["Candidates", "null"]]) {
  Deno.test(`decodePickRequest() takes 10^6 ${field}`, () => {
    const items = `${item},`.repeat(999_999) + item;
    const request = decodePickRequest(utf8(`{"${field}":[${items}]}`));
    assertEquals(
      request.providers.length + request.candidates.length,
      1_000_000,
    );
  });
}

// ---- where the candidates begin ----

const TAIL = `,"Candidates":[{"ID":"a","Attributes":{"x":"y"}}]}`;

Deno.test("decodePick() finds where the candidates begin", () => {
  const head = `{"Model":"m","Options":{"Headers":{},"Metadata":{}}`;
  const { request, tailOffset } = decodePick(utf8(head + TAIL));
  assertEquals(tailOffset, head.length);
  assertEquals([request.model, request.candidates[0]?.id], ["m", "a"]);
});

for (
  const name of [
    "pick-claude-retry-mixed-kinds",
    "pick-codex-mixed-plans",
    "pick-codex-stream-session",
    "pick-openai-compatible",
  ]
) {
  Deno.test(`decodePick() finds where the candidates of ${name} begin`, () => {
    const bytes = Deno.readFileSync(new URL(`${name}.json`, FIXTURES));
    const { tailOffset } = decodePick(bytes);
    const tail = new TextDecoder().decode(bytes.subarray(tailOffset));
    assertEquals(
      JSON.parse(tail.replace(",", "{")),
      { Candidates: JSON.parse(new TextDecoder().decode(bytes)).Candidates },
    );
  });
}

/** Requests whose candidates are not all that follows a comma at the top. */
const WITHOUT_TAIL: readonly (readonly [string, string])[] = [
  ["they are first", `{"Candidates":[],"Model":"m"}`],
  ["they are alone", `{"Candidates":[]}`],
  ["something follows", `{"Model":"m","Candidates":[],"Stream":true}`],
  ["there is white space", `{"Model":"m","Candidates": []}`],
  ["their key is escaped", `{"Model":"m","Candid\\u0061tes":[]}`],
  ["they are null", `{"Model":"m","Candidates":null}`],
  ["there are none", `{"Model":"m"}`],
  [
    "others are below",
    `{"Options":{"Metadata":{"x":1,"Candidates":[]}},"Model":"m"}`,
  ],
];

for (const [name, text] of WITHOUT_TAIL) {
  Deno.test(`decodePick() finds no place when ${name}`, () => {
    assertEquals(decodePick(utf8(text)).tailOffset, undefined);
  });
}

Deno.test("decodePick() passes places that are not the one", () => {
  const decoys = `"Candidates":[]`;
  const text = `{"Options":{"Metadata":{"a":{"b":1,${decoys}},${decoys}}}`;
  assertEquals(decodePick(utf8(text + TAIL)).tailOffset, text.length);
});

Deno.test("decodePick() decodes without a place when there are many others", () => {
  const decoys = Array.from(
    { length: 100 },
    (_, n) => `,"a${n}":{"b":1,"Candidates":[]}`,
  ).join("");
  const text = `{"Options":{"Metadata":{"x":1${decoys}}}`;
  const { request, tailOffset } = decodePick(utf8(text + TAIL));
  assertEquals([request.candidates.length, tailOffset], [1, undefined]);
});

// Random requests: what is found by halves is what the whole says.

const PIECES = [
  `"Model":"m"`,
  `"Model":"\xff\xc3"`,
  `"Stream":true`,
  `"Options":{"Headers":{"A":["x"]},"Metadata":{"k":"v"}}`,
  `"Options":{"Headers":{"Candidates":["[]"]},"Metadata":{"a":1,"Candidates":[1]}}`,
  `"Options":{"Metadata":{"a":"\\",\\"Candidates\\":[{}]}","b":[{"c":1,"Candidates":[]}]}}`,
  `"Options":{"Metadata":{"Priority":1.5}}`,
  `"Candidates":[{"ID":"a"}]`,
  `"Candidates":[{"ID":"a","Attributes":{"x":"y","Candidates":"[]"}}]`,
  `"Candidates":[{"ID":"\xe2\x82"},{"ID":"b","Metadata":{"x":1,"Candidates":[]}}]`,
  `"Candidates":[{"ID":"a","Priority":1.0}]`,
  `"Candidates":[{"ID":"a","ID":"b"}]`,
  `"Candidates":[]`,
  `"Candidates":null`,
  `"Candidates":{"x":1,"Candidates":[]}`,
  `"candidates":[]`,
  `"Candid\\u0061tes":[]`,
  `"Other":[{"x":1,"Candidates":[{"ID":"z"}]}]`,
  `"Other":"}"`,
  `"__proto__":{"x":1,"Candidates":[]}`,
  `"n":1e999`,
];
const BETWEEN = [", ", " ,", ",\n", ",,", "}", "{", ""];

/** What it says, or how it is refused, but for the column. */
function outcome(bytes: Uint8Array): unknown {
  try {
    return decodePick(bytes).request;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return error.message.replace(/ \(line .*/, "");
  }
}

/** With a space where the place would be, so that none is found. */
function undivided(text: string): string {
  return text.replaceAll(`,"Candidates":[`, `,"Candidates": [`);
}

Deno.test("decodePick() says of any request what the whole says", () => {
  const next = numbers(7);
  let places = 0;
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    let text = next(20) === 0 ? "" : "{";
    for (let count = next(3); count > 0; count--) {
      text += PIECES[next(PIECES.length)];
      text += next(8) > 0 ? "," : BETWEEN[next(BETWEEN.length)];
    }
    text += next(2) > 0
      ? `"Candidates":[{"ID":"a","Attributes":{"n":"${round}"}}]`
      : PIECES[next(PIECES.length)];
    text += next(4) > 0 ? "}" : ["}\n", "", "}}"][next(3)];
    const bytes = latin1(text);
    const whole = latin1(undivided(text));
    const expected = outcome(whole);
    assertEquals(outcome(bytes), expected, text);
    if (typeof expected === "string") {
      refused++;
      continue;
    }
    assertEquals(decodePick(whole).tailOffset, undefined);
    const { tailOffset, request } = decodePick(bytes);
    if (tailOffset === undefined) continue;
    places++;
    // Handed over by number, the same comes out.
    const before = decodePickBefore(
      bytes.subarray(0, tailOffset),
      request.candidates,
    );
    assertEquals(before.request, request, text);
    const tail = text.slice(tailOffset);
    assert(tail.startsWith(`,"Candidates":[`), text);
    assertEquals(outcome(latin1(`{"x":1${tail}`)), {
      ...ZERO,
      candidates: request.candidates,
    });
  }
  // The test tests something.
  assert(places > 500 && refused > 500, `${places} places, ${refused} refused`);
});

Deno.test("decodePickBefore() refuses candidates before the candidates", () => {
  for (const key of [`"Candidates"`, `"Candid\\u0061tes"`, `"candidates"`]) {
    const bytes = utf8(`{"Model":"m",${key}:[]`);
    assertThrows(() => decodePickBefore(bytes, []), RpcError);
  }
});
