/**
 * What is doubtful about rules that are right by themselves: rules that can
 * never match, isolation that an earlier rule undoes, pools that nothing fits.
 * For warnings of the config and for `check`; decides nothing.
 */

import { reviewFit } from "./fit.ts";
import type { PickRequest } from "./pick_request.ts";
import type { Pool } from "./pool.ts";
import { quote } from "./quote.ts";
import type { Rule } from "./rule.ts";

/** Conditions that tell clients apart. */
const CLIENT_KEYS: readonly string[] = ["caller", "header"];

/** A doubt about one rule, which may end in a log. */
export interface RuleDoubt {
  /** Place of the rule. */
  readonly index: number;
  /** What is doubtful, to follow the rule's path. */
  readonly message: string;
}

/**
 * Reviews rules.
 *
 * @param rules In their order.
 * @returns The doubts, at most one per rule.
 */
export function reviewRules(rules: readonly Rule[]): RuleDoubt[] {
  const first = rules.findIndex(({ when }) => when.length === 0);
  return rules.flatMap((rule, index) => {
    const message = first >= 0 && index > first
      ? neverMatches(rule, rules[first]!)
      : undoneIsolation(rule, rules.slice(0, index));
    return message === undefined ? [] : [{ index, message }];
  });
}

function neverMatches(rule: Rule, earlier: Rule): string {
  const isolation = rule.otherwise === "refuse"
    ? ", so that it isolates nothing"
    : "";
  return `can never match: rule ${quote(earlier.name)} before it has no ` +
    `conditions${isolation}`;
}

/** Only where the rule is about certain clients: else the order is the aim. */
function undoneIsolation(
  rule: Rule,
  earlier: readonly Rule[],
): string | undefined {
  if (rule.otherwise !== "refuse" || !tellsClients(rule)) return undefined;
  const open = earlier.find((other) =>
    other.otherwise !== "refuse" && !tellsClients(other)
  );
  return open &&
    `does not isolate its clients from rule ${quote(open.name)}, ` +
      "which comes before and matches without looking at the client";
}

function tellsClients({ when }: Rule): boolean {
  return when.some(({ key }) => CLIENT_KEYS.includes(key));
}

/**
 * Reviews rules and pools for one request.
 *
 * @param plan The rules and every pool.
 * @param request What the host asks.
 * @returns What is doubtful, in words.
 */
export function reviewRequest(
  plan: { readonly rules: readonly Rule[]; readonly pools: readonly Pool[] },
  { candidates }: PickRequest,
): string[] {
  const tiers = new Set(candidates.map(({ priority }) => priority)).size;
  const wantsAll = plan.rules.some(({ tiers }) => tiers === "all");
  return [
    ...reviewFit(plan, candidates),
    ...wantsAll && tiers === 1
      ? [
        "The candidates of the request have one priority: tiers: all has no " +
        "effect on it",
      ]
      : [],
  ];
}

/**
 * Names of the pools that no rule uses.
 *
 * @param plan The rules and every pool.
 * @returns The names, in the order of the config.
 */
export function unusedPools(
  plan: { readonly rules: readonly Rule[]; readonly pools: readonly Pool[] },
): string[] {
  const used = new Set(plan.rules.flatMap(({ use }) => use));
  return plan.pools.filter((pool) => !used.has(pool)).map(({ name }) => name);
}
