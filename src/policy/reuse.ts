/**
 * For which further requests a decision stands. Each step of a pick says what
 * it looked at; together that tells how far the answer can be served without
 * deciding again. It must name everything that was looked at.
 */

/** How far a result reaches. */
export type Reuse =
  /** To every request, as long as the config is in force. */
  | { readonly kind: "any" }
  /** To requests with the same candidates, and the same of what follows. */
  | {
    readonly kind: "same";
    /** Whether provider, providers, model or stream was looked at. */
    readonly route: boolean;
    /** Names of the metadata fields that were looked at, sorted. */
    readonly metadata: readonly string[];
    /** Milliseconds after which it is out of date; undefined: never. */
    readonly forMs?: number;
  }
  /** To this request only. */
  | { readonly kind: "never" };

/** It depends on nothing. */
export const ANY: Reuse = { kind: "any" };

/** It depends on nothing but the candidates. */
export const SAME_CANDIDATES: Reuse = {
  kind: "same",
  route: false,
  metadata: [],
};

/** It depends on the candidates, provider, providers, model and stream. */
export const SAME_ROUTE: Reuse = { kind: "same", route: true, metadata: [] };

/** It depends on what differs each time. */
export const NEVER: Reuse = { kind: "never" };

/**
 * It depends on the candidates and on metadata fields.
 *
 * @param metadata Names of the fields.
 * @returns How far it reaches.
 */
export function sameMetadata(...metadata: readonly string[]): Reuse {
  return { kind: "same", route: false, metadata: metadata.toSorted() };
}

/**
 * It stands for a time.
 *
 * @param forMs Milliseconds, at least 1.
 * @returns How far it reaches.
 */
export function sameFor(forMs: number): Reuse {
  return { kind: "same", route: false, metadata: [], forMs };
}

/**
 * How far a result reaches that is made of others.
 *
 * @param reuses Of its parts.
 * @returns As far as all of them do.
 *
 * @example
 * ```ts
 * import { combine, SAME_ROUTE, sameMetadata } from "./reuse.ts";
 *
 * combine(SAME_ROUTE, sameMetadata("caller_scope"));
 * // { kind: "same", route: true, metadata: ["caller_scope"] }
 * ```
 */
export function combine(...reuses: readonly Reuse[]): Reuse {
  return reuses.reduce(both, ANY);
}

function both(a: Reuse, b: Reuse): Reuse {
  if (a.kind === "any" || b.kind === "never") return b;
  if (b.kind === "any" || a.kind === "never") return a;
  const metadata = [...new Set([...a.metadata, ...b.metadata])].sort();
  const forMs = Math.min(a.forMs ?? Infinity, b.forMs ?? Infinity);
  return {
    kind: "same",
    route: a.route || b.route,
    metadata,
    ...(forMs !== Infinity && { forMs }),
  };
}
