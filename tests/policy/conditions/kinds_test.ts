import { assert, assertEquals } from "@std/assert";
import { CONDITION_KINDS } from "../../../src/policy/conditions/kinds.ts";

Deno.test("CONDITION_KINDS has every kind once", () => {
  assertEquals(CONDITION_KINDS.map(({ key }) => key), [
    "model",
    "provider",
    "caller",
    "header",
    "path",
    "session",
    "stream",
    "service_tier",
    "time",
    "retry",
  ]);
});

for (const { key, shape } of CONDITION_KINDS) {
  Deno.test(`CONDITION_KINDS describes ${key} without a period`, () => {
    assert(shape.description !== "" && !shape.description.endsWith("."));
  });
}
