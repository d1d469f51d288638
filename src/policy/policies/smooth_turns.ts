/**
 * Smooth weighted round robin, pick for pick as the host's strategy
 * `weighted-round-robin` goes from a fresh state (`pickSmoothWeightedAuth` in
 * sdk/cliproxy/auth/selector.go of the host, v7.2.140): each pick adds to every
 * candidate its weight, takes the one with the most (the first of equals) and
 * takes the sum of all weights off it. After nginx:
 * https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */

import { reduced } from "./greatest_divisor.ts";
import type { Turns } from "./turns.ts";

/**
 * Candidates of one weight. They differ in what they have only by how often
 * they were picked, so they take turns, and only the next of them can have the
 * most: a pick costs as much as there are different weights.
 */
interface Peers {
  readonly weight: number;
  /** Their places, in their order. */
  readonly places: readonly number[];
  /** Which of them is next. */
  next: number;
  /** What that one has. */
  has: number;
}

/** The longest cycle that is kept; what C is told at most of one. */
export const MAX_SMOOTH_PERIOD = 65_536;

/** Goes through a cycle and keeps it; 128 KiB at most. */
export class SmoothTurns implements Turns {
  /**
   * After as many picks as all weights together all have nothing again. Each
   * has then a multiple of the sum, since every pick takes the sum off. None
   * has as little as minus the sum, since what is picked has something. So
   * none has less than nothing, and all together have nothing.
   */
  readonly period: number;
  readonly #peers: readonly Peers[];
  readonly #cycle: Uint16Array;
  /** How much of the cycle is known. */
  #known = 0;

  /**
   * @param weights At least one, all positive whole numbers; divided by their
   * greatest common divisor, `MAX_SMOOTH_PERIOD` together at most.
   */
  constructor(weights: readonly number[]) {
    const { parts, total } = reduced(weights);
    this.period = total;
    this.#peers = groupByWeight(parts);
    this.#cycle = new Uint16Array(total);
  }

  /**
   * Takes as long as the way from the furthest position that was asked for: a
   * whole cycle of five weights 1 ms, one of all weights from 1 to 361, the
   * most there can be, 43 ms (measured). What is known is only looked up.
   *
   * @param position A whole number from 0.
   * @returns The place of the weight that has its turn.
   */
  at(position: number): number {
    const wanted = position % this.period;
    while (this.#known <= wanted) this.#cycle[this.#known++] = this.#pick();
    return this.#cycle[wanted]!;
  }

  #pick(): number {
    let best = this.#peers[0]!;
    for (const peers of this.#peers) {
      peers.has += peers.weight;
      if (isBefore(peers, best)) best = peers;
    }
    const place = placeOf(best);
    best.next = (best.next + 1) % best.places.length;
    // Before the next round of its peers, the next one has what this one had.
    if (best.next === 0) best.has -= this.period;
    return place;
  }
}

function placeOf({ places, next }: Peers): number {
  return places[next]!;
}

function isBefore(a: Peers, b: Peers): boolean {
  return a.has > b.has || (a.has === b.has && placeOf(a) < placeOf(b));
}

function groupByWeight(weights: readonly number[]): Peers[] {
  const places = Map.groupBy(weights.keys(), (place) => weights[place]!);
  return Array.from(places, ([weight, places]) => ({
    weight,
    places,
    next: 0,
    has: 0,
  }));
}
