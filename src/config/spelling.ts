/**
 * Finds the word that somebody meant: for hints, and to seal what was meant to
 * close something. No other decision may depend on it.
 */

/** Longer words are no misspelling of anything that we know. */
const MAX_WORD_LENGTH = 40;

/**
 * Finds the known word that is closest to a misspelled one.
 *
 * Case, `-` and `_` do not count, and at most a third of the letters may
 * differ; two that are swapped count as one (optimal string alignment,
 * https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance).
 *
 * @param word What was written.
 * @param known What could have been meant.
 * @returns The closest of the known words, if any is close.
 *
 * @example
 * ```ts
 * import { closestWord } from "./spelling.ts";
 * console.assert(closestWord("delgate", ["deny", "delegate"]) === "delegate");
 * ```
 */
export function closestWord(
  word: string,
  known: readonly string[],
): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const plain = plainLetters(word);
  let closest: string | undefined;
  let fewest = Math.max(1, Math.floor(plain.length / 3));
  for (const candidate of known) {
    const distance = editDistance(plain, plainLetters(candidate));
    if (distance > fewest || closest !== undefined && distance === fewest) {
      continue;
    }
    closest = candidate;
    fewest = distance;
  }
  return closest;
}

/**
 * Tells whether two words differ in nothing but case, `-` and `_`.
 *
 * @param a A word.
 * @param b Another one.
 * @returns Whether they are the same otherwise.
 */
export function isSameKey(a: string, b: string): boolean {
  return plainLetters(a) === plainLetters(b);
}

/**
 * Takes away what does not count in a key.
 *
 * @param word A word.
 * @returns Its letters and digits, in lower case.
 */
export function plainLetters(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, "");
}

function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
