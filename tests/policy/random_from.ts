/**
 * Chance that is the same at each run. No tests in here.
 */

/**
 * Starts a series of numbers: a linear congruence, of which the upper bits are
 * used (https://en.wikipedia.org/wiki/Linear_congruential_generator).
 *
 * @param seed A whole number below 2^32.
 * @returns A function that gives a whole number from 0 to before `below`.
 */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}
