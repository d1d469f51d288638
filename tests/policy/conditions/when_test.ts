import { assert, assertEquals } from "@std/assert";
import { CONDITION_KINDS } from "../../../src/policy/conditions/kinds.ts";
import {
  createWhen,
  type When,
  WHEN_SHAPE,
} from "../../../src/policy/conditions/when.ts";
import type { Infer, ObjectShape } from "../../../src/policy/shape.ts";
import { explained, holds, SCOPE } from "./example_scope.ts";

function conditionsOf(value: When) {
  const made = createWhen(value, SCOPE);
  assert("conditions" in made, JSON.stringify(made));
  return made.conditions;
}

function problemsOf(value: When) {
  const made = createWhen(value, SCOPE);
  return "problems" in made ? made.problems : [];
}

/** The shape below a key, through a list. */
function below(shape: ObjectShape, key: string): ObjectShape {
  const found = shape.fields[key]?.shape;
  const inner = found?.kind === "list" ? found.of : found;
  assert(inner?.kind === "object");
  return inner;
}

const KEYS = CONDITION_KINDS.map(({ key }) => key);

Deno.test("createWhen() makes one condition per key, in a fixed order", () => {
  const when = { not: { stream: true }, stream: true, model: ["m"] };
  assertEquals(conditionsOf(when).map(({ key }) => key), [
    "model",
    "stream",
    "not",
  ]);
});

Deno.test("createWhen() makes no condition of nothing", () => {
  assertEquals(conditionsOf({}), []);
});

Deno.test("createWhen() takes a value of the shape", () => {
  const value: Infer<typeof WHEN_SHAPE> = { stream: true };
  assertEquals(conditionsOf(value).length, 1);
});

Deno.test("createWhen() makes sets in sets", () => {
  const [condition] = conditionsOf({
    any: [
      { stream: false },
      { model: ["gpt-*"], not: { model: ["*-mini"], stream: true } },
    ],
  });
  assert(condition !== undefined);
  const found = ["gpt-5", "gpt-5-mini", "o3"].map((model) =>
    holds(condition, { model, stream: true })
  );
  assertEquals(found, [true, false, false]);
  assertEquals(
    explained(condition, { model: "o3", stream: true }),
    "any of (stream is true, wanted false) or " +
      '(model is "o3", wanted "gpt-*" and ' +
      'not (model is "o3", wanted "*-mini" and stream is true, wanted true))',
  );
});

Deno.test("createWhen() finds every problem and says where it is", () => {
  const header = { A: ["x"], a: ["x"] };
  const known = Object.keys(SCOPE.callers);
  assertEquals(
    problemsOf({
      caller: ["nobody"],
      any: [{ stream: true }, { header, not: { caller: ["no one"] } }],
    }),
    [
      {
        path: ["caller", 0],
        message: "must name a caller under callers",
        meant: { word: "nobody", known },
      },
      {
        path: ["any", 1, "header"],
        message: "must name each header once, upper or lower case",
      },
      {
        path: ["any", 1, "not", "caller", 0],
        message: "must name a caller under callers",
        meant: { word: "no one", known },
      },
    ],
  );
});

Deno.test("createWhen() refuses empty sets in sets", () => {
  const message = "must have at least one condition, such as model: gpt-*";
  assertEquals(problemsOf({ any: [{}], not: {} }), [
    { path: ["any", 0], message },
    { path: ["not"], message },
  ]);
});

Deno.test("createWhen() refuses too many conditions, once", () => {
  const set = { any: Array.from({ length: 11 }, () => ({ stream: true })) };
  assertEquals(
    problemsOf({ any: Array.from({ length: 6 }, () => set) }),
    [{ path: [], message: "must have at most 64 conditions in all" }],
  );
});

Deno.test("createWhen() takes as many conditions as there may be", () => {
  const set = { any: Array.from({ length: 16 }, () => ({ stream: true })) };
  assertEquals(problemsOf({ any: Array.from({ length: 4 }, () => set) }), []);
});

Deno.test("WHEN_SHAPE has the keys of all kinds, any and not", () => {
  assertEquals(Object.keys(WHEN_SHAPE.fields), [...KEYS, "any", "not"]);
});

for (const keys of [["any", "not", "any"], ["not", "not", "not"]]) {
  Deno.test(`WHEN_SHAPE has no sets below ${keys.join(" ")}`, () => {
    const deepest = keys.reduce(below, WHEN_SHAPE);
    assertEquals(Object.keys(deepest.fields), KEYS);
  });
}

Deno.test("WHEN_SHAPE says what not is", () => {
  assertEquals(
    WHEN_SHAPE.fields.not?.shape.description,
    "This set of conditions does not hold",
  );
});
