/**
 * Makes pools of what the config says of them. Knows no kind of matcher by name
 * but `not`.
 */

import type { PartProblem, PartProblems } from "../part_problem.ts";
import type { Matcher, Pool } from "../pool.ts";
import type { Field, ObjectShape } from "../shape.ts";
import { MATCHER_KINDS } from "./kinds.ts";
import { membersOf } from "./members.ts";
import { NOT_KEY, notAll } from "./not.ts";

const KIND_FIELDS: Readonly<Record<string, Field>> = Object.fromEntries(
  MATCHER_KINDS.map(({ key, shape }) => [key, { shape }]),
);

const NOT_SHAPE: ObjectShape = {
  kind: "object",
  description: "Not those that match all of these",
  fields: KIND_FIELDS,
};

/** How a pool looks. */
export const POOL_SHAPE: ObjectShape = {
  kind: "object",
  description: "Credentials that match all of these; without any, all",
  fields: { ...KIND_FIELDS, [NOT_KEY]: { shape: NOT_SHAPE } },
};

/** A value of that shape: values of matchers by their keys. */
export type PoolValue = Readonly<Record<string, unknown>>;

/**
 * Makes a pool.
 *
 * @param name Its name.
 * @param value A value of `POOL_SHAPE`, checked.
 * @returns The pool, or everything that is wrong.
 */
export function createPool(
  name: string,
  value: PoolValue,
): { readonly pool: Pool } | PartProblems {
  const problems: PartProblem[] = [];
  const matchers = createMatchers(value, { path: [], problems });
  const not = value[NOT_KEY] as PoolValue | undefined;
  if (not !== undefined) {
    matchers.push(createNot(not, { path: [NOT_KEY], problems }));
  }
  if (matchers.length === 0 && problems.length === 0) {
    problems.push({ path: [], message: EMPTY });
  }
  if (problems.length > 0) return { problems };
  return { pool: { name, matchers, members: membersOf(value) } };
}

/** A forgotten value must not make a pool of everything. */
const EMPTY = 'must say what its members have in common, such as id: "*" for ' +
  "all credentials";

/** Where a set of matchers is, and where its problems go. */
interface Place {
  readonly path: PartProblem["path"];
  readonly problems: PartProblem[];
}

function createMatchers(value: PoolValue, place: Place): Matcher[] {
  return MATCHER_KINDS.flatMap((kind) => {
    const part = value[kind.key];
    if (part === undefined) return [];
    // Of the kind's shape, since the whole is of `POOL_SHAPE`.
    const made = kind.create(part as never);
    if (typeof made !== "string") return [made];
    place.problems.push({ path: [...place.path, kind.key], message: made });
    return [];
  });
}

/** An empty set takes all: there would be no members. */
function createNot(value: PoolValue, place: Place): Matcher {
  if (Object.values(value).every((part) => part === undefined)) {
    const message = "must have at least one key, such as plan_type: free";
    place.problems.push({ path: place.path, message });
  }
  return notAll(createMatchers(value, place));
}
