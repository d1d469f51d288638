/**
 * Condition `retry`: whether a credential has failed before. The host tries one
 * credential after the other in a round, and names the one before in metadata
 * `selected_auth_id`.
 */

import type { ConditionKind } from "../condition.ts";
import { metadataText } from "../metadata.ts";
import type { PickRequest } from "../pick_request.ts";
import { sameMetadata } from "../reuse.ts";
import type { BooleanShape } from "../shape.ts";

const FIELD = "selected_auth_id";
const REUSE = sameMetadata(FIELD);

/** Whether an earlier credential of this round failed. */
export const retry: ConditionKind<BooleanShape> = {
  key: "retry",
  shape: {
    kind: "boolean",
    description: "Whether an earlier credential of this round failed",
  },
  create: (wanted) => ({
    key: "retry",
    test: (request) => ({
      holds: isRetry(request) === wanted,
      reuse: REUSE,
    }),
    explain: (request) => `retry is ${isRetry(request)}, wanted ${wanted}`,
  }),
};

/**
 * Tells whether an earlier credential of this round failed.
 *
 * @param request The request.
 * @returns Whether the host names one.
 */
export function isRetry(request: PickRequest): boolean {
  return (metadataText(request, FIELD) ?? "") !== "";
}
