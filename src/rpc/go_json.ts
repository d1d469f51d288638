/**
 * JSON as Go's encoding/json reads and writes it. Second step of a call, after
 * the transport; what the values mean is for the methods' files. Where Go takes
 * something that no host writes (a key twice, a number beyond float64 in a
 * field nobody reads), this is stricter; it never understands it differently.
 */

import { decodeText } from "./go_text.ts";
import { hasDuplicateKey, isDeeperThan, survey } from "./json_scan.ts";

/** Levels of lists and objects that Go's decoder takes. */
const MAX_DEPTH = 10_000;

/**
 * A pair of surrogates (to keep), a lone one (to replace), any other escape (to
 * skip, so that `\\ud800` is not taken for one).
 */
const ESCAPE_REGEXP =
  /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/gs;
const LONE_SURROGATE_LENGTH = "\\ud800".length;

/** What JSON.stringify leaves as it is and Go escapes, and lone surrogates. */
const ENCODE_REGEXP = /\\ud[89a-f]..|\\.|[<>&\u2028\u2029]/g;
const ENCODED: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

const BYTE_ORDER_MARK = "\ufeff";

/** How V8 ends a message that tells the place; others end in words. */
const PLACE_REGEXP = /JSON at position \d+ \(line (\d+) column (\d+)\)$/;
const TOO_SHORT_MESSAGE = "Unexpected end of JSON input";

/** Input that Go would not take, or that no host sends. Names no value. */
export class DecodeError extends SyntaxError {
  override readonly name = "DecodeError";
}

/** A decoded text. */
export interface JsonDocument {
  /** As of JSON.parse: own properties only, in the order of the text. */
  readonly value: unknown;
  /**
   * Tells whether each number below this key, at any level, is certainly
   * written as a whole number of at most 15 digits. If not, `spelled` tells.
   *
   * @param key ASCII letters and underscores only.
   */
  isPlainInteger(key: string): boolean;
  /**
   * The value again, with the text of each number in its place.
   *
   * @throws {DecodeError} when it nests too deeply for that.
   */
  spelled(): unknown;
}

/**
 * Decodes JSON.
 *
 * @param bytes The whole text, in UTF-8; bad bytes count as U+FFFD.
 * @returns The decoded text.
 * @throws {DecodeError} when it is not JSON, nests more than 10000 levels, has
 * an object with a key twice or a number outside of float64.
 */
export function decodeJson(bytes: Uint8Array): JsonDocument {
  return decodeJsonText(decodeText(bytes));
}

/**
 * Decodes JSON that is text already.
 *
 * @param source The whole text, as of `decodeText`.
 * @returns The decoded text.
 * @throws {DecodeError} as `decodeJson`.
 */
export function decodeJsonText(source: string): JsonDocument {
  const counts = survey(source);
  if (counts.openings > MAX_DEPTH && isDeeperThan(source, MAX_DEPTH)) {
    throw new DecodeError(`the JSON nests more than ${MAX_DEPTH} levels`);
  }
  const text = replaceLoneSurrogates(source);
  const value = parse(text);
  const keys = countKeys(value);
  const suspect = counts.spaced || counts.keyEnds !== keys;
  if (suspect && hasDuplicateKey(text)) {
    throw new DecodeError("an object has the same key twice");
  }
  return {
    value,
    isPlainInteger: (key) => isPlainInteger(text, key),
    spelled: () => spelled(text),
  };
}

/**
 * Encodes a string.
 *
 * @param text Any text.
 * @returns A JSON string with Go's escapes: HTML's special characters, U+2028
 * and U+2029 escaped, lone surrogates as `\ufffd`.
 *
 * @example
 * ```ts
 * import { encodeString } from "./go_json.ts";
 *
 * encodeString("a<b"); // "\"a\\u003cb\""
 * ```
 */
export function encodeString(text: string): string {
  return encodeJson(text);
}

/**
 * Encodes a value that was decoded. Numbers come out as JavaScript writes them,
 * keys in the order of the text unless they look like small numbers.
 *
 * @param value Of `decodeJson`.
 * @returns JSON with Go's escapes, as of `encodeString`.
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    ENCODE_REGEXP,
    (found) =>
      ENCODED[found] ??
        (found.length === LONE_SURROGATE_LENGTH ? "\\ufffd" : found),
  );
}

function replaceLoneSurrogates(text: string): string {
  if (!text.includes("\\ud") && !text.includes("\\uD")) return text;
  return text.replace(
    ESCAPE_REGEXP,
    (found) => found.length === LONE_SURROGATE_LENGTH ? "\\ufffd" : found,
  );
}

/** JSON.parse, whose own messages quote the text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text === "") throw new DecodeError("there is no JSON");
    if (text.startsWith(BYTE_ORDER_MARK)) {
      throw new DecodeError(
        "it begins with a byte order mark, which is no JSON",
      );
    }
    const place = error instanceof Error ? placeOf(error.message) : "";
    throw new DecodeError(`it is not valid JSON${place}`);
  }
}

/** Where JSON.parse gave up, if it tells. A quoted text is never at the end. */
function placeOf(message: string): string {
  if (message === TOO_SHORT_MESSAGE) return ": it ends too early";
  const [, line, column] = PLACE_REGEXP.exec(message) ?? [];
  return line === undefined ? "" : ` (line ${line}, column ${column})`;
}

/** Keys of all objects, of which JSON.parse keeps one each. */
function countKeys(root: unknown): number {
  let keys = 0;
  const pending: object[] = [];
  function visit(value: unknown): void {
    if (typeof value === "object" && value !== null) pending.push(value);
    else if (value === Infinity || value === -Infinity) {
      throw new DecodeError("a number is too large");
    }
  }
  visit(root);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
    } else {
      for (const key in value) {
        keys++;
        visit((value as Readonly<Record<string, unknown>>)[key]);
      }
    }
  }
  return keys;
}

/** A letter of the key itself may be escaped: then nothing is certain. */
function isPlainInteger(text: string, key: string): boolean {
  if (/\\u00[4-7]/.test(text)) return false;
  const other = `"${key}"\\s*:\\s*-?(?:[0-9]{16}|[0-9]+[.eE])`;
  return !new RegExp(other).test(text);
}

function spelled(text: string): unknown {
  function spell(_key: string, value: unknown, context?: { source?: string }) {
    return typeof value === "number" ? context?.source : value;
  }
  try {
    return JSON.parse(text, spell);
  } catch {
    throw new DecodeError("the JSON nests too deeply to read its numbers");
  }
}
