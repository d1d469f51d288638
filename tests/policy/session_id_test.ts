/** Session IDs: the host's names in the host's order, and what is none. */

import { assertEquals } from "@std/assert";
import { NEVER, sameMetadata } from "../../src/policy/reuse.ts";
import {
  findSession,
  firstField,
  firstHeader,
  SESSION_FIELDS,
  SESSION_HEADERS,
} from "../../src/policy/session_id.ts";
import { exampleRequest } from "./example_request.ts";

type Headers = Readonly<Record<string, readonly string[]>>;

function ofHeaders(headers: Headers, names: readonly string[]) {
  return firstHeader({ ...exampleRequest([]), headers }, names);
}

for (const [place, name] of SESSION_HEADERS.entries()) {
  Deno.test(`firstHeader() takes ${name} before the headers that follow`, () => {
    const sent = SESSION_HEADERS.slice(place).reverse()
      .map((name) => [name.toLowerCase(), [`of ${name}`]] as const);
    const headers = Object.fromEntries(sent);
    assertEquals(ofHeaders(headers, SESSION_HEADERS), `of ${name}`);
  });
}

/** Values of the header `X-Id`, and the ID. */
const VALUES: readonly (readonly [readonly string[], string | undefined])[] = [
  [["a"], "a"],
  [["a", "b"], "a"],
  [["", "b"], "b"],
  [[" a "], "a"],
  [["  "], undefined],
  [["a\tb"], undefined],
  [["a\x85b"], undefined],
  [["x".repeat(256)], "x".repeat(256)],
  [["x".repeat(257)], undefined],
  [["\u00e9".repeat(128)], "\u00e9".repeat(128)],
  [["\u00e9".repeat(129)], undefined],
  [["\u{1f600}".repeat(64)], "\u{1f600}".repeat(64)],
  [["\u{1f600}".repeat(65)], undefined],
  [[], undefined],
];

for (const [values, id] of VALUES) {
  Deno.test(`firstHeader() takes ${JSON.stringify(id)?.slice(0, 20)} of ${JSON.stringify(values).slice(0, 20)}, ${values[0]?.length} long`, () => {
    assertEquals(ofHeaders({ "X-Id": values }, ["x-ID"]), id);
  });
}

Deno.test("firstHeader() finds nothing when the header was not sent", () => {
  assertEquals(ofHeaders({}, ["X-Id"]), undefined);
});

/** Metadata, and the ID of its fields `x` and `y`. */
const METADATA: readonly (readonly [string, string | undefined])[] = [
  [`{ "x": "a", "y": "b" }`, "a"],
  [`{ "y": "b" }`, "b"],
  [`{ "x": "", "y": "b" }`, "b"],
  [`{ "x": 1, "y": null }`, undefined],
  [`{}`, undefined],
];

for (const [metadata, id] of METADATA) {
  Deno.test(`firstField() takes ${id} of ${metadata}`, () => {
    const request = { ...exampleRequest([]), metadata: JSON.parse(metadata) };
    assertEquals(firstField(request, ["x", "y"]), id);
  });
}

Deno.test("firstField() takes no inherited field", () => {
  const metadata = Object.create({ x: "a" });
  const request = { ...exampleRequest([]), metadata };
  assertEquals(firstField(request, ["x"]), undefined);
});

Deno.test("SESSION_FIELDS has the names of every host in the order of the newest", () => {
  assertEquals(SESSION_FIELDS, [
    "canonical_session_id",
    "execution_session_id",
    "lcp_affinity_session_id",
    "derived_session_id",
  ]);
});

Deno.test("SESSION_HEADERS has what newer hosts read behind what others read", () => {
  assertEquals(SESSION_HEADERS.slice(-4), [
    "Thread-Id",
    "X-Thread-Id",
    "X-Conversation-Id",
    "X-Session-Key",
  ]);
});

for (const [place, name] of SESSION_FIELDS.entries()) {
  const later = SESSION_FIELDS.slice(place);
  const request = {
    ...exampleRequest([]),
    headers: { "Session-Id": ["of a header"] },
    metadata: Object.fromEntries(
      later.reverse().map((field) => [field, `of ${field}`]),
    ),
  };

  Deno.test(`findSession() takes ${name} before the fields that follow, and headers`, () => {
    assertEquals(findSession(request).id, `of ${name}`);
  });

  Deno.test(`findSession() looks at no field behind ${name} when that has an ID`, () => {
    assertEquals(
      findSession(request).reuse,
      sameMetadata(...SESSION_FIELDS.slice(0, place + 1)),
    );
  });
}

Deno.test("findSession() goes on when a field holds no ID", () => {
  const metadata = {
    "canonical_session_id": "x".repeat(257),
    "execution_session_id": "e\n",
    "lcp_affinity_session_id": 7,
    "derived_session_id": "d",
  };
  const found = findSession({ ...exampleRequest([]), metadata });
  assertEquals(found, { id: "d", reuse: sameMetadata(...SESSION_FIELDS) });
});

Deno.test("findSession() does not take the parent's session", () => {
  const metadata = { "parent_session_id": "p" };
  const found = findSession({ ...exampleRequest([]), metadata });
  assertEquals(found, { reuse: NEVER });
});

Deno.test("findSession() can be reused for no other request when it looked at headers", () => {
  const request = { ...exampleRequest([]), headers: { "thread-id": ["t"] } };
  assertEquals(findSession({ ...request, metadata: {} }), {
    id: "t",
    reuse: NEVER,
  });
});
