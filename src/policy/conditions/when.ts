/**
 * The `when` of a rule: a set of conditions, all of which have to hold, with
 * sets in sets by `any` and `not`. Knows no kind of condition by name.
 */

import type { Condition, ConditionScope } from "../condition.ts";
import type { PartProblem, PartProblems } from "../part_problem.ts";
import type { Field, ObjectShape } from "../shape.ts";
import { ANY_KEY, anyOf } from "./any.ts";
import { CONDITION_KINDS } from "./kinds.ts";
import { NOT_KEY, notAll } from "./not.ts";

/** How deep sets may be in sets, the outermost counted. */
const MAX_LEVELS = 4;

/** How many sets one `any` may have. A guess. */
const MAX_SETS = 16;

/** How many conditions a rule may have on all levels. A guess. */
const MAX_CONDITIONS = 64;

const KIND_FIELDS: Readonly<Record<string, Field>> = Object.fromEntries(
  CONDITION_KINDS.map(({ key, shape }) => [key, { shape }]),
);

/** How `when` looks. */
export const WHEN_SHAPE: ObjectShape = shapeOfLevel(1);

/** A value of that shape: values of conditions by their keys. */
export type When = Readonly<Record<string, unknown>>;

/**
 * Makes the conditions of a rule.
 *
 * @param value A value of `WHEN_SHAPE`, checked.
 * @param scope What else the config defines.
 * @returns The conditions, all of which have to hold; or everything that is
 * wrong.
 */
export function createWhen(
  value: When,
  scope: ConditionScope,
): { readonly conditions: readonly Condition[] } | PartProblems {
  const builder = new SetBuilder(scope);
  const conditions = builder.build(value, []);
  const { problems } = builder;
  return problems.length > 0 ? { problems } : { conditions };
}

function shapeOfLevel(level: number): ObjectShape {
  const description = "Conditions, all of which have to hold";
  if (level === MAX_LEVELS) {
    return { kind: "object", description, fields: KIND_FIELDS };
  }
  const inner = shapeOfLevel(level + 1);
  const any: Field = {
    shape: {
      kind: "list",
      description: "One of these sets of conditions holds",
      of: inner,
      maxItems: MAX_SETS,
    },
  };
  const not: Field = {
    shape: { ...inner, description: "This set of conditions does not hold" },
  };
  const fields = { ...KIND_FIELDS, [ANY_KEY]: any, [NOT_KEY]: not };
  return { kind: "object", description, fields };
}

/** Builds sets in sets, and gathers what is wrong with any of them. */
class SetBuilder {
  readonly problems: PartProblem[] = [];
  readonly #scope: ConditionScope;
  #count = 0;

  constructor(scope: ConditionScope) {
    this.#scope = scope;
  }

  /** The conditions of one set, those with problems left out. */
  build(value: When, path: PartProblem["path"]): readonly Condition[] {
    const conditions = this.#buildKinds(value, path);
    const any = value[ANY_KEY] as readonly When[] | undefined;
    if (any !== undefined) {
      const sets = any.map((set, i) =>
        this.#buildInner(set, [...path, ANY_KEY, i])
      );
      conditions.push(anyOf(sets));
    }
    const not = value[NOT_KEY] as When | undefined;
    if (not !== undefined) {
      conditions.push(notAll(this.#buildInner(not, [...path, NOT_KEY])));
    }
    return conditions;
  }

  #buildKinds(value: When, path: PartProblem["path"]): Condition[] {
    return CONDITION_KINDS.flatMap((kind) => {
      const part = value[kind.key];
      if (part === undefined) return [];
      this.#countOne();
      // Of the kind's shape, since the whole is of `WHEN_SHAPE`.
      const made = kind.create(part as never, this.#scope);
      if (typeof made === "string") {
        this.problems.push({ path: [...path, kind.key], message: made });
        return [];
      }
      if (!("problems" in made)) return [made];
      this.problems.push(...made.problems.map((problem) => ({
        ...problem,
        path: [...path, kind.key, ...problem.path],
      })));
      return [];
    });
  }

  /** An empty set always holds: `any` and `not` would make no sense of it. */
  #buildInner(value: When, path: PartProblem["path"]): readonly Condition[] {
    if (Object.values(value).every((part) => part === undefined)) {
      const message = "must have at least one condition, such as model: gpt-*";
      this.problems.push({ path, message });
    }
    return this.build(value, path);
  }

  #countOne(): void {
    this.#count++;
    if (this.#count !== MAX_CONDITIONS + 1) return;
    const message = `must have at most ${MAX_CONDITIONS} conditions in all`;
    this.problems.push({ path: [], message });
  }
}
