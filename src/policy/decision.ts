/**
 * What a policy answers, with its reasons. The last step of a pick before
 * `src/rpc` turns it into the host's JSON.
 */

import type { PickRequest } from "./pick_request.ts";
import type { Reuse } from "./reuse.ts";

/** What the host is told. */
export type Answer =
  /** Use the credential with this ID. */
  | { readonly kind: "auth"; readonly id: string }
  /** Let the host's built-in selector of this name choose. */
  | { readonly kind: "delegate"; readonly to: string }
  /**
   * Fail the client's request. The client sees `message`, and `status`, an HTTP
   * status from 400 to 599; without one the host chooses it (500).
   */
  | {
    readonly kind: "refuse";
    readonly code: string;
    readonly message: string;
    readonly status?: number;
  }
  /** Let the host's configured selector choose, as if there were no plugin. */
  | { readonly kind: "unhandled" };

/** The answer of a policy that leaves the choice to the host. */
export const UNHANDLED: Answer = { kind: "unhandled" };

/** What became of one candidate, for the diagnosis. */
export interface CandidateVerdict {
  readonly id: string;
  /** `chosen` is the answer; `kept` could have been; `dropped` could not. */
  readonly verdict: "chosen" | "kept" | "dropped";
  /** In words, such as `ID is not the configured auth_id`. */
  readonly reason: string;
  /** What it was compared by, if numbers were; higher is better. */
  readonly score?: number;
}

/**
 * Says of every candidate that a selector of the host may choose it.
 *
 * @param request The pick that is left to the host.
 * @param selector Which selector. @default {"configured"}
 * @returns One verdict per candidate.
 */
export function leftToHost(
  { candidates }: PickRequest,
  selector = "configured",
): CandidateVerdict[] {
  return candidates.map(({ id }) => ({
    id,
    verdict: "kept",
    reason: `The ${selector} selector of the host may choose it`,
  }));
}

/** What became of one rule, for the diagnosis. */
export interface RuleVerdict {
  readonly name: string;
  /** It is the one that decided. */
  readonly isMatch: boolean;
  /** An earlier rule matched, so that this one was not asked. */
  readonly isShadowed: boolean;
  /** In the order of the config. */
  readonly conditions: readonly ConditionVerdict[];
}

/** What one condition came to. */
export interface ConditionVerdict {
  /** Its key in the config. */
  readonly key: string;
  readonly holds: boolean;
  /** In words, without any secret. */
  readonly reason: string;
}

/**
 * The answers to successive picks among the same candidates. A function of the
 * position alone: who counts the picks can be another process.
 */
export interface Rotation {
  /** Tells the rotations of one list of candidates apart; below 2^31. */
  readonly tag: number;
  /** After so many positions the answers repeat; undefined: they never do. */
  readonly period: number | undefined;
  /** The answer at a position, a whole number from 0. */
  at(position: number): Answer;
}

/** Which rule has nothing left, and why. */
export interface RuleRefusal {
  /** Its place among the rules. */
  readonly rule: number;
  /** In words for the log: names of pools and policies, and counts. */
  readonly why: () => string;
}

/** An answer, who gave it, and why. */
export interface Decision {
  readonly answer: Answer;
  /** Name of the policy that decided, as in the config; `none` if none did. */
  readonly policy: string;
  /** Name of the rule that decided; absent if it was no rule. */
  readonly rule?: string;
  /** Why, in words, without any secret. */
  readonly reason: string;
  /**
   * The rule cannot decide, as its policy could not be asked: what is answered
   * is the answer on failure. `answer` is that of the rule alone.
   */
  readonly isUndecided?: true;
  /** For which further requests it stands. */
  readonly reuse: Reuse;
  /**
   * What takes turns; absent if the answer stays the same. `answer` is then the
   * one at the position that was asked for.
   */
  readonly rotation?: Rotation;
  /**
   * One verdict per candidate, in the order of the request. A function, so
   * that a pick which nobody wants explained does not pay for the words.
   */
  readonly explain: () => CandidateVerdict[];
  /** One verdict per rule, in their order; absent if no rule was asked. */
  readonly explainRules?: () => RuleVerdict[];
  /** Present if a rule has nothing left; it refuses if the answer does. */
  readonly refusal?: RuleRefusal;
  /** What a policy threw, for the log; the rule decided without it. */
  readonly fault?: unknown;
}
