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

/** An answer, who gave it, and why. */
export interface Decision {
  readonly answer: Answer;
  /** Name of the policy that decided, as in the config; `none` if none did. */
  readonly policy: string;
  /** Why, in words, without any secret. */
  readonly reason: string;
  /**
   * One verdict per candidate, in the order of the request. A function, so
   * that a pick which nobody wants explained does not pay for the words.
   */
  readonly explain: () => CandidateVerdict[];
}
