import { assertEquals } from "@std/assert";
import { anyOf } from "../../../src/policy/conditions/any.ts";
import { path } from "../../../src/policy/conditions/path.ts";
import { stream } from "../../../src/policy/conditions/stream.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

const PARTS = { metadata: { request_path: "/v1" } };
const TRUE = made(stream, true);
const FALSE = made(stream, false);
const PATH = made(path, ["/v1"]);

Deno.test("anyOf() holds when all of one set hold", () => {
  assertEquals(holds(anyOf([[FALSE], [TRUE, PATH]]), PARTS), true);
});

Deno.test("anyOf() does not hold when one of each set does not", () => {
  assertEquals(holds(anyOf([[FALSE], [FALSE, PATH]]), PARTS), false);
});

Deno.test("anyOf() depends on sets after one that holds", () => {
  const condition = anyOf([[TRUE], [PATH]]);
  assertEquals(condition.test(requestWith(PARTS), firstPick(0)).reuse, {
    kind: "same",
    route: true,
    metadata: ["request_path"],
  });
});

Deno.test("anyOf() explains every set", () => {
  assertEquals(
    explained(anyOf([[FALSE], [FALSE, PATH]]), PARTS),
    "any of (stream is true, wanted false) or " +
      '(stream is true, wanted false and path matches "/v1")',
  );
});
