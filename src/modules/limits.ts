/**
 * What a policy that a user wrote may take, and how often it may fail.
 */

/**
 * A pick's share of time, in milliseconds: a quarter of what the host's side
 * waits, so that three pools in a row can be tried.
 */
export const SHARE_MS = 25;

/**
 * A pick that takes longer than this, in milliseconds, costs what it took of
 * what a policy may take in such picks: so much at once, and of the time that
 * goes by. Nothing is left: it is set aside, since others wait meanwhile. The
 * shares are guesses; a busy machine makes short picks look long at times.
 */
export const LONG_PICK_MS = 10;
export const LONG_PICKS_MS = 500;
export const LONG_PICKS_SHARE = 0.25;

/** So many picks in a row without a good answer set a policy aside. */
export const MAX_FAILURES_IN_A_ROW = 3;

/** Ends of the worker after which a policy is not loaded any more. */
export const MAX_ENDS_AT_PICKS = 3;
export const MAX_ENDS_AT_LOADS = 1;

/** What loading may take where nobody waits for it, in milliseconds. */
export const CHECK_GUARD_MS = 1000;

/**
 * What loading may take between picks, in milliseconds: they wait for it. It
 * has been loaded elsewhere before, so that more means a busy machine.
 */
export const LOAD_GUARD_MS = 50;

/** So often a load that was stopped is tried again. */
export const LOAD_TRIES = 5;

/** How long a config waits for its policies to be loaded, in milliseconds. */
export const PREPARE_MS = 2000;
