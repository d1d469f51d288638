/**
 * Makes any text safe and honest on a terminal. Names of credentials and
 * values of a config are written by others: they may hold terminal escapes,
 * and characters that nobody sees although an ID is compared byte for byte.
 */

/** Longest text that is printed whole, in UTF-16 units. A guess. */
const MAX_PRINTED = 160;

/** Of a longer text, how much of its start and end is printed. */
const PRINTED_START = 110;
const PRINTED_END = 40;

/** Controls, formats, separators, spaces but the plain one, and halves. */
const INVISIBLE_REGEXP = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * Writes every invisible character as its JSON escape.
 *
 * @param text Any text.
 * @returns The text on one line, without control characters.
 *
 * @example
 * ```ts
 * escapeInvisible("a\u001b[2J"); // "a\\u001b[2J"
 * ```
 */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE_REGEXP, escapeUnits);
}

/**
 * Makes a text fit for one cell of a line: escaped, and shortened in the
 * middle when it is very long.
 *
 * @param text Any text.
 * @returns The text to print.
 */
export function printable(text: string): string {
  if (text.length <= MAX_PRINTED) return escapeInvisible(text);
  const start = escapeInvisible(text.slice(0, PRINTED_START));
  const end = escapeInvisible(text.slice(-PRINTED_END));
  return `${start}…${end} (${text.length} characters)`;
}

/**
 * Writes a value as indented JSON that is safe on a terminal, too.
 *
 * @param value Anything that JSON can hold.
 * @returns JSON text without a final newline.
 */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split("\n").map(escapeInvisible).join("\n");
}

/** An escape for each UTF-16 unit, as JSON wants them. */
function escapeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    const unit = character.charCodeAt(index).toString(16).padStart(4, "0");
    escaped += `\\u${unit}`;
  }
  return escaped;
}
