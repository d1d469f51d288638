/**
 * The nearest of a few names, for "did you mean". Knows the slips of fast
 * typing; the rest is the config's own notion of a near word.
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
  const typed = word.toLowerCase();
  if (typed === "") return undefined;
  return names.find((name) => name.startsWith(typed)) ??
    names.find((name) => isSwapOf(typed, name)) ??
    closestWord(word, names);
}

/** Whether two neighbouring letters changed places. */
function isSwapOf(typed: string, name: string): boolean {
  if (typed.length !== name.length) return false;
  const first = [...name].findIndex((letter, index) => letter !== typed[index]);
  const swapped = name.slice(0, first) + name.charAt(first + 1) +
    name.charAt(first) + name.slice(first + 2);
  return first >= 0 && typed === swapped;
}
