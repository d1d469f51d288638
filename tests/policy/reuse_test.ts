/** How far results reach that are made of others. */

import { assertEquals } from "@std/assert";
import {
  ANY,
  combine,
  NEVER,
  type Reuse,
  SAME_CANDIDATES,
  SAME_ROUTE,
  sameFor,
  sameMetadata,
} from "../../src/policy/reuse.ts";

/** Some of every kind. */
const EXAMPLES: readonly Reuse[] = [
  ANY,
  NEVER,
  SAME_CANDIDATES,
  SAME_ROUTE,
  sameMetadata("a"),
  sameMetadata("c", "b"),
  sameFor(1),
  sameFor(1500),
  combine(SAME_ROUTE, sameMetadata("b", "a"), sameFor(7)),
];

Deno.test("combine() reaches to any request when there are no parts", () => {
  assertEquals(combine(), ANY);
});

Deno.test("combine() changes nothing when there is one part", () => {
  for (const reuse of EXAMPLES) assertEquals(combine(reuse), reuse);
});

Deno.test("combine() changes nothing when a part depends on nothing", () => {
  for (const reuse of EXAMPLES) {
    assertEquals(combine(ANY, reuse), reuse);
    assertEquals(combine(reuse, ANY), reuse);
  }
});

Deno.test("combine() never reaches further when a part differs each time", () => {
  for (const reuse of EXAMPLES) {
    assertEquals(combine(NEVER, reuse), NEVER);
    assertEquals(combine(reuse, NEVER), NEVER);
  }
});

Deno.test("combine() names everything that a part looked at", () => {
  const parts = [SAME_CANDIDATES, sameMetadata("b", "c"), SAME_ROUTE];
  assertEquals(combine(...parts, sameMetadata("c", "a")), {
    kind: "same",
    route: true,
    metadata: ["a", "b", "c"],
  });
});

Deno.test("combine() ends when the first of its parts does", () => {
  assertEquals(combine(sameFor(1500), SAME_ROUTE, sameFor(7)), {
    kind: "same",
    route: true,
    metadata: [],
    forMs: 7,
  });
});

Deno.test("combine() says the same for any order and grouping", () => {
  for (const a of EXAMPLES) {
    for (const b of EXAMPLES) {
      assertEquals(combine(a, b), combine(b, a));
      for (const c of EXAMPLES) {
        assertEquals(combine(combine(a, b), c), combine(a, combine(b, c)));
      }
    }
  }
});

Deno.test("sameMetadata() sorts the names", () => {
  assertEquals(sameMetadata("b", "C", "a"), {
    kind: "same",
    route: false,
    metadata: ["C", "a", "b"],
  });
});
