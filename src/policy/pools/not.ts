/**
 * Matcher `not`: what a set of matchers does not take. `create_pool.ts` makes
 * it.
 */

import type { Matcher } from "../pool.ts";

/** Its key in a pool. */
export const NOT_KEY = "not";

/**
 * Makes the matcher.
 *
 * @param matchers At least one.
 * @returns A matcher of what one of them does not take, also because it looks
 * at something that is not there.
 */
export function notAll(matchers: readonly Matcher[]): Matcher {
  const keys = matchers.map(({ key }) => key);
  return {
    key: NOT_KEY,
    matches: (candidate) =>
      !matchers.every((matcher) => matcher.matches(candidate)),
    explain: () => `it is what not excludes by ${keys.join(" and ")}`,
  };
}
