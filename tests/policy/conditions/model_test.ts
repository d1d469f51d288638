import { assertEquals } from "@std/assert";
import { model, namesOfModel } from "../../../src/policy/conditions/model.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { SAME_ROUTE } from "../../../src/policy/reuse.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

const NAMES: readonly (readonly [string, readonly string[]])[] = [
  ["m", ["m"]],
  ["m(high)", ["m(high)", "m"]],
  ["team/m", ["team/m", "m"]],
  ["team/m(high)", ["team/m(high)", "team/m", "m(high)", "m"]],
  ["a/b/m", ["a/b/m", "b/m"]],
  ["m(a/b)", ["m(a/b)", "m"]],
  ["m(a)(b)", ["m(a)(b)", "m(a)"]],
  ["m(high", ["m(high"]],
  ["(high)", ["(high)"]],
  ["team/", ["team/"]],
  ["/m", ["/m", "m"]],
  ["", [""]],
];

for (const [name, expected] of NAMES) {
  Deno.test(`namesOfModel() gives ${expected.join(" ")} for "${name}"`, () => {
    assertEquals(namesOfModel(name), expected);
  });
}

Deno.test("model holds when a glob matches the model", () => {
  assertEquals(holds(made(model, ["o3", "gpt-*"]), { model: "gpt-5" }), true);
});

Deno.test("model holds when a glob matches without suffix and prefix", () => {
  const condition = made(model, ["gpt-5"]);
  assertEquals(holds(condition, { model: "team/gpt-5(high)" }), true);
});

Deno.test("model holds when a glob is about the suffix", () => {
  assertEquals(holds(made(model, ["*(high)"]), { model: "m(high)" }), true);
});

Deno.test("model holds when only the case differs", () => {
  assertEquals(holds(made(model, ["GPT-*"]), { model: "gpt-5" }), true);
  assertEquals(holds(made(model, ["gpt-5"]), { model: "GPT-5(High)" }), true);
});

Deno.test("model does not look at what the client wrote", () => {
  const parts = { model: "a", metadata: { requested_model: "b" } };
  assertEquals(holds(made(model, ["b"]), parts), false);
});

Deno.test("model can be reused on the same route", () => {
  const { reuse } = made(model, ["m"]).test(requestWith({}), firstPick(0));
  assertEquals(reuse, SAME_ROUTE);
});

Deno.test("model explains what was wanted and found", () => {
  assertEquals(
    explained(made(model, ["claude-*", "o3"]), { model: "gpt-5.5" }),
    'model is "gpt-5.5", wanted "claude-*" or "o3"',
  );
});
