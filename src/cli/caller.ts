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

/**
 * Hashes a client's key as the host does for `caller_scope`.
 *
 * @param io Where the key comes from.
 * @returns The hash, 64 hexadecimal digits.
 * @throws {CliError} when there is no key.
 */
export async function caller(io: Io): Promise<Outcome> {
  const bytes = await readKey(io);
  if (bytes.length > MAX_KEY_BYTES) {
    throw new CliError(
      `Cannot hash the key: it must have at most ${MAX_KEY_BYTES} bytes`,
      "pipe in the key alone",
    );
  }
  const key = trimGoSpace(new TextDecoder().decode(bytes));
  if (key === "") {
    throw new CliError(
      "Cannot hash the key: there is none",
      "type it, or pipe it in, such as `scheduler caller < key.txt`",
    );
  }
  if (/[\r\n]/.test(key)) {
    throw new CliError(
      "Cannot hash the key: it must be one line",
      "pipe in the key alone",
    );
  }
  const hash = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(DOMAIN + key),
  );
  return { exitCode: 0, stdout: `${toHex(hash)}\n`, stderr: "" };
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
