/**
 * Which pools and IDs of a config fit no candidate of a request, and whether
 * only the case differs, which is easily overlooked. For `check`; decides
 * nothing.
 */

import { compileGlob } from "./glob.ts";
import type { Candidate } from "./pick_request.ts";
import type { Policy } from "./policy.ts";
import { isMember, type Matcher, type Pool } from "./pool.ts";
import { quoteAny } from "./quote.ts";
import type { Rule } from "./rule.ts";

/**
 * Holds pools and IDs against the candidates of a request.
 *
 * @param plan The rules and every pool.
 * @param candidates What the request offers.
 * @returns What fits none of them, in words.
 */
export function reviewFit(
  plan: { readonly rules: readonly Rule[]; readonly pools: readonly Pool[] },
  candidates: readonly Candidate[],
): string[] {
  return [
    ...plan.pools.flatMap((pool) => reviewPool(pool, candidates) ?? []),
    ...plan.rules.flatMap((rule) => reviewIds(rule, candidates)),
  ];
}

function reviewPool(
  pool: Pool,
  candidates: readonly Candidate[],
): string | undefined {
  if (candidates.some((candidate) => isMember(pool, candidate))) {
    return undefined;
  }
  const said = `No candidate of the request is in pool ${pool.name}`;
  const keys = candidates.map((candidate) => nearKeys(pool, candidate))
    .find((keys) => keys !== undefined);
  return keys === undefined
    ? said
    : `${said}: only the case of ${keys.join(" and ")} differs`;
}

/** Keys in which only the case differs; undefined if more does. */
function nearKeys(
  { matchers }: Pool,
  candidate: Candidate,
): readonly string[] | undefined {
  const off = matchers.filter((matcher) => !matcher.matches(candidate));
  const isNear = ({ matchesNearly }: Matcher) =>
    matchesNearly?.(candidate) === true;
  return off.every(isNear) ? off.map(({ key }) => key) : undefined;
}

/** What a rule names, and where. */
interface Named {
  readonly option: string;
  readonly patterns: readonly string[];
}

function reviewIds(
  { name, policy }: Rule,
  candidates: readonly Candidate[],
): string[] {
  return namedBy(policy).flatMap(({ option, patterns }) => {
    const ids = candidates.map(({ id }) => id);
    const misfits = patterns.filter((pattern) => !fits(pattern, ids));
    const near = misfits.filter((pattern) =>
      fits(pattern, ids, { ignoresCase: true })
    );
    const far = misfits.filter((pattern) => !near.includes(pattern));
    const isNone = misfits.length === patterns.length;
    const said = (some: readonly string[], why: string) =>
      some.length === 0 ? [] : [
        `Option ${option} of rule ${name} ${
          isNone && some.length === patterns.length
            ? "fits no candidate of the request"
            : "has IDs that fit no candidate of the request"
        }${why}: ${quoteAny(some)}`,
      ];
    return [
      ...said(near, ", where only the case differs"),
      ...said(far, ""),
    ];
  });
}

function namedBy({ onlyIds, weights }: Policy): readonly Named[] {
  const named: readonly Named[] = [
    { option: "id", patterns: onlyIds ?? [] },
    { option: "weights", patterns: Object.keys(weights ?? {}) },
  ];
  return named.filter(({ patterns }) => patterns.length > 0);
}

function fits(
  pattern: string,
  ids: readonly string[],
  options: { readonly ignoresCase?: boolean } = {},
): boolean {
  return ids.some(compileGlob(pattern, options).matches);
}
