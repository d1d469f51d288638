/**
 * What the worker knows of picks: how many each credential got, and how many
 * went through each rotation. Most picks never reach the worker; whoever counts
 * them tells it later. Told, never asking: no clock, no I/O.
 */

import type { Answer, Rotation } from "./decision.ts";

/** Credentials that are remembered; the one that was picked longest ago goes. */
const MAX_CREDENTIALS = 10_000;

/** Counts of picks. */
export class Ledger {
  /** By ID; the order is that of the last pick. */
  readonly #picks = new Map<string, number>();
  /** By tag of the rotation. */
  readonly #turns = new Map<number, number>();
  /** Turns among them that whoever counts will tell of again, by tag. */
  readonly #untold = new Map<number, number>();

  /**
   * Where a rotation among candidates that were not seen before begins: so
   * that lists which change at each pick do not all begin with their first.
   *
   * @param tag Tag of the rotation.
   * @returns How many picks all rotations of this tag have had, as far as it
   * is known here.
   */
  turnsOf(tag: number): number {
    return this.#turns.get(tag) ?? 0;
  }

  /**
   * Picks of a credential.
   *
   * @param id Its ID.
   * @returns How many there were; 0 if it is not known.
   */
  picksOf(id: string): number {
    return this.#picks.get(id) ?? 0;
  }

  /**
   * A pick began a rotation, or was answered from one.
   *
   * @param tag Tag of the rotation.
   * @param isTold Whether `noteTaken` will tell of it, too.
   */
  noteTurn(tag: number, isTold = false): void {
    this.#turns.set(tag, this.turnsOf(tag) + 1);
    if (isTold) this.#untold.set(tag, (this.#untold.get(tag) ?? 0) + 1);
  }

  /**
   * Positions of a rotation were taken.
   *
   * @param rotation The rotation.
   * @param from The first position that was.
   * @param to The first that was not.
   */
  noteTaken(rotation: Rotation, from: number, to: number): void {
    const taken = to - from;
    if (!(taken > 0)) return;
    const untold = this.#untold.get(rotation.tag) ?? 0;
    const known = Math.min(untold, taken);
    this.#untold.set(rotation.tag, untold - known);
    this.#turns.set(rotation.tag, this.turnsOf(rotation.tag) + taken - known);
    const period = rotation.period ?? taken;
    const rounds = Math.floor(taken / period);
    const rest = taken % period;
    for (let step = 0; step < Math.min(period, taken); step++) {
      const times = rounds + (step < rest ? 1 : 0);
      this.noteAnswer(rotation.at(from + step), times);
    }
  }

  /**
   * An answer was given.
   *
   * @param answer The answer.
   * @param times How often. @default {1}
   */
  noteAnswer(answer: Answer, times = 1): void {
    if (answer.kind !== "auth") return;
    const picks = this.picksOf(answer.id) + times;
    this.#picks.delete(answer.id);
    this.#picks.set(answer.id, picks);
    if (this.#picks.size <= MAX_CREDENTIALS) return;
    for (const oldest of this.#picks.keys()) {
      this.#picks.delete(oldest);
      return;
    }
  }
}
