import { assertEquals } from "@std/assert";
import { stream } from "../../../src/policy/conditions/stream.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { SAME_ROUTE } from "../../../src/policy/reuse.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

for (const wanted of [true, false]) {
  for (const found of [true, false]) {
    Deno.test(`stream ${wanted} ${wanted === found ? "holds" : "does not hold"} when it is ${found}`, () => {
      const condition = made(stream, wanted);
      assertEquals(holds(condition, { stream: found }), wanted === found);
    });
  }
}

Deno.test("stream can be reused on the same route", () => {
  const condition = made(stream, true);
  assertEquals(condition.test(requestWith({}), firstPick(0)).reuse, SAME_ROUTE);
});

Deno.test("stream explains what was wanted and found", () => {
  assertEquals(
    explained(made(stream, true), { stream: false }),
    "stream is false, wanted true",
  );
});
