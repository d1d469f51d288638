/**
 * Condition `session`: whether it is known which session a request belongs to,
 * by exactly the reading of the policy `sticky`. IDs of sessions are secrets:
 * none is shown.
 */

import type { ConditionKind } from "../condition.ts";
import { findSession } from "../session_id.ts";
import type { BooleanShape } from "../shape.ts";

/** Whether the request has a session that the policy `sticky` would find. */
export const session: ConditionKind<BooleanShape> = {
  key: "session",
  shape: {
    kind: "boolean",
    description: "Whether the request has a session that the policy sticky " +
      "finds",
  },
  create: (wanted) => ({
    key: "session",
    test: (request) => {
      const { id, reuse } = findSession(request);
      return { holds: (id !== undefined) === wanted, reuse };
    },
    explain: (request) => {
      const isKnown = findSession(request).id !== undefined;
      return `session is ${isKnown ? "known" : "not known"}, wanted ${
        wanted ? "known" : "not known"
      }`;
    },
  }),
};
