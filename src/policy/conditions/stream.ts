/**
 * Condition `stream`: whether the client wants the answer as a stream. Counting
 * tokens is no stream, whatever the client wants.
 */

import type { ConditionKind } from "../condition.ts";
import { SAME_ROUTE } from "../reuse.ts";
import type { BooleanShape } from "../shape.ts";

/** Whether the answer is a stream. */
export const stream: ConditionKind<BooleanShape> = {
  key: "stream",
  shape: {
    kind: "boolean",
    description: "Whether the answer is a stream",
  },
  create: (wanted) => ({
    key: "stream",
    test: (request) => ({
      holds: request.stream === wanted,
      reuse: SAME_ROUTE,
    }),
    explain: (request) => `stream is ${request.stream}, wanted ${wanted}`,
  }),
};
