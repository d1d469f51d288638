/**
 * Puts names into reasons. What calls it knows that the names are no secrets;
 * what prints them makes them safe for a terminal.
 */

/** Longest text that is quoted whole, in UTF-16 code units. A guess. */
const MAX_QUOTED = 80;

/** How many texts of a list are quoted. A guess. */
const MAX_LISTED = 5;

/**
 * Quotes a text.
 *
 * @param text Any text that is no secret.
 * @returns It in double quotes, shortened if it is very long.
 */
export function quote(text: string): string {
  return text.length <= MAX_QUOTED
    ? `"${text}"`
    : `"${text.slice(0, MAX_QUOTED)}…"`;
}

/**
 * Quotes alternatives.
 *
 * @param texts Texts that are no secrets.
 * @returns Words such as `"a", "b" or "c"`.
 *
 * @example
 * ```ts
 * import { quoteAny } from "./quote.ts";
 *
 * quoteAny(["pro", "team"]); // '"pro" or "team"'
 * ```
 */
export function quoteAny(texts: readonly string[]): string {
  const quoted = texts.slice(0, MAX_LISTED).map(quote);
  const more = texts.length - quoted.length;
  return either(more > 0 ? [...quoted, `${more} more`] : quoted);
}

/**
 * Joins alternatives.
 *
 * @param words What there is to choose from.
 * @returns Words such as `a, b or c`.
 */
export function either(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
