import { assertEquals } from "@std/assert";
import { session } from "../../../src/policy/conditions/session.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { NEVER, sameMetadata } from "../../../src/policy/reuse.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

const CANONICAL = { metadata: { "canonical_session_id": "s" } };
const HEADER = { metadata: {}, headers: { "x-thread-id": ["s"] } };
const NONE = { metadata: { "parent_session_id": "s" }, headers: {} };

for (
  const [name, parts, isKnown] of [
    ["metadata", CANONICAL, true],
    ["a header", HEADER, true],
    ["nothing", NONE, false],
  ] as const
) {
  for (const wanted of [true, false]) {
    Deno.test(`session ${wanted} ${isKnown === wanted ? "holds" : "does not hold"} when ${name} has the session`, () => {
      assertEquals(holds(made(session, wanted), parts), isKnown === wanted);
    });
  }
}

Deno.test("session can be reused with the same metadata when that has the session", () => {
  for (const wanted of [true, false]) {
    const { reuse } = made(session, wanted)
      .test(requestWith(CANONICAL), firstPick(0));
    assertEquals(reuse, sameMetadata("canonical_session_id"));
  }
});

Deno.test("session can not be reused when headers were looked at", () => {
  for (const parts of [HEADER, NONE]) {
    const { reuse } = made(session, true).test(
      requestWith(parts),
      firstPick(0),
    );
    assertEquals(reuse, NEVER);
  }
});

Deno.test("session explains without the ID", () => {
  assertEquals(
    explained(made(session, false), HEADER),
    "session is known, wanted not known",
  );
  assertEquals(
    explained(made(session, true), NONE),
    "session is not known, wanted known",
  );
});
