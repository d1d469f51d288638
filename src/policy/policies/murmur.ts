/**
 * MurmurHash3_x86_32, for chance that can be repeated and for hashing keys; not
 * made to withstand anybody:
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */

/**
 * Hashes numbers.
 *
 * @param words Their lower 32 bits count.
 * @param seed A whole number below 2^32.
 * @returns A whole number below 2^32.
 */
export function hashWords(words: readonly number[], seed: number): number {
  return finish(words.reduce(mix, seed), words.length * 4);
}

/**
 * Hashes a text, as the bytes of UTF-16, the lower byte first.
 *
 * @param text Any text.
 * @param seed A whole number below 2^32.
 * @returns A whole number below 2^32.
 *
 * @example
 * ```ts
 * import { hashText } from "./murmur.ts";
 *
 * hashText("", 1); // 0x514e28b7
 * ```
 */
export function hashText(text: string, seed: number): number {
  const pairs = text.length & ~1;
  let hash = seed;
  for (let at = 0; at < pairs; at += 2) {
    hash = mix(hash, text.charCodeAt(at) | text.charCodeAt(at + 1) << 16);
  }
  if (pairs < text.length) hash ^= scramble(text.charCodeAt(pairs));
  return finish(hash, text.length * 2);
}

function scramble(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul(product << 15 | product >>> 17, 0x1b873593);
}

function mix(hash: number, word: number): number {
  const mixed = hash ^ scramble(word);
  return Math.imul(mixed << 13 | mixed >>> 19, 5) + 0xe6546b64 | 0;
}

function finish(hash: number, bytes: number): number {
  let h = hash ^ bytes;
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return (h ^ h >>> 16) >>> 0;
}

/**
 * Makes chance of numbers: two hashes give 52 bits, in the middle of as many
 * equal steps.
 *
 * @param words Their lower 32 bits count.
 * @returns A number between 0 and 1, both exclusive.
 */
export function fractionOf(words: readonly number[]): number {
  const high = hashWords(words, 0);
  const low = hashWords(words, 1) >>> 12;
  return (high * 2 ** 20 + low + 0.5) / 2 ** 52;
}
