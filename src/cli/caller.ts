/**
 * `caller`: the hash under which rules know a client, from the client's key.
 * The key is read from standard input and never shown. Facts of the host:
 * sdk/cliproxy/auth identity.go:79-86 (the version is named in
 * `src/rpc/wire.ts`).
 */

import { trimGoSpace } from "../policy/go_space.ts";
import { CliError } from "./cli_error.ts";
import type { Io, Outcome } from "./io.ts";

/** What the host hashes before the key, with a zero byte between. */
const DOMAIN = "cli-proxy-api:caller-scope:v1\0";

/** Longer than any key; a whole file was piped in by mistake. */
const MAX_KEY_BYTES = 4096;

/** What to do when more than a key came. */
const ALONE = "pipe in the key alone";

/**
 * Hashes a client's key as the host does for `caller_scope`.
 *
 * @param io Where the key comes from.
 * @returns The hash, 64 hexadecimal digits.
 * @throws {CliError} when there is none, or what no client key can be.
 */
export async function caller(io: Io): Promise<Outcome> {
  const key = decodeKey(await readKey(io));
  const hash = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(DOMAIN + key),
  );
  return { exitCode: 0, stdout: `${toHex(hash)}\n`, stderr: "" };
}

/** What keeps a text from being a key, and what to do about it. */
const NO_KEYS: readonly (readonly [
  isNone: (key: string) => boolean,
  why: string,
  hint: string,
])[] = [
  [
    (key) => key === "",
    "there is none",
    "type it, or pipe it in, such as `scheduler caller < key.txt`",
  ],
  [(key) => /[\r\n]/.test(key), "it must be one line", ALONE],
  [
    (key) => BEFORE_KEY_REGEXP.test(key),
    "it must be the key alone, without the name of a header or setting",
    "leave out what stands before the key",
  ],
  [
    (key) => /^(?:bearer|basic|token)\s/i.test(key),
    "it must be the key alone, without the scheme before it",
    "leave out the first word, such as Bearer",
  ],
  [
    (key) => QUOTES_REGEXP.test(key),
    "it must stand without quotes",
    "leave out the quotes around it",
  ],
  [
    (key) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(key),
    "it must hold no control characters and nothing invisible",
    "copy it again",
  ],
];

/** A header, a setting, a variable of the shell, or an item of YAML. */
const BEFORE_KEY_REGEXP =
  /^(?:(?:authorization|(?:x-(?:goog-)?)?api-keys?)\s*:|[A-Z_]*API_KEY=|-\s)/i;

/** Straight or typographic quotes at the start or the end. */
const QUOTES_REGEXP =
  /^["'`\u2018-\u201f\u00ab\u00bb]|["'`\u2018-\u201f\u00ab\u00bb]$/;

/**
 * The key as the host has it: without white space around it. The host takes
 * keys from its config and from headers, which hold no control characters.
 */
function decodeKey(bytes: Uint8Array): string {
  if (bytes.length > MAX_KEY_BYTES) {
    throw refuse(`it must have at most ${MAX_KEY_BYTES} bytes`, ALONE);
  }
  const key = trimGoSpace(decodeUtf8(bytes));
  const problem = NO_KEYS.find(([isNone]) => isNone(key));
  if (problem === undefined) return key;
  const [, why, hint] = problem;
  throw refuse(why, hint);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refuse("it must be UTF-8, got other bytes", "save it as plain text");
  }
}

/** An error that does not show the key. */
function refuse(why: string, hint: string): CliError {
  return new CliError(`Cannot hash the key: ${why}`, hint);
}

function readKey(io: Io): Promise<Uint8Array> {
  return io.isTerminal("stdin")
    ? io.askHidden("Key of the client (not shown): ", MAX_KEY_BYTES)
    : io.readStdin(MAX_KEY_BYTES);
}

function toHex(hash: ArrayBuffer): string {
  return [...new Uint8Array(hash)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
