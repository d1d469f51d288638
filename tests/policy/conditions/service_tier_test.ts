import { assertEquals } from "@std/assert";
import { serviceTier } from "../../../src/policy/conditions/service_tier.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { sameMetadata } from "../../../src/policy/reuse.ts";
import { holds, made, requestWith } from "./example_scope.ts";

const FLEX = { metadata: { service_tier: "flex" } };

Deno.test("service_tier holds when the client asks for one of the tiers", () => {
  assertEquals(holds(made(serviceTier, ["auto", "flex"]), FLEX), true);
});

Deno.test("service_tier holds when a glob matches", () => {
  assertEquals(holds(made(serviceTier, ["fl*"]), FLEX), true);
  assertEquals(holds(made(serviceTier, ["fl"]), FLEX), false);
});

Deno.test("service_tier holds whatever the case", () => {
  const parts = { metadata: { service_tier: "Priority" } };
  assertEquals(holds(made(serviceTier, ["priority"]), parts), true);
});

Deno.test("service_tier does not hold when the host tells no tier", () => {
  assertEquals(holds(made(serviceTier, ["auto"]), {}), false);
});

Deno.test("service_tier can be reused with the same tier", () => {
  const condition = made(serviceTier, ["flex"]);
  const { reuse } = condition.test(requestWith({}), firstPick(0));
  assertEquals(reuse, sameMetadata("service_tier"));
});
