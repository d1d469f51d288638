/**
 * Tells forms of other tools apart from names: regular expressions, classes of
 * characters, lists by spaces. What names have is in favour of names.
 */

/** Vendors whose models begin with their name and a dot, as on Bedrock. */
const DOTTED_VENDOR_REGEXP =
  /(?:^|[./])(?:us|eu|apac|global|ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\.\*/;

/** What is in brackets in names that are in use, such as `claude-x[1m]`. */
const SIZE_REGEXP = /^\d+(?:\.\d+)?[kmgb]$/i;

/**
 * Tells a regular expression by what no text begins or ends with, or holds.
 *
 * @param pattern Any pattern.
 * @returns Whether it is one in any place.
 */
export function isRegExp(pattern: string): boolean {
  return /^\^/.test(pattern) ||
    /^\/\^?[^/]+\$?\/[dgimsuvy]*$/.test(pattern) &&
      /[\^$|\\[\]()+]|\/[dgimsuvy]+$|\.\*/.test(pattern) ||
    /\(\?[:=!<a-z]/.test(pattern) ||
    /(?<!\\)\.\+/.test(pattern) ||
    /\\[dwsbDWSB](?![A-Za-z0-9])/.test(pattern) ||
    /(?:^|[^\p{L}\p{N}\\)\]*?])\.\*/u.test(pattern) ||
    /[)\]]\.\*/.test(pattern) ||
    /[)\]](?:[*+?]|\{\d+(?:,\d*)?\})/.test(pattern) &&
      /[|^]|\[.-./.test(pattern);
}

/**
 * Tells the same of names, which no `$` ends, and of which few have a dot
 * before a `*`.
 *
 * @param pattern Any pattern.
 * @param isId Whether it is one over IDs: files have a dot before their end.
 * @returns Whether it is one where a name should be.
 */
export function isNameRegExp(pattern: string, isId: boolean): boolean {
  return /[^\\]\$$/.test(pattern) ||
    /^\/.*\/[dgimsuvy]*$/.test(pattern) ||
    (isId
      ? /^[A-Za-z]+\.\*$/.test(pattern)
      : /[A-Za-z]\.\*$/.test(pattern) && !/[@:/].*\.\*$/.test(pattern) &&
        !DOTTED_VENDOR_REGEXP.test(pattern)) ||
    /[\])]\+/.test(pattern);
}

/**
 * What is in brackets.
 *
 * @param pattern Any pattern.
 * @returns The texts inside.
 */
export function bracketsIn(pattern: string): readonly string[] {
  return Array.from(
    pattern.matchAll(/(?<!\\)\[([^[\]]*)\]/g),
    ([, inside = ""]) => inside,
  );
}

/**
 * Tells a class of characters from what names have in brackets: sizes, and
 * words such as `free`.
 *
 * @param inside What is in brackets.
 * @returns Whether it is a class.
 */
export function isClass(inside: string): boolean {
  if (inside.length < 2 || SIZE_REGEXP.test(inside)) return false;
  return isRange(inside) || /^\d+$/.test(inside) || /^[^\w]+$/.test(inside) ||
    isCasePair(inside) || isAlphabet(inside);
}

/**
 * Tells a class that says from where to where, or what not: as in `[a-z]`,
 * `[0-9a-f]` or `[^5]`; not as in `[ab12-3]`.
 *
 * @param inside What is in brackets.
 * @returns Whether it is such a class.
 */
export function isRange(inside: string): boolean {
  return /^[!^]./.test(inside) ||
    /^(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d){1,4}[\w.-]{0,3}$/.test(inside);
}

/** As in `[Gg]pt`. */
function isCasePair(inside: string): boolean {
  const [a = "", b = ""] = inside;
  return inside.length === 2 && a !== b &&
    a.toLowerCase() === b.toLowerCase();
}

/** As in `[abc]`. */
function isAlphabet(inside: string): boolean {
  return /^[a-z]+$/.test(inside) &&
    "abcdefghijklmnopqrstuvwxyz".includes(inside);
}

/**
 * Tells a list by spaces, as in `gpt-5 gpt-4`; an alias may be `Kimi K2`.
 *
 * @param pattern Any pattern.
 * @returns Whether it is a list.
 */
export function isListBySpaces(pattern: string): boolean {
  const words = pattern.split(/\s+/);
  return words.length > 1 &&
    words.every((word) => /[-*?.:@].|\*$/.test(word)) &&
    !/\(\d+\)/.test(pattern);
}
