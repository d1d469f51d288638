/**
 * What a policy answers, with its reasons. The last step of a pick before
 * `src/rpc` turns it into the host's JSON.
 */

/** What the host is told. */
export type Answer =
  /** Use the credential with this ID. */
  | { readonly kind: "auth"; readonly id: string }
  /** Let the host's built-in selector of this name choose. */
  | { readonly kind: "delegate"; readonly to: string }
  /** Fail the client's request. The client sees `message`. */
  | { readonly kind: "refuse"; readonly code: string; readonly message: string }
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
}

/**
 * For which further requests a decision stands, so that they can be answered
 * without deciding again. It must name everything that was looked at.
 */
export type Reuse =
  /** For every request, as long as the config is in force. */
  | { readonly kind: "any" }
  /** For requests with the same candidates, and the same of what follows. */
  | {
    readonly kind: "same";
    /** Whether provider, model or stream was looked at. */
    readonly route: boolean;
    /** Names of the metadata fields that were looked at. */
    readonly metadata: readonly string[];
    /** Milliseconds after which it is out of date. @default {undefined} never */
    readonly forMs?: number;
  }
  /** For this request only. */
  | { readonly kind: "never" };

/** It depends on nothing but the candidates. */
export const SAME_CANDIDATES: Reuse = {
  kind: "same",
  route: false,
  metadata: [],
};

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

/** An answer, who gave it, and why. */
export interface Decision {
  readonly answer: Answer;
  /** Name of the policy that decided, as in the config; `none` if none did. */
  readonly policy: string;
  /** Why, in words, without any secret. */
  readonly reason: string;
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
}
