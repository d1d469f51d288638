/**
 * Whether a first config may close something, by its bytes alone, for when it
 * cannot be parsed. The same rules as in `ffi/plugin/may_close.c`, which answers while
 * no worker can: a test holds the two together, so what one side seals the
 * other does not open. What is not clear counts as closing.
 *
 *   the request's JSON -> "config_yaml" -> base64 -> YAML as bytes
 *     -> the word "otherwise" or "refuse" in any place, or an active "deny"
 */

/** Lines without content are looked through so far (`MAY_CLOSE_GAP_BYTES`). */
const GAP_BYTES = 4096;

const KEY_REGEXP = /config_yaml/gi;
const COLON_REGEXP = /config_yaml"[ \t\r\n]*:[ \t\r\n]*/y;
const LIST_ITEM_REGEXP = /^[ \t\r\n]*[0-9]{1,4}[ \t\r\n]*$/;

const WORDS_REGEXP = /otherwise|refuse/i;

/** What the search for "deny" keeps track of. */
const MARKS_REGEXP = /deny|[{}\r\n]/gi;

/** A key's end; a value that is plainly off, and that ends there. */
const KEY_END_REGEXP = /(?![A-Za-z0-9_])["']?[ \t]*:/y;
const OFF = "false|False|FALSE|no|No|NO|off|Off|OFF|n|N";
const OFF_REGEXP = new RegExp(
  `[ \\t]*(?:(["'])(?:${OFF})?\\1|(?:${OFF}|~|null|Null|NULL)?(?![A-Za-z~]))` +
    "[ \\t]*(?=[,}\\]\\r\\n]|$|(?<=[ \\t])#)",
  "y",
);

/**
 * Tells whether a first config may close something.
 *
 * @param request The bytes of `plugin.register` or `plugin.reconfigure`.
 * @returns True if it may, or if that is unclear.
 *
 * @example
 * ```ts
 * import { requestMayClose } from "./may_close.ts";
 *
 * const request = `{"config_yaml":"${btoa("deny: true\n")}"}`;
 * requestMayClose(new TextEncoder().encode(request)); // true
 * ```
 */
export function requestMayClose(request: Uint8Array): boolean {
  const text = latin1(request);
  const keys = [...text.matchAll(KEY_REGEXP)];
  const [key] = keys;
  if (key === undefined) return text.includes("\\");
  const before = text.slice(0, key.index);
  const colon = matchAt(COLON_REGEXP, text, key.index);
  if (
    keys.length > 1 || colon === undefined || !before.endsWith('"') ||
    before.includes("\\")
  ) {
    return true;
  }
  const value = readValue(text, key.index + colon.length);
  return value === undefined || text.includes("\\", value.end) ||
    yamlMayClose(value.yaml);
}

interface Value {
  /** Each character stands for a byte. */
  readonly yaml: string;
  /** Where the value ends in the request. */
  readonly end: number;
}

/** Undefined if it is unclear. */
function readValue(text: string, at: number): Value | undefined {
  if (text.startsWith("null", at)) return { yaml: "", end: at };
  const isText = text.startsWith('"', at);
  if (!isText && !text.startsWith("[", at)) return undefined;
  const end = text.indexOf(isText ? '"' : "]", at + 1);
  if (end < 0) return undefined;
  const inner = text.slice(at + 1, end);
  const yaml = isText ? decodeBase64(inner) : decodeList(inner);
  return yaml === undefined ? undefined : { yaml, end: end + 1 };
}

function decodeBase64(text: string): string | undefined {
  const base64 = text.replaceAll(
    /\\([nr/])/g,
    (_, char) => char === "/" ? "/" : "",
  );
  const end = base64.indexOf("=");
  const digits = end < 0 ? base64 : base64.slice(0, end);
  const padding = base64.slice(digits.length);
  const isWhole = base64.length % 4 === 0 && /^={0,2}$/.test(padding) &&
    !/[^A-Za-z0-9+/]/.test(digits);
  return isWhole ? atob(base64) : undefined;
}

function decodeList(text: string): string | undefined {
  const items = text.split(",");
  if (items.length === 1 && /^[ \t\r\n]*$/.test(text)) return "";
  const isList = items.every((item) =>
    LIST_ITEM_REGEXP.test(item) && Number(item) <= 255
  );
  return isList ? latin1(items.map(Number)) : undefined;
}

/** Each byte as the character of its number. */
function latin1(bytes: Iterable<number>): string {
  const parts: string[] = [];
  let part: number[] = [];
  for (const byte of bytes) {
    if (part.push(byte) < 4096) continue;
    parts.push(String.fromCharCode(...part));
    part = [];
  }
  return parts.join("") + String.fromCharCode(...part);
}

/** What a pattern finds just there; undefined for nothing. */
function matchAt(
  regexp: RegExp,
  text: string,
  at: number,
): string | undefined {
  regexp.lastIndex = at;
  return regexp.exec(text)?.[0];
}

function yamlMayClose(yaml: string): boolean {
  if (WORDS_REGEXP.test(yaml)) return true;
  let line = 0;
  let braces = 0;
  for (const { 0: mark, index } of yaml.matchAll(MARKS_REGEXP)) {
    if (mark === "{") braces++;
    else if (mark === "}") braces = Math.max(0, braces - 1);
    else if (mark === "\n" || mark === "\r") line = index + 1;
    else if (isActive(yaml, index, { line, isInFlow: braces > 0 })) return true;
  }
  return false;
}

/** Where a "deny" stands: where its line begins, and whether in braces. */
interface Surroundings {
  readonly line: number;
  readonly isInFlow: boolean;
}

/** Whether the "deny" at this place is a key that is not plainly off. */
function isActive(
  yaml: string,
  index: number,
  { line, isInFlow }: Surroundings,
): boolean {
  if (/[A-Za-z0-9_]/.test(yaml.charAt(index - 1))) return false;
  if (/[A-Za-z0-9_]/.test(yaml.charAt(index + 4))) return false;
  const start = /["']/.test(yaml.charAt(index - 1)) ? index - 1 : index;
  let before = start;
  while (isBlank(yaml.charAt(before - 1))) before--;
  if (yaml.charAt(before - 1) === "?") return true;
  const keyEnd = matchAt(KEY_END_REGEXP, yaml, index + 4);
  if (keyEnd === undefined) return false;
  const valueAt = index + 4 + keyEnd.length;
  const off = matchAt(OFF_REGEXP, yaml, valueAt);
  if (off === undefined) return true;
  let end = valueAt + off.length;
  // Outside of braces it is part of a text: `no, x`.
  if (/[,}\]]/.test(yaml.charAt(end))) return !isInFlow;
  if (yaml.charAt(end) === "#") end = lineEnd(yaml, end, end + GAP_BYTES);
  const isEmpty = off.trim() === "";
  const column = start - line;
  return goesOn(yaml, end, { column, isEmpty, isInFlow });
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t";
}

/** Whether what stands on the lines that follow may belong to the value. */
function goesOn(
  yaml: string,
  from: number,
  { column, isEmpty, isInFlow }: {
    readonly column: number;
    readonly isEmpty: boolean;
    readonly isInFlow: boolean;
  },
): boolean {
  const until = from + GAP_BYTES;
  let line = from;
  let at = from;
  if (/[^\r\n]/.test(yaml.charAt(at))) return true;
  for (;;) {
    if (at >= yaml.length) return false;
    if (at >= until) return true;
    const char = yaml.charAt(at);
    if (char === "\n" || char === "\r") line = ++at;
    else if (isBlank(char)) at++;
    else if (char === "#") at = lineEnd(yaml, at, until);
    else break;
  }
  const first = yaml.charAt(at);
  if (/[,}\]]/.test(first)) return false;
  if (isInFlow && isEmpty) return true;
  const ownColumn = at - line;
  return ownColumn > column || isEmpty && first === "-" && ownColumn === column;
}

/** The end of the line, or `until`. */
function lineEnd(yaml: string, from: number, until: number): number {
  let at = from;
  while (at < yaml.length && at < until && !/[\r\n]/.test(yaml.charAt(at))) {
    at++;
  }
  return at;
}
