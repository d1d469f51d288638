import { assertEquals } from "@std/assert";
import { retry } from "../../../src/policy/conditions/retry.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { sameMetadata } from "../../../src/policy/reuse.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

const AGAIN = { metadata: { selected_auth_id: "a.json" } };

Deno.test("retry true holds when a credential was selected before", () => {
  assertEquals(holds(made(retry, true), AGAIN), true);
});

Deno.test("retry true does not hold at the first try", () => {
  assertEquals(holds(made(retry, true), {}), false);
});

Deno.test("retry false holds at the first try", () => {
  assertEquals(holds(made(retry, false), {}), true);
});

Deno.test("retry false does not hold when a credential was selected before", () => {
  assertEquals(holds(made(retry, false), AGAIN), false);
});

for (const nothing of ["", null, undefined]) {
  Deno.test(`retry takes ${JSON.stringify(nothing)} for a first try`, () => {
    const parts = { metadata: { selected_auth_id: nothing } };
    assertEquals(holds(made(retry, false), parts), true);
  });
}

Deno.test("retry can be reused with the same credential before", () => {
  const { reuse } = made(retry, true).test(requestWith({}), firstPick(0));
  assertEquals(reuse, sameMetadata("selected_auth_id"));
});

Deno.test("retry explains without the ID of the credential", () => {
  assertEquals(
    explained(made(retry, false), AGAIN),
    "retry is true, wanted false",
  );
});
