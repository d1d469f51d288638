/**
 * Sets of conditions: a set holds when all of its conditions do.
 */

import type { Condition, ConditionResult } from "../condition.ts";
import type { PickContext } from "../pick_context.ts";
import type { PickRequest } from "../pick_request.ts";
import { combine } from "../reuse.ts";

/**
 * Tests a set. Every condition is tested, also when one before it does not
 * hold, so that the reuse is the same whatever holds.
 *
 * @param conditions The set.
 * @param request What the host asks.
 * @param context What else is known.
 * @returns Whether all hold, and what that depends on.
 */
export function testAll(
  conditions: readonly Condition[],
  request: PickRequest,
  context: PickContext,
): ConditionResult {
  const results = conditions.map((condition) =>
    condition.test(request, context)
  );
  return {
    holds: results.every(({ holds }) => holds),
    reuse: combine(...results.map(({ reuse }) => reuse)),
  };
}

/**
 * Explains a set.
 *
 * @param conditions The set.
 * @param request What the host asks.
 * @param context What else is known.
 * @returns Words in parentheses.
 */
export function explainAll(
  conditions: readonly Condition[],
  request: PickRequest,
  context: PickContext,
): string {
  const words = conditions.map((condition) =>
    condition.explain(request, context)
  );
  return `(${words.join(" and ")})`;
}
