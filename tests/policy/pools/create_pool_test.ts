import { assert, assertEquals } from "@std/assert";
import type { Pool } from "../../../src/policy/pool.ts";
import {
  createPool,
  POOL_SHAPE,
  type PoolValue,
} from "../../../src/policy/pools/create_pool.ts";
import type { Infer } from "../../../src/policy/shape.ts";
import { candidateWith } from "./example_candidate.ts";

const PLAN = "plan_type";

function poolOf(value: PoolValue): Pool {
  const made = createPool("example", value);
  assert("pool" in made, JSON.stringify(made));
  return made.pool;
}

/** Plans of the members, among credentials of several plans and none. */
function membersOf(value: PoolValue): readonly (string | undefined)[] {
  const plans = ["free", "Pro", "team", undefined];
  return plans.filter((plan) => {
    const attributes: Record<string, string> = plan === undefined
      ? {}
      : { [PLAN]: plan };
    return poolOf(value).matchers.every((matcher) =>
      matcher.matches(candidateWith({ attributes }))
    );
  });
}

Deno.test("createPool() makes a pool with the name", () => {
  assertEquals(poolOf({ id: ["*"] }).name, "example");
});

Deno.test("createPool() takes all with the ID *", () => {
  assertEquals(membersOf({ id: ["*"] }), ["free", "Pro", "team", undefined]);
});

Deno.test("createPool() refuses a pool that says nothing", () => {
  assertEquals(createPool("example", {}), {
    problems: [{
      path: [],
      message: "must say what its members have in common, such as " +
        'id: "*" for all credentials',
    }],
  });
});

Deno.test("createPool() takes those that match all keys", () => {
  const plans = { [PLAN]: ["pro", "team"] };
  assertEquals(membersOf({ ...plans, provider: ["codex"] }), ["Pro", "team"]);
  assertEquals(membersOf({ ...plans, provider: ["claude"] }), []);
});

Deno.test("createPool() takes with not also those without the attribute", () => {
  assertEquals(
    membersOf({ provider: ["codex"], not: { [PLAN]: ["free"] } }),
    ["Pro", "team", undefined],
  );
});

Deno.test("createPool() excludes with not only what matches all of it", () => {
  const not = { [PLAN]: ["free"], priority: [">0"] };
  assertEquals(membersOf({ not }), ["free", "Pro", "team", undefined]);
});

Deno.test("createPool() tries the keys in a fixed order, not at last", () => {
  const value = {
    not: { id: ["a"] },
    attributes: { a: ["b"] },
    priority: ["1"],
  };
  assertEquals(poolOf(value).matchers.map(({ key }) => key), [
    "priority",
    "attributes",
    "not",
  ]);
});

Deno.test("createPool() refuses a not that excludes everything", () => {
  assertEquals(createPool("example", { not: {} }), {
    problems: [{
      path: ["not"],
      message: "must have at least one key, such as plan_type: free",
    }],
  });
});

Deno.test("createPool() finds every problem and says where it is", () => {
  const message = "must name at least one attribute, such as websockets";
  assertEquals(
    createPool("example", { attributes: {}, not: { attributes: {} } }),
    {
      problems: [
        { path: ["attributes"], message },
        { path: ["not", "attributes"], message },
      ],
    },
  );
});

Deno.test("createPool() takes a value of the shape", () => {
  const value: Infer<typeof POOL_SHAPE> = { [PLAN]: ["free"] };
  assertEquals(membersOf(value), ["free"]);
});

Deno.test("POOL_SHAPE has a not of the same keys, one level deep", () => {
  const { not, ...kinds } = POOL_SHAPE.fields;
  assert(not?.shape.kind === "object");
  assertEquals(Object.keys(not.shape.fields), Object.keys(kinds));
});
