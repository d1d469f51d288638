/**
 * What is wrong with a value of the config although its shape is right, as
 * `conditions/when.ts` and `pools/create_pool.ts` tell it.
 */

/** One thing that is wrong. */
export interface PartProblem {
  /** Keys, and positions from 0, that lead to it within the value. */
  readonly path: readonly (string | number)[];
  /** In the form `must name a caller under callers`, without any value. */
  readonly message: string;
  /** A word of the value, and the words that could be meant: for a hint. */
  readonly meant?: { readonly word: string; readonly known: readonly string[] };
}

/** Everything that is wrong with a value. */
export interface PartProblems {
  /** At least one. */
  readonly problems: readonly PartProblem[];
}
