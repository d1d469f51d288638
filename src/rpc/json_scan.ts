/**
 * What JSON.parse does not tell about a JSON text: how deep it nests and
 * whether an object has a key twice. Used by `go_json.ts`; linear in the text,
 * without recursion, whatever the text holds.
 */

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** The bit that turns `[` into `{` and `]` into `}`. */
const BRACE_BIT = 0x20;

/** What a look at the text shows, cheaply. */
export interface Survey {
  /** Opening brackets and braces, those inside of strings too. */
  readonly openings: number;
  /**
   * Quotes directly before a colon, escaped ones not counted. Unless `spaced`,
   * at least the number of keys in the text.
   */
  readonly keyEnds: number;
  /** Whether white space stands before a colon: `keyEnds` may be too low. */
  readonly spaced: boolean;
}

/** White space before a colon, as JSON takes it. */
const SPACED_COLONS = [" :", "\t:", "\n:", "\r:"];

/**
 * Counts what tells whether the slow checks below are needed. Searches for
 * fixed texts only, which engines do many characters at a time.
 *
 * @param text Valid JSON or not.
 * @returns The counts.
 */
export function survey(text: string): Survey {
  return {
    openings: countOf(text, "[") + countOf(text, "{"),
    keyEnds: text.includes('\\":') ? countKeyEnds(text) : countOf(text, '":'),
    spaced: SPACED_COLONS.some((colon) => text.includes(colon)),
  };
}

function countOf(text: string, wanted: string): number {
  let count = 0;
  for (
    let at = text.indexOf(wanted);
    at >= 0;
    at = text.indexOf(wanted, at + 1)
  ) count++;
  return count;
}

/** With quotes in strings, which are escaped by an odd number of backslashes. */
function countKeyEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) count++;
  }
  return count;
}

/**
 * Tells whether lists and objects nest deeper than allowed.
 *
 * @param text Valid JSON or not.
 * @param limit Levels that are still allowed.
 * @returns True if there is a level beyond the limit.
 */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if ((code | BRACE_BIT) === OPENING_BRACE) {
      if (++depth > limit) return true;
    } else if ((code | BRACE_BIT) === CLOSING_BRACE) {
      depth--;
    }
  }
  return false;
}

/**
 * Tells whether some object has a key twice.
 *
 * @param text Valid JSON.
 * @returns True if there is such an object at any level.
 */
export function hasDuplicateKey(text: string): boolean {
  const levels: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code | BRACE_BIT) === OPENING_BRACE) {
      levels.push(undefined);
    } else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) {
      levels.pop();
    } else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (isBeforeColon(text, end)) {
        const key: unknown = JSON.parse(text.slice(at, end));
        const keys = levels.at(-1) ?? new Set();
        levels[levels.length - 1] = keys;
        if (typeof key !== "string" || keys.has(key)) return true;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return false;
}

/** Index after the quote that closes the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

function isBeforeColon(text: string, start: number): boolean {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COLON;
}

/** Space, tab, line feed, carriage return: what JSON takes as white space. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
