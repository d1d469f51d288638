/**
 * Bytes to text as Go does it. First step of decoding a request. Differs from
 * the WHATWG rules of TextDecoder in one point: every bad byte becomes a U+FFFD
 * of its own, and a byte order mark stays.
 */

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8. Never fails.
 *
 * @param bytes The text, which may hold anything.
 * @returns The text, with U+FFFD for each byte that is not part of valid UTF-8.
 *
 * @example
 * ```ts
 * import { decodeText } from "./go_text.ts";
 *
 * decodeText(new Uint8Array([0x61, 0xe2, 0x82])); // "a\ufffd\ufffd"
 * ```
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return STRICT.decode(replaceBadBytes(bytes));
  }
}

/** A copy in which each bad byte is the three bytes of U+FFFD. */
function replaceBadBytes(bytes: Uint8Array): Uint8Array {
  let bad = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) bad++;
    at += length || 1;
  }
  const copy = new Uint8Array(bytes.length + 2 * bad);
  let to = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      copy[to++] = 0xef;
      copy[to++] = 0xbf;
      copy[to++] = 0xbd;
      at++;
    }
    for (const end = at + length; at < end; at++) copy[to++] = bytes[at] ?? 0;
  }
  return copy;
}

/**
 * Length of the valid sequence that begins at `at`, 0 if there is none.
 * Table 3-7 of the Unicode Standard: https://www.unicode.org/versions/Unicode16.0.0/core-spec/chapter-3/#G27506
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let low = 0x80;
  let high = 0xbf;
  if (lead === 0xe0) low = 0xa0;
  if (lead === 0xed) high = 0x9f;
  if (lead === 0xf0) low = 0x90;
  if (lead === 0xf4) high = 0x8f;
  for (let offset = 1; offset < length; offset++) {
    const byte = bytes[at + offset] ?? 0;
    if (byte < low || byte > high) return 0;
    low = 0x80;
    high = 0xbf;
  }
  return length;
}
