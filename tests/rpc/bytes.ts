/**
 * Bytes for the tests of the host's JSON, also such as no text can stand for.
 * No tests in here.
 */

/**
 * Encodes text.
 *
 * @param text Any text.
 * @returns Its UTF-8.
 */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Makes bytes that need not be UTF-8.
 *
 * @param text One character from U+0000 to U+00FF for each byte.
 * @returns The bytes.
 */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Encodes bytes for `config_yaml`.
 *
 * @param bytes Any bytes.
 * @returns Standard base64 with padding.
 */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * A source of numbers that is the same at every run.
 *
 * @param seed Any whole number.
 * @returns A function that gives a whole number from 0 to below its argument.
 */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  // Marsaglia, Xorshift RNGs: https://www.jstatsoft.org/article/view/v008i14
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
