/**
 * Rules as the engine sees them: what the config made of conditions, pools and
 * policies. Holds no text of the config but names.
 */

import type { Condition } from "./condition.ts";
import type { Policy } from "./policy.ts";
import type { Pool } from "./pool.ts";

/** How the client is told that a rule has nothing for it. */
export interface Refusal {
  /** HTTP status, from 400 to 599. */
  readonly status: number;
  /** The client sees it. */
  readonly message: string;
}

/** One rule. */
export interface Rule {
  /** Unique. */
  readonly name: string;
  /** All of them must hold; none: the rule matches every request. */
  readonly when: readonly Condition[];
  /** Tried in this order; none: all candidates. */
  readonly use: readonly Pool[];
  readonly policy: Policy;
  /** When nothing is left: fail the request, or let the host's selector choose. */
  readonly otherwise: "refuse" | "host";
  /** For `otherwise: refuse`. */
  readonly refusal: Refusal;
  /** Which priority tiers of the candidates it sees. */
  readonly tiers: "top" | "all";
}
