/**
 * What a policy that a user wrote may take, and how often it may fail.
 */

/**
 * A pick's share of time, in milliseconds: a quarter of what the host's side
 * waits, so that three pools in a row can be tried.
 */
export const SHARE_MS = 25;

/**
 * A pick that takes less than this of a processor's time, in milliseconds, is
 * free: with the 32 slots of the channel all full of such picks another rule
 * still waits for less than one share. All that a longer one took is paid from
 * two budgets, its policy's and that of all policies together: so much at once,
 * and a part of the time that goes by. Nothing is left: its picks get no answer
 * until there is. Others always have most of the isolate. The shares are
 * guesses; the first picks of a version are slow, and the collector takes time
 * in some.
 */
export const FREE_PICK_MS = 0.5;
export const BUDGET_BURST_MS = 250;
export const BUDGET_SHARE = 0.25;
export const ALL_BURST_MS = 400;
export const ALL_SHARE = 0.4;

/** How often the log says that a budget is spent, in milliseconds. */
export const SPENT_LOG_MS = 60_000;

/** So many picks in a row without a good answer set a policy aside. */
export const MAX_FAILURES_IN_A_ROW = 3;

/** The first pause of a policy that is set aside, in milliseconds. A guess. */
export const FIRST_PAUSE_MS = 60_000;

/** After so many good picks the next pause is the first one again. A guess. */
export const GOOD_RUN = 100;

/** Ends of the worker after which a policy is not loaded for a while. */
export const MAX_ENDS_AT_PICKS = 3;
export const MAX_ENDS_AT_LOADS = 1;

/**
 * The first such pause, in milliseconds: to try it again may cost the worker
 * once more, and picks of others for a moment. A guess.
 */
export const FIRST_PAUSE_AFTER_END_MS = 600_000;

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
