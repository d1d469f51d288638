/**
 * Condition `not`: a set of conditions does not hold. `when.ts` makes it.
 */

import type { Condition } from "../condition.ts";
import { explainAll, testAll } from "./all_of.ts";

/** Its key in the config. */
export const NOT_KEY = "not";

/**
 * Makes the condition.
 *
 * @param set At least one condition.
 * @returns A condition that holds when one of the set does not.
 */
export function notAll(set: readonly Condition[]): Condition {
  return {
    key: NOT_KEY,
    test: (request, context) => {
      const { holds, reuse } = testAll(set, request, context);
      return { holds: !holds, reuse };
    },
    explain: (request, context) => `not ${explainAll(set, request, context)}`,
  };
}
