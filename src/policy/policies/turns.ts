/**
 * Candidates that take turns, as `round_robin`, `weighted` and `random` let
 * them: makes a rotation of a sequence of places, and says in words when the
 * turn of each comes.
 */

import type { Rotation } from "../decision.ts";
import type { Candidate } from "../pick_request.ts";

/** A sequence of places in a list; a pure function of the position. */
export interface Turns {
  /** After so many positions the places repeat; undefined: they never do. */
  readonly period: number | undefined;
  /** The place at a position, a whole number from 0. */
  at(position: number): number;
}

/** How far `waits` looks ahead, in picks: a whole cycle that C is told. */
const MAX_WAIT = 65_536;

/**
 * Lets candidates take turns.
 *
 * @param candidates At least one.
 * @param turns Places in that list.
 * @param tag Tag of the rotation.
 * @returns The rotation.
 */
export function rotationAmong(
  candidates: readonly Candidate[],
  turns: Turns,
  tag: number,
): Rotation {
  return {
    tag,
    period: turns.period,
    at: (position) => ({
      kind: "auth",
      id: candidates[turns.at(position)]!.id,
    }),
  };
}

/**
 * Says when the turn of each comes.
 *
 * @param turns Places in a list.
 * @param position Where the sequence is.
 * @param length Length of the list.
 * @returns One text for each place, such as `its turn comes in 2 picks`.
 */
export function waits(
  turns: Turns,
  position: number,
  length: number,
): string[] {
  const found = new Map<number, string>();
  const last = Math.min(turns.period ?? MAX_WAIT, MAX_WAIT);
  for (let wait = 0; wait < last && found.size < length; wait++) {
    const place = turns.at(position + wait);
    if (!found.has(place)) found.set(place, words(wait));
  }
  return Array.from(
    { length },
    (_, place) =>
      found.get(place) ?? `its turn does not come within ${MAX_WAIT} picks`,
  );
}

function words(wait: number): string {
  if (wait === 0) return "it is its turn";
  return wait === 1 ? "its turn comes next" : `its turn comes in ${wait} picks`;
}
