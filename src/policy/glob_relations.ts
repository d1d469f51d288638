/**
 * How two globs relate, without a text: whether some text matches both, and
 * whether one takes all that the other does. For reviews of a config; no pick
 * needs it.
 */

import { tokensOf } from "./glob.ts";

/** Takes one character, or one of two globs as a whole, further. */
type Step = readonly [outer: number, inner: number];

/**
 * Tells whether some text matches two globs. Case does not count, so that the
 * answer holds wherever the globs are used.
 *
 * @param a A pattern that `checkGlob` likes.
 * @param b Another one.
 * @returns False only if there is no such text.
 *
 * @example
 * ```ts
 * import { mayOverlap } from "./glob_relations.ts";
 *
 * mayOverlap("red-*", "*-1"); // true
 * mayOverlap("red-*", "blue-*"); // false
 * ```
 */
export function mayOverlap(a: string, b: string): boolean {
  const [left, right] = [tokens(a.toLowerCase()), tokens(b.toLowerCase())];
  return isReachable(left.length, right.length, (i, j) => {
    const [x, y] = [left[i], right[j]];
    const steps: Step[] = [];
    if (x === "*") steps.push([1, 0]);
    if (y === "*") steps.push([0, 1]);
    if (x === undefined || y === undefined) return steps;
    if (x === "*") steps.push([0, 1]);
    else if (y === "*") steps.push([1, 0]);
    else if (x === "?" || y === "?" || x === y) steps.push([1, 1]);
    return steps;
  });
}

/**
 * Tells whether a glob takes every text that another one takes. Case counts.
 *
 * @param outer A pattern that `checkGlob` likes.
 * @param inner Another one.
 * @returns True only if it does.
 */
export function covers(outer: string, inner: string): boolean {
  const [left, right] = [tokens(outer), tokens(inner)];
  return isReachable(left.length, right.length, (i, j) => {
    const [x, y] = [left[i], right[j]];
    if (x === "*") return y === undefined ? [[1, 0]] : [[1, 0], [0, 1]];
    if (x === undefined || y === undefined || y === "*") return [];
    return x === "?" || x === y ? [[1, 1]] : [];
  });
}

/** A backslash and a character that is not wild mean the same without it. */
function tokens(pattern: string): readonly string[] {
  return tokensOf(pattern).map((token) =>
    /^\\[^*?]/u.test(token) ? token.slice(1) : token
  );
}

/** Whether steps lead from the start of both to the end of both. */
function isReachable(
  width: number,
  height: number,
  stepsFrom: (i: number, j: number) => readonly Step[],
): boolean {
  const seen = new Uint8Array((width + 1) * (height + 1));
  const open: Step[] = [[0, 0]];
  while (true) {
    const next = open.pop();
    if (next === undefined) return false;
    const [i, j] = next;
    if (i === width && j === height) return true;
    for (const [right, down] of stepsFrom(i, j)) {
      const place = (i + right) * (height + 1) + j + down;
      if (seen[place] === 1) continue;
      seen[place] = 1;
      open.push([i + right, j + down]);
    }
  }
}
