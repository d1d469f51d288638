/**
 * A pool: credentials by what the host says of them. Looks at candidates only.
 */

import type { Candidate } from "./pick_request.ts";
import type { CredentialSet } from "./reach.ts";
import type { Infer, Shape } from "./shape.ts";

/** One thing that the members of a pool have in common. */
export interface Matcher {
  /** Its key in the config, such as `plan_type`. */
  readonly key: string;
  matches(candidate: Candidate): boolean;
  /** Whether a candidate would match if case did not count. @default {no} */
  matchesNearly?(candidate: Candidate): boolean;
  /**
   * Why a candidate does not match, in words, such as `plan_type is "plus",
   * wanted "pro" or "team"`. Quotes IDs, providers, plans and notes; never
   * values of other attributes, which may be secrets.
   */
  explain(candidate: Candidate): string;
}

/** Members are the candidates that every matcher takes. */
export interface Pool {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** What is known of its members without asking a matcher. @default {nothing} */
  readonly members?: CredentialSet;
}

/**
 * Tells whether a credential is a member of a pool.
 *
 * @param pool The pool.
 * @param candidate The credential.
 * @returns Whether every matcher takes it.
 */
export function isMember({ matchers }: Pool, candidate: Candidate): boolean {
  return matchers.every((matcher) => matcher.matches(candidate));
}

/** A kind of matcher: one file per kind under `pools/`. */
export interface MatcherKind<S extends Shape = Shape> {
  /** Its key in a pool. */
  readonly key: string;
  readonly shape: S;
  /**
   * Makes a matcher.
   *
   * @param value A value of the shape, checked.
   * @returns The matcher, or what is wrong with the value, in the form
   * `must name at least one attribute`.
   */
  create(value: Infer<S>): Matcher | string;
}
