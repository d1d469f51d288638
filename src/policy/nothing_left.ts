/**
 * Says why a rule has nothing left to choose from, for the log: in names of
 * pools and policies and in counts, without anything of a request.
 */

/** Pools that are named; of more their number is told. */
const MAX_POOLS = 3;

/** What became of one pool. */
export interface Attempt {
  /** `""` for a rule without pools. */
  readonly pool: string;
  readonly policy: string;
  /** Candidates that are in the pool. */
  readonly members: number;
  /** What the policy did, if there were any. */
  readonly outcome: "chose none" | "failed" | "is not loaded";
}

/**
 * Says why nothing is left.
 *
 * @param attempts The pools that were tried.
 * @param candidates How many candidates the rule saw.
 * @returns Words such as `pool a has no member among 3 candidates`.
 *
 * @example
 * ```ts
 * import { whyNothingLeft } from "./nothing_left.ts";
 *
 * whyNothingLeft([
 *   { pool: "a", policy: "random", members: 0, outcome: "chose none" },
 * ], 1); // "pool a has no member among 1 candidate"
 * ```
 */
export function whyNothingLeft(
  attempts: readonly Attempt[],
  candidates: number,
): string {
  const named = attempts.slice(0, MAX_POOLS)
    .map((attempt) => describe(attempt, candidates));
  const rest = attempts.length - named.length;
  if (rest > 0) named.push(`${rest} more ${rest === 1 ? "pool" : "pools"}`);
  return named.join("; ");
}

function describe(
  { pool, policy, members, outcome }: Attempt,
  candidates: number,
): string {
  const among = count(candidates, "candidate");
  if (members === 0) {
    return pool === ""
      ? "there is no candidate"
      : `pool ${pool} has no member among ${among}`;
  }
  const of = pool === ""
    ? among
    : `${count(members, "member")} of pool ${pool}`;
  return outcome === "chose none"
    ? `policy ${policy} chose none of ${of}`
    : `policy ${policy} ${outcome}, with ${of}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
