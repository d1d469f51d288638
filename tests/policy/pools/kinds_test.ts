import { assert, assertEquals } from "@std/assert";
import { MATCHER_KINDS } from "../../../src/policy/pools/kinds.ts";

Deno.test("MATCHER_KINDS has every kind once", () => {
  assertEquals(MATCHER_KINDS.map(({ key }) => key), [
    "id",
    "provider",
    "auth_kind",
    "plan_type",
    "note",
    "email",
    "base_url",
    "status",
    "priority",
    "attributes",
  ]);
});

for (const { key, shape } of MATCHER_KINDS) {
  Deno.test(`MATCHER_KINDS describes ${key} without a period`, () => {
    assert(shape.description !== "" && !shape.description.endsWith("."));
  });
}
