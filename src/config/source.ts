/**
 * Step 1 of reading a config: bytes to text, or one problem. Refuses what the
 * host's YAML reader (gopkg.in/yaml.v3 v3.0.1) takes for something else than
 * ours do, before any of them sees it.
 */

import type { ConfigProblem } from "./problem.ts";

/**
 * Longest config that is read, in bytes. A guess: a thousand times a usual
 * one. That much takes two seconds to read, and eight if each line is an error.
 */
export const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * How long a config could become, in UTF-16 code units, if each of its aliases
 * and merge keys stood for all of it. A guess that keeps "billion laughs" in
 * their smallest form (many merge keys, one large mapping) under a second.
 */
export const MAX_EXPANDED_LENGTH = 16 * 1024 * 1024;

/** Aliases and merge keys; a few texts look like them, which does no harm. */
const REPEAT_REGEXP = /<<|(?<![^\s,:[{])\*(?=\S)/g;

/** The text with `\n` as its only line break, or why there is none. */
export type Source =
  | { readonly text: string }
  | { readonly problem: ConfigProblem };

/** What yaml.v3 calls control characters, in any place. */
const CONTROL_REGEXP =
  // deno-lint-ignore no-control-regex
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Line breaks in YAML 1.1, which the host reads; text in YAML 1.2. */
const OLD_LINE_BREAK_REGEXP = /[\x85\u2028\u2029]/;

/**
 * Decodes a config.
 *
 * @param bytes UTF-8, with or without a byte order mark.
 * @returns The text, or the problem that it has.
 */
export function decodeSource(bytes: Uint8Array): Source {
  if (bytes.length > MAX_CONFIG_BYTES) {
    return refuse(`must be at most ${MAX_CONFIG_BYTES} bytes long, got more`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("must be UTF-8, got other bytes");
  }
  text = text.replaceAll(/\r\n?/g, "\n");
  const repeats = text.match(REPEAT_REGEXP)?.length ?? 0;
  if (repeats * text.length > MAX_EXPANDED_LENGTH) {
    return refuse("must not hold so many aliases and merge keys at its length");
  }
  return refuseMatch(
    text,
    CONTROL_REGEXP,
    "must not hold control characters",
  ) ??
    refuseMatch(
      text,
      OLD_LINE_BREAK_REGEXP,
      "must not hold U+0085, U+2028 or U+2029, which the host takes for line " +
        "breaks",
    ) ??
    refuseMatch(
      text,
      /\ufeff/,
      "must hold no byte order mark but one at its start",
    ) ??
    refuseMatch(text, /^%/m, "must not hold a line that begins with %") ??
    { text };
}

function refuseMatch(
  text: string,
  regexp: RegExp,
  message: string,
): Source | undefined {
  const index = text.search(regexp);
  if (index < 0) return undefined;
  const before = text.slice(0, index).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return refuse(message, { line: before.length, column });
}

function refuse(
  message: string,
  position: { readonly line?: number; readonly column?: number } = {},
): Source {
  return { problem: { severity: "error", path: "", ...position, message } };
}
