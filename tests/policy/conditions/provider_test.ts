import { assertEquals } from "@std/assert";
import { provider } from "../../../src/policy/conditions/provider.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { SAME_ROUTE } from "../../../src/policy/reuse.ts";
import { explained, holds, made, requestWith } from "./example_scope.ts";

Deno.test("provider holds when one of the providers is wanted", () => {
  const parts = { provider: "", providers: ["claude", "codex"] };
  assertEquals(holds(made(provider, ["codex", "gemini"]), parts), true);
});

Deno.test("provider holds when the only provider is wanted", () => {
  const parts = { provider: "codex", providers: [] };
  assertEquals(holds(made(provider, ["codex"]), parts), true);
});

Deno.test("provider holds whatever the case in the config", () => {
  assertEquals(holds(made(provider, ["Codex"]), {}), true);
});

Deno.test("provider does not hold for a part of a name", () => {
  assertEquals(holds(made(provider, ["code"]), {}), false);
});

Deno.test("provider holds when a glob matches", () => {
  const parts = { provider: "openai-compatible-fake", providers: [] };
  assertEquals(holds(made(provider, ["OpenAI-Compatible-*"]), parts), true);
});

Deno.test("provider does not hold for * when there is none", () => {
  const parts = { provider: "", providers: [] };
  assertEquals(holds(made(provider, ["*"]), parts), false);
});

Deno.test("provider can be reused on the same route", () => {
  const condition = made(provider, ["codex"]);
  assertEquals(condition.test(requestWith({}), firstPick(0)).reuse, SAME_ROUTE);
});

Deno.test("provider explains what was wanted and found", () => {
  const parts = { provider: "", providers: ["codex", "openai"] };
  assertEquals(
    explained(made(provider, ["Claude"]), parts),
    'provider is "codex" or "openai", wanted "Claude"',
  );
});

Deno.test("provider explains that there is none", () => {
  const parts = { provider: "", providers: [] };
  assertEquals(
    explained(made(provider, ["claude"]), parts),
    'provider is none, wanted "claude"',
  );
});
