/** Whole numbers without what they all are multiples of. */

/** Weights that have no common divisor. */
export interface Reduced {
  readonly parts: readonly number[];
  /** Their sum. */
  readonly total: number;
}

/**
 * Divides weights by their greatest common divisor.
 *
 * @param weights At least one, all positive whole numbers.
 * @returns The smallest whole numbers in the same proportion.
 *
 * @example
 * ```ts
 * import { reduced } from "./greatest_divisor.ts";
 *
 * reduced([100, 50, 25]); // { parts: [4, 2, 1], total: 7 }
 * ```
 */
export function reduced(weights: readonly number[]): Reduced {
  const divisor = weights.reduce(greatestDivisor);
  const parts = weights.map((weight) => weight / divisor);
  return { parts, total: parts.reduce((sum, part) => sum + part, 0) };
}

/**
 * The greatest common divisor, by Euclid.
 *
 * @param a A positive whole number.
 * @param b Another one.
 * @returns The greatest number that both are multiples of.
 */
export function greatestDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
