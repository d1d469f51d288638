/**
 * Policy `fixed`: one credential, or the first of a list that is there. Looks
 * at the IDs of the candidates and nothing else.
 */

import type { Candidate } from "../pick_request.ts";
import type {
  CandidateReason,
  Choice,
  Policy,
  PolicyKind,
  PolicyPick,
} from "../policy.ts";
import { SAME_CANDIDATES } from "../reuse.ts";
import type { ObjectShape } from "../shape.ts";

const OPTIONS = {
  kind: "object",
  description: "Always the same credential, or the first of a list that is " +
    "among the candidates",
  fields: {
    id: {
      shape: {
        kind: "list",
        description: "IDs of credentials, the preferred one first",
        of: {
          kind: "text",
          description: "ID of a credential, compared byte for byte",
          check: checkId,
          example: "codex-ada@example.com-pro.json",
        },
      },
      isRequired: true,
    },
  },
} as const satisfies ObjectShape;

/**
 * The first of its IDs that is a candidate, whatever else is there. One
 * candidate is no exception: if it is not listed, it is not chosen.
 *
 * - No candidate is listed: it chooses none, and the rule goes on to its next
 *   pool.
 * - Ties: there are none, since each ID is there once.
 * - A credential vanished, or was tried already in this request: the next of
 *   the list; the first again as soon as it is back.
 */
export const fixed: PolicyKind<typeof OPTIONS> = {
  name: "fixed",
  options: OPTIONS,
  isPlain: false,
  mayFilter: true,
  create: ({ id }) => fixedTo(id),
};

function checkId(id: string): string | undefined {
  return id === "" ? "must be the ID of a credential and not empty" : undefined;
}

function fixedTo(ids: readonly string[]): Policy {
  return {
    name: fixed.name,
    reuseOfNone: SAME_CANDIDATES,
    choose: (pick) => choose(pick, ids),
    explainNone: ({ candidates }) =>
      candidates.map((candidate) => explainOne(candidate, ids, undefined)),
  };
}

function choose(
  { candidates }: PolicyPick,
  ids: readonly string[],
): Choice | undefined {
  const offered = new Set(candidates.map(({ id }) => id));
  const id = ids.find((wanted) => offered.has(wanted));
  if (id === undefined) return undefined;
  return {
    answer: { kind: "auth", id },
    reason: ids.length === 1
      ? "The configured ID is among the candidates"
      : "It is the first of the configured IDs that is among the candidates",
    reuse: SAME_CANDIDATES,
    explain: () =>
      candidates.map((candidate) => explainOne(candidate, ids, id)),
  };
}

function explainOne(
  { id }: Candidate,
  ids: readonly string[],
  chosen: string | undefined,
): CandidateReason {
  const place = ids.indexOf(id) + 1;
  if (place === 0) return { reason: whyNot(id, ids), isDropped: true };
  const which = ids.length === 1
    ? "ID is the configured one"
    : `ID is number ${place} of the ${ids.length} configured ones`;
  return {
    reason: id === chosen ? which : `${which}, an earlier one is there`,
  };
}

function whyNot(id: string, ids: readonly string[]): string {
  const alike = ids.some((wanted) => simplified(wanted) === simplified(id));
  return alike
    ? "ID differs from a configured one only in case or outer spaces"
    : "ID is not configured";
}

function simplified(id: string): string {
  return id.trim().toLowerCase();
}
