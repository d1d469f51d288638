/**
 * Policy `delegate`: one of the host's built-in selectors chooses. It chooses
 * from everything that the host has, so that a rule with this policy must not
 * drop candidates.
 */

import { DELEGATES } from "../delegate.ts";
import type { Choice, Policy, PolicyKind, PolicyPick } from "../policy.ts";
import { ANY } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";

const OPTIONS = {
  kind: "object",
  description: "A built-in selector of the host chooses, from all that it has",
  fields: {
    to: {
      shape: {
        kind: "choice",
        description: "Which selector of the host",
        values: DELEGATES,
      },
      isRequired: true,
    },
  },
} as const satisfies ObjectShape;

/**
 * Hands the pick to a built-in selector of the host, other than the configured
 * one. The host makes its own list then, without what was tried already in
 * this request, and goes by its own count; the host's session affinity is left
 * out. Candidates, one or many, are not looked at.
 *
 * - No candidates: it chooses none.
 * - Ties and credentials that vanished: as the host's selector has it.
 */
export const delegate: PolicyKind<typeof OPTIONS> = {
  name: "delegate",
  options: OPTIONS,
  isPlain: false,
  mayFilter: false,
  create: ({ to }) => delegateTo(to),
};

function delegateTo(to: string): Policy {
  return {
    name: delegate.name,
    leavesToHost: true,
    choose: (pick) => choose(pick, to),
    explainNone: () => [],
  };
}

function choose({ candidates }: PolicyPick, to: string): Choice | undefined {
  if (candidates.length === 0) return undefined;
  return {
    answer: { kind: "delegate", to },
    reason: `The ${to} selector of the host chooses`,
    reuse: ANY,
    explain: () =>
      candidates.map(() => ({
        reason: `The ${to} selector of the host may choose it`,
      })),
  };
}
