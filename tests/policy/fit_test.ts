/** Pools and IDs that fit no candidate of a request. */

import { assertEquals } from "@std/assert";
import { reviewFit } from "../../src/policy/fit.ts";
import type { Pool } from "../../src/policy/pool.ts";
import { createPool } from "../../src/policy/pools/create_pool.ts";
import { exampleRequest } from "./example_request.ts";
import { examplePolicy, exampleRule } from "./example_rule.ts";

const { candidates } = exampleRequest([
  "codex-ada@x-pro.json",
  "codex:apikey:1",
]);

function poolOf(value: Readonly<Record<string, unknown>>): Pool {
  const made = createPool("p", value);
  if (!("pool" in made)) throw new TypeError(JSON.stringify(made));
  return made.pool;
}

const NONE = "No candidate of the request is in pool p";

const POOLS: readonly (readonly [
  value: Readonly<Record<string, unknown>>,
  said: readonly string[],
])[] = [
  [{ id: ["codex-*"] }, []],
  [{ id: ["Codex-ADA*"] }, [`${NONE}: only the case of id differs`]],
  [{ id: ["claude-*"] }, [NONE]],
  [{ id: ["Codex-*"], note: ["x"] }, [NONE]],
  [{ id: ["Codex-*"], not: { id: ["*apikey*"] } }, [
    `${NONE}: only the case of id differs`,
  ]],
  [{ id: ["Codex:*"], not: { id: ["*apikey*"] } }, [NONE]],
];

for (const [value, said] of POOLS) {
  Deno.test(`reviewFit() says ${said.length === 0 ? "nothing" : said[0]?.slice(NONE.length) || "that none is"} of the pool ${JSON.stringify(value)}`, () => {
    assertEquals(
      reviewFit({ rules: [], pools: [poolOf(value)] }, candidates),
      said,
    );
  });
}

const POLICIES: readonly (readonly [
  name: string,
  options: object,
  said: readonly string[],
])[] = [
  ["round_robin", {}, []],
  ["fixed", { id: ["codex-ada@x-pro.json"] }, []],
  ["fixed", { id: ["codex-*", "a", "b"] }, [
    'Option id of rule r has IDs that fit no candidate of the request: "a" or "b"',
  ]],
  ["fixed", { id: ["Codex-Ada*"] }, [
    "Option id of rule r fits no candidate of the request, where only the case " +
    'differs: "Codex-Ada*"',
  ]],
  ["fixed", { id: ["Codex-Ada*", "a"] }, [
    "Option id of rule r has IDs that fit no candidate of the request, where only " +
    'the case differs: "Codex-Ada*"',
    'Option id of rule r has IDs that fit no candidate of the request: "a"',
  ]],
  ["weighted", { weights: { "codex-*": 1 } }, []],
  ["weighted", { weights: { "CODEX:*": 1, "*": 2 } }, [
    "Option weights of rule r has IDs that fit no candidate of the request, where " +
    'only the case differs: "CODEX:*"',
  ]],
  ["random", { weights: { a: 1 } }, [
    'Option weights of rule r fits no candidate of the request: "a"',
  ]],
  ["sticky", { weights: { a: 1 } }, [
    'Option weights of rule r fits no candidate of the request: "a"',
  ]],
];

for (const [name, options, said] of POLICIES) {
  Deno.test(`reviewFit() holds ${name} ${JSON.stringify(options)} against the candidates`, () => {
    const rules = [exampleRule({ policy: examplePolicy(name, options) })];
    assertEquals(reviewFit({ rules, pools: [] }, candidates), said);
  });
}
