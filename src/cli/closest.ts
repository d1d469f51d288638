/**
 * The nearest of a few names, for "did you mean". Knows names that were cut
 * short; the rest is the config's own notion of a near word.
 */

import { closestWord } from "../config/spelling.ts";

/**
 * Finds the name that a mistyped word was most likely meant to be.
 *
 * @param word What was typed.
 * @param names What there is.
 * @returns The nearest name, or undefined if none is near.
 *
 * @example
 * ```ts
 * closest("chekc", ["pick", "check"]); // "check"
 * ```
 */
export function closest(
  word: string,
  names: readonly string[],
): string | undefined {
  if (word === "") return undefined;
  return names.find((name) => name.startsWith(word.toLowerCase())) ??
    closestWord(word, names);
}
