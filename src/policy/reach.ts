/**
 * Which credentials a rule can choose, as far as its pools and its policy say:
 * sets that are compared without a request. For reviews of a config; a pick
 * does not need it.
 */

import { covers, mayOverlap } from "./glob_relations.ts";
import type { Policy } from "./policy.ts";
import type { Pool } from "./pool.ts";
import { covers as coversRange, meets, type Range } from "./pools/range.ts";

/** One thing that all members of a set have in common. */
export interface Facet {
  /** What it is about, such as `id` or `attribute plan_type`. */
  readonly about: string;
  /** Globs over a text, or ranges of a number; one has to match. */
  readonly globs?: readonly string[];
  readonly ranges?: readonly Range[];
}

/** Credentials that have all facets, but for those of the exceptions. */
export interface CredentialSet {
  readonly facets: readonly Facet[];
  /** Whoever has all facets of one of these is not in the set. */
  readonly exceptions: readonly (readonly Facet[])[];
}

/** All of them. */
const EVERYTHING: CredentialSet = { facets: [], exceptions: [] };

/** A set that a rule chooses from. */
export interface Reach {
  readonly set: CredentialSet;
  /** The pool that it comes from; undefined: the policy alone says so. */
  readonly pool: Pool | undefined;
}

/**
 * Tells what a rule chooses from.
 *
 * @param rule Its pools and its policy.
 * @returns One set for each pool, or one for a rule without any; none if its
 * policy never chooses.
 */
export function reachOf(
  { use, policy }: { readonly use: readonly Pool[]; readonly policy: Policy },
): Reach[] {
  if (policy.choosesNone === true) return [];
  const ids: readonly Facet[] = policy.onlyIds === undefined
    ? []
    : [{ about: "id", globs: policy.onlyIds }];
  const kept = weightlessIn(policy);
  const pools = use.length === 0 ? [undefined] : use;
  return pools.map((pool) => {
    const { facets, exceptions } = pool?.members ?? EVERYTHING;
    return {
      pool,
      set: {
        facets: [...facets, ...ids],
        exceptions: [...exceptions, ...kept],
      },
    };
  });
}

/**
 * What weighs nothing is never chosen. Only weights before all others count
 * here: one behind them may be about IDs that have another one.
 */
function weightlessIn({ weights = {} }: Policy): Facet[][] {
  const entries = Object.entries(weights);
  const other = entries.findIndex(([, weight]) => weight > 0);
  const globs = entries.slice(0, other < 0 ? entries.length : other)
    .map(([glob]) => glob);
  return globs.length === 0 ? [] : [[{ about: "id", globs }]];
}

/** Comparisons of patterns that are left; a review stops at none. */
export interface Budget {
  comparisons: number;
}

/**
 * Tells whether a credential may be in two sets.
 *
 * @param a A set.
 * @param b Another one.
 * @param budget What it may cost; without any left, nothing is known.
 * @returns False if there cannot be one, or it is not known.
 */
export function mayShare(
  a: CredentialSet,
  b: CredentialSet,
  budget: Budget,
): boolean {
  const apart = a.facets.some((facet) =>
    b.facets.some((other) =>
      facet.about === other.about && areApart(facet, other, budget)
    )
  );
  if (apart) return false;
  const facets = [...a.facets, ...b.facets];
  const excluded = [...a.exceptions, ...b.exceptions].some((exception) =>
    exception.every((outer) =>
      facets.some((inner) =>
        inner.about === outer.about && isWithin(inner, outer, budget)
      )
    )
  );
  return !excluded && budget.comparisons > 0;
}

function areApart(a: Facet, b: Facet, budget: Budget): boolean {
  const inGlobs = every(a.globs, b.globs, budget, (x, y) => !mayOverlap(x, y));
  const inRanges = every(a.ranges, b.ranges, budget, (x, y) => !meets(x, y));
  return inGlobs && inRanges;
}

/** Compares all with all; texts that are the same are found at once. */
function every<T>(
  some: readonly T[] = [],
  others: readonly T[] = [],
  budget: Budget,
  holds: (a: T, b: T) => boolean,
): boolean {
  const known = new Set(others);
  if (some.some((one) => known.has(one))) return false;
  return some.every((one) =>
    others.every((other) => --budget.comparisons > 0 && holds(one, other))
  );
}

function isWithin(inner: Facet, outer: Facet, budget: Budget): boolean {
  const isOne = <T>(
    some: readonly T[] = [],
    others: readonly T[] = [],
    takes: (outer: T, inner: T) => boolean,
  ) => {
    const known = new Set(others);
    return some.every((one) =>
      known.has(one) ||
      others.some((other) => --budget.comparisons > 0 && takes(other, one))
    );
  };
  return isOne(inner.globs, outer.globs, covers) &&
    isOne(inner.ranges, outer.ranges, coversRange);
}
