/**
 * Turns by weights without any state, for cycles that are too long to be gone
 * through: a circle is divided among the candidates by their weights, and each
 * pick goes on by the golden ratio of the circle. Keeps the weights exactly
 * over a period, in another order than `smooth_turns.ts`.
 */

import { greatestDivisor, reduced } from "./greatest_divisor.ts";
import type { Turns } from "./turns.ts";

const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/**
 * Steps around the circle. The step has no divisor with the circle, so that a
 * period visits each point once. The picks between two turns of a candidate
 * are one of three numbers at most, the third the sum of the others:
 * https://en.wikipedia.org/wiki/Three-gap_theorem. A call takes as long as it
 * takes to find a point among the candidates, at any position.
 */
export class SpreadTurns implements Turns {
  readonly period: number;
  /** Where the part of each ends. */
  readonly #ends: readonly number[];
  readonly #step: bigint;

  /** @param weights At least one, all positive whole numbers. */
  constructor(weights: readonly number[]) {
    const { parts, total } = reduced(weights);
    let end = 0;
    this.#ends = parts.map((part) => end += part);
    this.period = total;
    this.#step = BigInt(coprimeNear(total / GOLDEN_RATIO, total));
  }

  /**
   * @param position A whole number from 0.
   * @returns The place of the weight that has its turn.
   */
  at(position: number): number {
    // The product has up to 66 bits, which a number cannot hold.
    const steps = BigInt(position % this.period) * this.#step;
    return placeOf(Number(steps % BigInt(this.period)), this.#ends);
  }
}

function coprimeNear(wanted: number, total: number): number {
  let step = Math.max(1, Math.round(wanted));
  while (greatestDivisor(total, step) !== 1) step--;
  return step;
}

/**
 * Finds the part in which a point lies.
 *
 * @param point A number from 0, below the last end.
 * @param ends Where the parts end, in ascending order.
 * @returns The place of the first part that ends behind the point.
 */
export function placeOf(point: number, ends: readonly number[]): number {
  let from = 0;
  let to = ends.length - 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ends[middle]! > point) to = middle;
    else from = middle + 1;
  }
  return from;
}
