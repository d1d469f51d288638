/**
 * White space as the host knows it: Go's `unicode.IsSpace`, which its
 * `strings.TrimSpace` takes away (https://pkg.go.dev/unicode#IsSpace).
 * JavaScript's own differs: it has U+FEFF and lacks U+0085.
 */

/** One white space, for a regular expression. */
export const GO_SPACE =
  "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f" +
  "\\u3000]";

const SPACE_REGEXP = new RegExp(`^${GO_SPACE}$`);

/**
 * Trims a text as Go's `strings.TrimSpace` does, in a time that grows with its
 * length alone.
 *
 * @param text Any text.
 * @returns The text without white space around it.
 *
 * @example
 * ```ts
 * import { trimGoSpace } from "./go_space.ts";
 *
 * trimGoSpace("\x85 a\u3000"); // "a"
 * ```
 */
export function trimGoSpace(text: string): string {
  // A loop: a regular expression would take hours for a megabyte of spaces.
  let start = 0;
  let end = text.length;
  while (start < end && SPACE_REGEXP.test(text.charAt(start))) start++;
  while (start < end && SPACE_REGEXP.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
