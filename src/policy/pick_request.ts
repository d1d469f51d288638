/**
 * What a policy decides about: one attempt of one client request, and the
 * credentials that may serve it. `src/rpc` makes it from the host's JSON.
 */

/** One credential that the host offers. */
export interface Candidate {
  /** The host's name of the credential, unique within a request. */
  readonly id: string;
  /** Provider, lower case, such as `codex`. */
  readonly provider: string;
  /** Higher is better; a host may offer its best priority only. */
  readonly priority: number;
  /** `active`, `unknown`, `pending`, `refreshing` or `error`. */
  readonly status: string;
  /** The host's notes on the credential, such as `plan_type`; never a key. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** One pick that the host asks for. */
export interface PickRequest {
  /** `""` when several providers may serve the request. */
  readonly provider: string;
  readonly providers: readonly string[];
  /** Route model; may carry a thinking suffix or a routing prefix. */
  readonly model: string;
  readonly stream: boolean;
  /** The client's headers, unredacted: secret, never to be printed. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** What the host knows of the request, such as `caller_scope`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Sorted by ID; at least one when a host asks. */
  readonly candidates: readonly Candidate[];
}
