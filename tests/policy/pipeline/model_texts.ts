/** Globs and lists, as the pipeline's model reads them. */

import type { OneOrMore } from "./config.ts";

/** One item may stand without a list. */
export function listOf<T>(value: OneOrMore<T>): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/**
 * Compares by trying every way.
 *
 * @param glob A pattern.
 * @param text Any text.
 * @param ignoresCase Whether upper and lower case are the same.
 * @returns Whether the whole text matches.
 */
export function isGlob(
  glob: string,
  text: string,
  ignoresCase = false,
): boolean {
  const [pattern, whole] = ignoresCase
    ? [glob.toLowerCase(), text.toLowerCase()]
    : [glob, text];
  return tries([...pattern], [...whole]);
}

function tries(
  [token, ...tokens]: readonly string[],
  text: readonly string[],
): boolean {
  if (token === undefined) return text.length === 0;
  const [first, ...rest] = text;
  switch (token) {
    case "*":
      return tries(tokens, text) ||
        (first !== undefined && tries(["*", ...tokens], rest));
    case "?":
      return first !== undefined && tries(tokens, rest);
    case "\\":
      return first === tokens[0] && tries(tokens.slice(1), rest);
    default:
      return first === token && tries(tokens, rest);
  }
}
