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

/** What one pass over the bytes shows, cheaply. */
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

/**
 * Counts what tells whether the slow checks below are needed.
 *
 * @param bytes UTF-8, valid JSON or not.
 * @returns The counts.
 */
export function survey(bytes: Uint8Array): Survey {
  let openings = 0;
  let keyEnds = 0;
  let spaced = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COLON) {
      const before = bytes[at - 1] ?? 0;
      if (before === QUOTE) {
        if (!isEscaped(bytes, at - 1)) keyEnds++;
      } else if (isSpace(before)) {
        spaced = true;
      }
    } else if ((byte | BRACE_BIT) === OPENING_BRACE) {
      openings++;
    }
  }
  return { openings, keyEnds, spaced };
}

/**
 * Tells whether lists and objects nest deeper than allowed.
 *
 * @param bytes UTF-8, valid JSON or not.
 * @param limit Levels that are still allowed.
 * @returns True if there is a level beyond the limit.
 */
export function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if ((byte | BRACE_BIT) === OPENING_BRACE) {
      if (++depth > limit) return true;
    } else if ((byte | BRACE_BIT) === CLOSING_BRACE) {
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

function isEscaped(bytes: Uint8Array, quote: number): boolean {
  let slashes = 0;
  while (bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

/** Space, tab, line feed, carriage return: what JSON takes as white space. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
