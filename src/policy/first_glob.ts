/**
 * Lists of globs of which the first that matches counts, as of IDs in `fixed`
 * and of weights.
 */

import { compileGlob, type Glob } from "./glob.ts";

/** Finds the place of the first glob that matches a text. */
export type FindPlace = (text: string) => number | undefined;

/**
 * Makes globs ready. Names and beginnings of names are looked up, and only
 * globs before the one that is found are tried.
 *
 * @param patterns Patterns that `checkGlob` likes, in their order.
 * @returns Finds the place, from 0, of the first that matches; undefined if
 * none does.
 *
 * @example
 * ```ts
 * import { firstGlob } from "./first_glob.ts";
 *
 * firstGlob(["b", "a*", "*"])("ab"); // 1
 * ```
 */
export function firstGlob(patterns: readonly string[]): FindPlace {
  const literals = new Map<string, number>();
  const prefixes = new Map<number, Map<string, number>>();
  const wild: { readonly glob: Glob; readonly place: number }[] = [];
  for (const [place, pattern] of patterns.entries()) {
    const glob = compileGlob(pattern);
    const { literal, prefix } = glob;
    if (literal !== undefined) keepFirst(literals, literal, place);
    else if (prefix === undefined) wild.push({ glob, place });
    else {
      const known = prefixes.get(prefix.length) ?? new Map();
      keepFirst(known, prefix, place);
      prefixes.set(prefix.length, known);
    }
  }
  return (text) => {
    let first = literals.get(text) ?? Infinity;
    for (const [length, places] of prefixes) {
      first = Math.min(first, places.get(text.slice(0, length)) ?? Infinity);
    }
    for (const { glob, place } of wild) {
      if (place > first) break;
      if (glob.matches(text)) return place;
    }
    return first === Infinity ? undefined : first;
  };
}

function keepFirst(
  places: Map<string, number>,
  text: string,
  place: number,
): void {
  if (!places.has(text)) places.set(text, place);
}
