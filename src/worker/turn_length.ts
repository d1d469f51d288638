/**
 * How long the wait loop in C may keep the pick isolate: as long as possible,
 * since each turn wakes a processor. Requests and the main isolate's bell end a
 * rest at once.
 */

/**
 * After its first request a turn goes on for so long, in milliseconds. A guess:
 * as often as the board may change.
 */
const TURN_MS = 250;

/**
 * How long a turn rests when there is nothing to do, in milliseconds. Something
 * may be due that nobody rings for, such as a line in the log.
 */
const REST_MS = 10_000;

/** How long it rests between two tries to load a policy, in milliseconds. */
const BETWEEN_LOADS_MS = 20;

/** What there is to do beside requests. */
export interface Pending {
  /** A message is on its way. */
  readonly isBehind: boolean;
  /** A load that was stopped is to be tried again. */
  readonly isWaiting: boolean;
  /** In how many milliseconds the board is due; undefined: it is not. */
  readonly boardMs: number | undefined;
}

/** How long a turn may take, in whole milliseconds. */
export interface TurnLength {
  /** After its first request. */
  readonly turnMs: number;
  /** Without any. */
  readonly restMs: number;
}

/**
 * Says how long the next turn may take.
 *
 * @param pending What there is to do.
 */
export function lengthOfTurn(
  { isBehind, isWaiting, boardMs }: Pending,
): TurnLength {
  if (isBehind) return { turnMs: 0, restMs: 0 };
  if (isWaiting) return { turnMs: BETWEEN_LOADS_MS, restMs: BETWEEN_LOADS_MS };
  return { turnMs: TURN_MS, restMs: Math.ceil(boardMs ?? REST_MS) };
}
