/**
 * What a policy for the scheduler plugin of CLIProxyAPI sees and returns. A
 * policy is one TypeScript file with one default export of type `Policy`. It
 * imports nothing but these types.
 *
 * Written by `scheduler.so policy new`; not read by the plugin.
 */

/** A policy: the default export of its file. */
export interface Policy {
  /**
   * Chooses one of the candidates that the rule kept. Called once per pick, one
   * pick at a time; it cannot wait for anything. What it throws, and what takes
   * it longer than 25 ms, counts as no answer.
   *
   * @param candidates At least one, each ID once, sorted by ID. Frozen.
   * @param context What else is known, made for this pick.
   * @returns A choice, or scores. Nothing (`undefined` or `null`) is no answer:
   * the rule goes on to its next pool, then to its `otherwise`.
   */
  pick(
    candidates: readonly Candidate[],
    context: PickContext,
  ): Decision | undefined | null;
}

/** What a policy returns. */
export type Decision = Choice | Scores;

/** One candidate. */
export interface Choice {
  /** The `id` of one of the candidates. */
  readonly id: string;
  /**
   * Why, in words, for the diagnosis; 200 characters count. Shown on terminals:
   * never put a header into it.
   */
  readonly reason?: string;
}

/** A number for each candidate: the highest is chosen, the lowest ID if equal. */
export interface Scores {
  /** In the order of the candidates; `null` leaves one out. */
  readonly scores: readonly (number | null)[];
  /** As in `Choice`. */
  readonly reason?: string;
}

/** A credential that may serve the request. */
export interface Candidate {
  /** The host's name of it, such as `codex-ada@example.com.json`. */
  readonly id: string;
  /** In lower case, such as `codex`. */
  readonly provider: string;
  /** Higher is better. Without `tiers: all` in the rule all have the same. */
  readonly priority: number;
  /** `active`, `unknown`, `pending`, `refreshing` or `error`. */
  readonly status: string;
  /** What else the host says of it, such as `plan_type`, `note` or `weight`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What is known at a pick. */
export interface PickContext {
  /** The request that a credential is wanted for. */
  readonly request: RequestFacts;
  /** The time, in milliseconds since 1970, UTC. There is no other clock. */
  readonly nowMs: number;
  /**
   * A number from 0 up to 1, exclusive. There is no other chance; `policy run`
   * repeats it.
   */
  random(): number;
  /**
   * The policy's own memory: what JSON can hold. Kept when the file is saved
   * again, gone when the worker ends.
   */
  readonly state: Record<string, unknown>;
  /** The `options` of the policy in the config. Frozen. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What is known of a request. */
export interface RequestFacts {
  /** `""` if several providers may serve it. */
  readonly provider: string;
  /** All that may serve it. */
  readonly providers: readonly string[];
  /** The model that the host routes by; may carry a suffix such as `(high)`. */
  readonly model: string;
  /** Whether the answer is wanted as a stream. */
  readonly stream: boolean;
  /** Path pattern of the request, such as `/v1/responses`; `""` if unknown. */
  readonly path: string;
  /** The host's hash of the client's key; `""` if unknown. */
  readonly caller: string;
  /** A hash of the session's ID: the same in one session; `""` without one. */
  readonly session: string;
  /** Whether an earlier credential failed for the same request. */
  readonly isRetry: boolean;
  /** Such as `auto` or `priority`; `""` if unknown. */
  readonly serviceTier: string;
  /**
   * The client's headers that the rule lets it see (`headers`), by their names
   * in lower case; several values are joined by `, `. Absent if not sent.
   */
  readonly headers: Readonly<Record<string, string>>;
}
