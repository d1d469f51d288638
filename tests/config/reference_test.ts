/**
 * The reference of the config: a row for each key, with the facts of its shape.
 */

import { assertEquals } from "@std/assert";
import { formatReference, referenceRows } from "../../src/config/reference.ts";
import type { Field, Shape } from "../../src/policy/shape.ts";
import { STAND_INS } from "./stand_ins.ts";

const ROWS = referenceRows(STAND_INS);

Deno.test("referenceRows() has every key in the order of the shapes", () => {
  assertEquals(ROWS.map(({ path }) => path), [
    "deny",
    "delegate",
    "auth_id",
    "pools",
    "pools.*.id",
    "pools.*.plan_type",
    "pools.*.note",
    "callers",
    "policies",
    "policies.*.module",
    "policies.*.options",
    "policies_dir",
    "tiers",
    "refuse",
    "refuse.status",
    "refuse.message",
    "rules",
    "rules[].name",
    "rules[].when",
    "rules[].when.caller",
    "rules[].when.model",
    "rules[].when.time",
    "rules[].when.stream",
    "rules[].when.headers",
    "rules[].use",
    "rules[].policy",
    "rules[].otherwise",
    "rules[].refuse",
    "rules[].refuse.status",
    "rules[].refuse.message",
    "rules[].tiers",
    "policy",
    "policy.ttl",
    "policy.weights",
    "policy.to",
    "policy.headers",
  ]);
});

Deno.test("referenceRows() tells type, default and bounds", () => {
  const facts = [
    "rules[].name",
    "rules[].use",
    "refuse.status",
    "policy.weights",
    "policies",
    "policies.*.options",
    "policies_dir",
    "policy.headers",
  ]
    .map((wanted) => ROWS.find(({ path }) => path === wanted))
    .map((row) => row && [row.type, row.default, row.bounds]);
  assertEquals(facts, [
    ["text", "required", ""],
    ["text, or a list of them", "all candidates", "1 to 32 items"],
    ["whole number", "503", "400 to 599"],
    ["mapping to whole number", "required", "up to 1024 keys; 0 to 1000"],
    ["mapping to mapping", "none", "up to 32 keys"],
    ["mapping", "none", "up to 65536 bytes as JSON"],
    ["text", "scheduler-policies", ""],
    ["text, or a list of them", "none", "1 to 32 items; such as `X-Team`"],
  ]);
});

Deno.test("referenceRows() names the policy that an option belongs to", () => {
  const descriptionOf = (wanted: string) =>
    ROWS.find(({ path }) => path === wanted)?.description;
  assertEquals(descriptionOf("policy.ttl"), "With sticky: Hours");
  assertEquals(
    descriptionOf("policy.headers"),
    "With a policy under policies: Names of the client's headers that it may " +
      "see; it sees no other",
  );
});

Deno.test("referenceRows() lists keys once when sets are in sets", () => {
  const model: Field = { shape: { kind: "text", description: "A model" } };
  const description = "Conditions";
  const inner: Shape = { kind: "object", description, fields: { model } };
  const whenShape: Shape = {
    kind: "object",
    description,
    fields: { model, not: { shape: inner } },
  };
  const paths = referenceRows({ ...STAND_INS, whenShape })
    .map(({ path }) => path)
    .filter((path) => path.includes(".when"));
  assertEquals(paths, [
    "rules[].when",
    "rules[].when.model",
    "rules[].when.not",
  ]);
});

Deno.test("formatReference() has a section a key", () => {
  const row = {
    path: "a",
    type: "text",
    default: "none",
    bounds: "x|y",
    description: "An a",
  };
  assertEquals(
    formatReference([row, { ...row, bounds: "", default: "required" }]),
    "### `a`\n\nAn a.\n\nText; x|y; default: none.\n\n" +
      "### `a`\n\nAn a.\n\nText; required.\n",
  );
});
