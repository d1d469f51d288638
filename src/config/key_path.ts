/**
 * Paths of keys, as problems name them. Knows no config.
 */

import { shorten } from "./shorten.ts";

/** A key that a terminal may show, but no log. */
export interface UnloggedKey {
  readonly unlogged: string;
}

/** Keys and positions that lead from the top to a value. */
export type KeyPath = readonly (string | number | UnloggedKey)[];

/** Stands in a path for a key that is not shown. */
export const ANY_KEY = "*";

/** Keys that need no quotes between dots. */
const BARE_KEY_REGEXP = /^[\p{L}\p{N}_*?:<-]+$/u;

/**
 * Puts a path into words that are fit for a log.
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
  return format(
    path,
    (part) => typeof part === "string" ? shorten(part) : ANY_KEY,
  );
}

/**
 * Puts a path into words for a terminal.
 *
 * @param path Keys, and positions from 0.
 * @returns Words such as `policy.weights."ada@example.com"`.
 */
export function formatWholePath(path: KeyPath): string {
  return format(path, (part) => {
    if (typeof part === "string") return shorten(part);
    const key = shorten(part.unlogged);
    return BARE_KEY_REGEXP.test(key) ? key : JSON.stringify(key);
  });
}

function format(
  path: KeyPath,
  formatKey: (part: string | UnloggedKey) => string,
): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? formatKey(part) : `${text}.${formatKey(part)}`;
  }, "");
}
