/**
 * Paths of keys, as problems name them. Knows no config.
 */

import { shorten } from "./shorten.ts";

/** Keys and positions that lead from the top to a value. */
export type KeyPath = readonly (string | number)[];

/** Stands in a path for a key that a log must not show. */
export const ANY_KEY = "*";

/**
 * Puts a path into words.
 *
 * @param path Keys, and positions from 0.
 * @returns Words such as `rules[1].use[0]`.
 *
 * @example
 * ```ts
 * import { formatPath } from "./key_path.ts";
 * console.assert(formatPath(["rules", 1, "use", 0]) === "rules[1].use[0]");
 * ```
 */
export function formatPath(path: KeyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? shorten(part) : `${text}.${shorten(part)}`;
  }, "");
}
