import { assertEquals } from "@std/assert";
import { path } from "../../../src/policy/conditions/path.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { sameMetadata } from "../../../src/policy/reuse.ts";
import { holds, made, requestWith } from "./example_scope.ts";

const GEMINI = { metadata: { request_path: "/v1beta/models/*action" } };

Deno.test("path holds when a glob matches the route", () => {
  assertEquals(holds(made(path, ["/v1/*", "/v1beta/*"]), GEMINI), true);
});

Deno.test("path holds for a star of the route that is meant as it is", () => {
  assertEquals(holds(made(path, ["/v1beta/models/\\*action"]), GEMINI), true);
});

Deno.test("path does not hold when no glob matches the whole route", () => {
  assertEquals(holds(made(path, ["/v1beta", "models"]), GEMINI), false);
});

Deno.test("path does not hold when the host tells no route", () => {
  assertEquals(holds(made(path, ["*"]), {}), false);
});

Deno.test("path can be reused with the same route", () => {
  const { reuse } = made(path, ["*"]).test(requestWith({}), firstPick(0));
  assertEquals(reuse, sameMetadata("request_path"));
});
