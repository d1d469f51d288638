import { assertEquals } from "@std/assert";
import { explainAll, testAll } from "../../../src/policy/conditions/all_of.ts";
import { header } from "../../../src/policy/conditions/header.ts";
import { path } from "../../../src/policy/conditions/path.ts";
import { stream } from "../../../src/policy/conditions/stream.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { ANY, NEVER } from "../../../src/policy/reuse.ts";
import { made, requestWith } from "./example_scope.ts";

const REQUEST = requestWith({ metadata: { request_path: "/v1" } });
const TRUE = made(stream, true);
const FALSE = made(stream, false);
const PATH = made(path, ["/v1"]);

Deno.test("testAll() holds when all hold", () => {
  assertEquals(testAll([TRUE, PATH], REQUEST, firstPick(0)).holds, true);
});

Deno.test("testAll() does not hold when one does not", () => {
  assertEquals(testAll([TRUE, FALSE], REQUEST, firstPick(0)).holds, false);
});

Deno.test("testAll() holds for an empty set, and depends on nothing", () => {
  assertEquals(testAll([], REQUEST, firstPick(0)), { holds: true, reuse: ANY });
});

Deno.test("testAll() combines what all depend on", () => {
  assertEquals(testAll([TRUE, PATH], REQUEST, firstPick(0)).reuse, {
    kind: "same",
    route: true,
    metadata: ["request_path"],
  });
});

Deno.test("testAll() tests conditions after one that does not hold", () => {
  const set = [FALSE, made(header, { "X-Team": ["*"] })];
  assertEquals(testAll(set, REQUEST, firstPick(0)).reuse, NEVER);
});

Deno.test("explainAll() joins the words of all", () => {
  assertEquals(
    explainAll([FALSE, PATH], REQUEST, firstPick(0)),
    '(stream is true, wanted false and path matches "/v1")',
  );
});
