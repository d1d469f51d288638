/**
 * What the worker knows of picks: how many each credential got, and how far
 * each rotation has come. Most picks never reach the worker; whoever counts
 * them tells it later. Told, never asking: no clock, no I/O.
 */

import type { Answer, Rotation } from "./decision.ts";
import type { PickHistory } from "./pick_context.ts";

/** Credentials that are remembered; the one that was picked longest ago goes. */
const MAX_CREDENTIALS = 10_000;

/**
 * Rotations whose place is remembered, for lists that whoever counts has
 * forgotten; the one that moved longest ago goes. A guess.
 */
const MAX_PLACES = 4096;

/** What is known of one credential. */
interface Entry {
  readonly picks: number;
  /** Counts up with the picks of all. */
  readonly lastPick: number;
}

/** Counts of picks. */
export class Ledger implements PickHistory {
  /** By ID; the order is that of the last pick. */
  readonly #entries = new Map<string, Entry>();
  /** Picks of all credentials, as far as they are known. */
  #all = 0;
  /** Next positions, by list and tag; the order is that of the last move. */
  readonly #places = new Map<string, number>();
  /** Picks that were decided here, by tag. */
  readonly #decided = new Map<number, number>();

  /**
   * The next position of a rotation, as far as it is known here.
   *
   * @param tag Tag of the rotation.
   * @param list Key of its list of candidates.
   * @returns Where it was left. If it was not seen before, as many as there
   * were picks of this tag: so that lists which change at each pick do not all
   * begin with their first.
   */
  positionOf(tag: number, list: string): number {
    return this.#places.get(`${list} ${tag}`) ?? this.#decided.get(tag) ?? 0;
  }

  /**
   * Picks of a credential.
   *
   * @param id Its ID.
   * @returns How many there were; 0 if it is not known.
   */
  picksOf(id: string): number {
    return this.#entries.get(id)?.picks ?? 0;
  }

  /**
   * When a credential was last picked.
   *
   * @param id Its ID.
   * @returns A number that is higher the more recent it was; 0 for never.
   */
  lastPickOf(id: string): number {
    return this.#entries.get(id)?.lastPick ?? 0;
  }

  /**
   * A pick was decided at a position.
   *
   * @param tag Tag of the rotation.
   * @param list Key of its list.
   * @param position The position.
   */
  noteTurn(tag: number, list: string, position: number): void {
    this.#decided.set(tag, (this.#decided.get(tag) ?? 0) + 1);
    this.#moveTo(position + 1, tag, list);
  }

  /** A rotation never goes back. */
  #moveTo(position: number, tag: number, list: string): void {
    const key = `${list} ${tag}`;
    const before = this.#places.get(key) ?? 0;
    this.#places.delete(key);
    this.#places.set(key, Math.max(before, position));
    if (this.#places.size > MAX_PLACES) dropFirst(this.#places);
  }

  /**
   * Positions of a rotation were taken.
   *
   * @param rotation The rotation.
   * @param list Key of its list.
   * @param from The first position that was.
   * @param to The first that was not.
   */
  noteTaken(rotation: Rotation, list: string, from: number, to: number): void {
    const taken = to - from;
    if (!(taken > 0)) return;
    this.#moveTo(to, rotation.tag, list);
    const period = rotation.period ?? taken;
    const rounds = Math.floor(taken / period);
    const rest = taken % period;
    // Last the ones that were taken last.
    const each = Math.min(period, taken);
    for (let step = rest; step < rest + each; step++) {
      const place = step % each;
      const times = rounds + (place < rest ? 1 : 0);
      this.noteAnswer(rotation.at(from + place), times);
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
    this.#all += times;
    this.#entries.delete(answer.id);
    this.#entries.set(answer.id, { picks, lastPick: this.#all });
    if (this.#entries.size > MAX_CREDENTIALS) dropFirst(this.#entries);
  }
}

/** The oldest entry goes. */
function dropFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
