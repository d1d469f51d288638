/**
 * Policy `refuse`: no candidate will do, so that the rule refuses. For a rule
 * that closes what its conditions select, such as a client out of hours.
 */

import type { Policy, PolicyKind } from "../policy.ts";
import { SAME_CANDIDATES } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";

const OPTIONS = {
  kind: "object",
  description: "No candidate: the rule refuses",
  fields: {},
} as const satisfies ObjectShape;

/**
 * Chooses none of any candidates. A rule with it has `otherwise: refuse` unless
 * it says so itself, and cannot say anything else.
 *
 * - No candidates, one, many, ties, a retry: none.
 */
export const refuse: PolicyKind<typeof OPTIONS> = {
  name: "refuse",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  otherwise: "refuse",
  create: () => POLICY,
};

const POLICY: Policy = {
  name: refuse.name,
  reuseOfNone: SAME_CANDIDATES,
  choosesNone: true,
  choose: () => undefined,
  explainNone: ({ candidates }) =>
    candidates.map(() => ({ reason: "The rule refuses" })),
};
