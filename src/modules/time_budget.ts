/**
 * What policies that users wrote may take of the isolate's time: a bucket that
 * fills with the time that goes by and that picks are paid from (a token
 * bucket). What is left may be below zero, since a pick is paid when it is over.
 *
 * https://en.wikipedia.org/wiki/Token_bucket
 */

/** What a bucket holds, and how it fills. */
export interface TimeBudgetOptions {
  /** The most that is saved, in milliseconds: what may be taken at once. */
  readonly burstMs: number;
  /** Of the time that goes by; between 0 and 1. */
  readonly share: number;
  /** As of when it is full, in milliseconds. */
  readonly nowMs: number;
}

/** A bucket of time. */
export class TimeBudget {
  readonly #burstMs: number;
  readonly #share: number;
  #leftMs: number;
  #atMs: number;

  /** @param options What it holds, and how it fills. */
  constructor({ burstMs, share, nowMs }: TimeBudgetOptions) {
    this.#burstMs = burstMs;
    this.#share = share;
    this.#leftMs = burstMs;
    this.#atMs = nowMs;
  }

  /**
   * Whether something is left.
   *
   * @param nowMs The time, in milliseconds; never before the last one.
   * @returns False: nothing more may be taken now.
   */
  hasLeft(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#leftMs > 0;
  }

  /**
   * Takes time out of it.
   *
   * @param costMs How much, in milliseconds; more than there is becomes a debt
   * of at most what the bucket holds.
   * @param nowMs The time, in milliseconds.
   */
  spend(costMs: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#leftMs = Math.max(this.#leftMs - costMs, -this.#burstMs);
  }

  #fill(nowMs: number): void {
    const earnedMs = Math.max(nowMs - this.#atMs, 0) * this.#share;
    this.#leftMs = Math.min(this.#leftMs + earnedMs, this.#burstMs);
    this.#atMs = nowMs;
  }
}
