/**
 * Condition `any`: one of several sets of conditions holds. `when.ts` makes it.
 */

import type { Condition } from "../condition.ts";
import { combine } from "../reuse.ts";
import { explainAll, testAll } from "./all_of.ts";

/** Its key in the config. */
export const ANY_KEY = "any";

/**
 * Makes the condition.
 *
 * @param sets At least one set with at least one condition.
 * @returns A condition that holds when all conditions of one of the sets do.
 */
export function anyOf(sets: readonly (readonly Condition[])[]): Condition {
  return {
    key: ANY_KEY,
    test: (request, context) => {
      const results = sets.map((set) => testAll(set, request, context));
      return {
        holds: results.some(({ holds }) => holds),
        reuse: combine(...results.map(({ reuse }) => reuse)),
      };
    },
    explain: (request, context) => {
      const words = sets.map((set) => explainAll(set, request, context));
      return `any of ${words.join(" or ")}`;
    },
  };
}
