/**
 * Tells names that people give from keys, tokens and addresses, which may
 * stand in the place of a name by mistake: a log shows the first ones only.
 * Errs on the side of showing nothing. Knows no config.
 */

/** Longest name that is shown, in UTF-16 code units. A guess. */
const MAX_NAME_LENGTH = 40;

/** What names of pools, callers, attributes and globs over IDs are made of. */
const NAME_REGEXP = /^[\p{L}\p{N}_:*?-]+(?:\.json)?$/u;

/** How many keys of well-known services begin. */
const KEY_PREFIX_REGEXP =
  /^(?:(?:sk|pk|rk|gh[a-z]|github_pat|gsk|hf|xox[a-z]|bearer)[-_]|AIza|AKIA|eyJ)/i;

/** Letters and digits without anything between. */
const RUN_REGEXP = /[\p{L}\p{N}]+/gu;

/** A run of this length is no word. A guess. */
const LONG_RUN = 20;

/** One of letters and digits is none from here on, but a year may follow. */
const LONG_MIXED_RUN = 12;

/** One of digits alone may be a telephone number. A guess. */
const LONG_NUMBER = 8;

/** Runs such as `a1b2`, taken together, are no words from here on. A guess. */
const MANY_SHUFFLED = 8;

/**
 * Tells whether a log may show a key of a mapping.
 *
 * @param name The key.
 * @returns True for what looks like a name, short and without an address.
 *
 * @example
 * ```ts
 * import { isPlainName } from "./plain_name.ts";
 * console.assert(isPlainName("team-b") && !isPlainName("sk-0123456789abcdef"));
 * ```
 */
export function isPlainName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME_REGEXP.test(name) &&
    hasPlainWords(name);
}

function hasPlainWords(name: string): boolean {
  if (KEY_PREFIX_REGEXP.test(name)) return false;
  const runs = name.match(RUN_REGEXP) ?? [];
  const shuffled = runs.filter(isShuffled).join("");
  return shuffled.length < MANY_SHUFFLED && !runs.some(isNoWord);
}

function isNoWord(run: string): boolean {
  if (run.length >= LONG_RUN) return true;
  if (/^\p{N}+$/u.test(run)) return run.length >= LONG_NUMBER;
  return run.length >= LONG_MIXED_RUN && !/^\p{L}+\p{N}{0,4}$/u.test(run);
}

/** Digits between letters, or letters between digits. */
function isShuffled(run: string): boolean {
  return /\p{L}\p{N}+\p{L}|\p{N}\p{L}+\p{N}/u.test(run);
}
