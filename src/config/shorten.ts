/**
 * Makes pieces of a config fit to be shown. Knows no config.
 */

/** Longest piece of a config that a problem quotes, in UTF-16 code units. */
const MAX_FOUND_LENGTH = 40;

/**
 * Makes a piece of a config fit for one line of a terminal.
 *
 * @param text The piece.
 * @returns Its first line, shortened, without control characters.
 */
export function shorten(text: string): string {
  const end = text.indexOf("\n");
  const line = end < 0 ? text : text.slice(0, end);
  const isWhole = line.length === text.length &&
    line.length <= MAX_FOUND_LENGTH;
  const kept = isWhole ? line : `${line.slice(0, MAX_FOUND_LENGTH)}…`;
  return kept.replaceAll(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
}
