/**
 * A policy that is set aside: why, since when, and when one pick tries it
 * again. Each time it fails again the pause is twice as long; once it has done
 * well for a while the next pause is a short one again.
 */

/** The longest pause, in milliseconds. */
export const MAX_PAUSE_MS = 3_600_000;

/** A policy, or what its file holds, is not asked for a while. */
export interface SetAside {
  /** Such as `3 picks in a row failed`. */
  readonly why: string;
  /** In milliseconds since 1970. */
  readonly sinceMs: number;
  /** When it is tried next, in milliseconds since 1970. */
  readonly nextMs: number;
  /** The same, by the clock that only goes forward. */
  readonly untilMs: number;
}

/** Both clocks, in milliseconds. */
export interface Clocks {
  /** One that only goes forward. */
  readonly now: () => number;
  /** Since 1970. */
  readonly wallNow: () => number;
}

/**
 * Sets something aside.
 *
 * @param why A reason, as the end of a sentence.
 * @param pauseMs For how long, in milliseconds.
 * @param clocks What time it is.
 * @returns What is known of it.
 */
export function setAside(
  why: string,
  pauseMs: number,
  { now, wallNow }: Clocks,
): SetAside {
  const sinceMs = wallNow();
  return {
    why,
    sinceMs,
    nextMs: sinceMs + pauseMs,
    untilMs: now() + pauseMs,
  };
}

/**
 * How long the pause is that follows.
 *
 * @param firstMs The first one, in milliseconds.
 * @param count How many there have been since all was well.
 * @returns Milliseconds, at most an hour.
 */
export function pauseAfter(firstMs: number, count: number): number {
  return Math.min(firstMs * 2 ** Math.min(count, 30), MAX_PAUSE_MS);
}

/**
 * Puts a pause into words.
 *
 * @param pauseMs A whole number of minutes, in milliseconds.
 * @returns Such as `1 minute`.
 */
export function describePause(pauseMs: number): string {
  const minutes = Math.round(pauseMs / 60_000);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
