/** Greatest common divisors. */

import { assertEquals } from "@std/assert";
import {
  greatestDivisor,
  reduced,
} from "../../../src/policy/policies/greatest_divisor.ts";

/** Numbers and their greatest common divisor. */
const DIVISORS: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [12, 18, 6],
  [18, 12, 6],
  [7, 13, 1],
  [1_000_000, 250_000, 250_000],
  [1_000_000, 999_999, 1],
];

for (const [a, b, divisor] of DIVISORS) {
  Deno.test(`greatestDivisor() is ${divisor} when given ${a} and ${b}`, () => {
    assertEquals(greatestDivisor(a, b), divisor);
  });
}

/** Weights and what they are without their divisor. */
const REDUCED: readonly (readonly [number[], number[], number])[] = [
  [[5], [1], 1],
  [[3, 3, 3], [1, 1, 1], 3],
  [[100, 50, 25], [4, 2, 1], 7],
  [[6, 10, 15], [6, 10, 15], 31],
];

for (const [weights, parts, total] of REDUCED) {
  Deno.test(`reduced() makes ${parts} of ${weights}`, () => {
    assertEquals(reduced(weights), { parts, total });
  });
}
