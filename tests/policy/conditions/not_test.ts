import { assertEquals } from "@std/assert";
import { notAll } from "../../../src/policy/conditions/not.ts";
import { path } from "../../../src/policy/conditions/path.ts";
import { stream } from "../../../src/policy/conditions/stream.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

const PARTS = { metadata: { request_path: "/v1" } };
const TRUE = made(stream, true);
const FALSE = made(stream, false);
const PATH = made(path, ["/v1"]);

Deno.test("notAll() does not hold when all of the set hold", () => {
  assertEquals(holds(notAll([TRUE, PATH]), PARTS), false);
});

Deno.test("notAll() holds when one of the set does not", () => {
  assertEquals(holds(notAll([FALSE, PATH]), PARTS), true);
});

Deno.test("notAll() holds when what is looked at is not there", () => {
  assertEquals(holds(notAll([PATH]), {}), true);
});

Deno.test("notAll() depends on what the set depends on", () => {
  const condition = notAll([FALSE, PATH]);
  assertEquals(condition.test(requestWith(PARTS), firstPick(0)).reuse, {
    kind: "same",
    route: true,
    metadata: ["request_path"],
  });
});

Deno.test("notAll() explains the set", () => {
  assertEquals(
    explained(notAll([TRUE, PATH]), PARTS),
    'not (stream is true, wanted true and path matches "/v1")',
  );
});
