/**
 * What conditions are tested with. No tests in here.
 */

import type {
  Condition,
  ConditionKind,
  ConditionScope,
} from "../../../src/policy/condition.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import type { PickRequest } from "../../../src/policy/pick_request.ts";
import type { Infer, Shape } from "../../../src/policy/shape.ts";
import { exampleRequest } from "../example_request.ts";

/** Hash of the client `team-red`. */
export const RED =
  "37fd8f355a99e569190988c886c374e86a398480365c7681e33e9d9657afba50";

/** Hashes of the client `team-blue`. */
export const BLUES = ["b".repeat(64), "c".repeat(64)];

/** Two callers, and a zone that is never that of the test machine by chance. */
export const SCOPE: ConditionScope = {
  callers: { "team-red": [RED], "team-blue": BLUES },
  timeZone: "Asia/Kathmandu",
};

/** Makes a condition that has to be right. */
export function made<S extends Shape>(
  kind: ConditionKind<S>,
  value: Infer<S>,
): Condition {
  const condition = kind.create(value, SCOPE);
  if (typeof condition === "string" || "problems" in condition) {
    throw new TypeError(JSON.stringify(condition));
  }
  return condition;
}

/** Whether a condition holds for the example with something else in it. */
export function holds(
  condition: Condition,
  parts: Partial<PickRequest>,
): boolean {
  return condition.test(requestWith(parts), firstPick(0)).holds;
}

/** How a condition explains the example with something else in it. */
export function explained(
  condition: Condition,
  parts: Partial<PickRequest>,
): string {
  return condition.explain(requestWith(parts), firstPick(0));
}

/** The example with something else in it. */
export function requestWith(parts: Partial<PickRequest>): PickRequest {
  return { ...exampleRequest(["a"]), ...parts };
}
