/**
 * Base64 as Go's base64.StdEncoding reads it. Used for the config's bytes.
 */

import { DecodeError } from "./go_json.ts";

/**
 * Decodes standard base64 with padding.
 *
 * @param text May hold line feeds and carriage returns anywhere. Bits that the
 * padding leaves over may be set.
 * @param path Where the text stands, for the message.
 * @returns The bytes.
 * @throws {DecodeError} when it is anything else, also without its padding or
 * with the letters for URLs.
 */
export function decodeBase64(text: string, path: string): Uint8Array {
  const joined = text.replace(/[\r\n]+/g, "");
  const padding = joined.endsWith("==") ? 2 : joined.endsWith("=") ? 1 : 0;
  const letters = joined.slice(0, joined.length - padding);
  if (joined.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(letters)) {
    throw new DecodeError(`${path} must be standard base64 with padding`);
  }
  const binary = atob(joined);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
