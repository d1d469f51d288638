/**
 * A policy that a user wrote, as a kind of policy: not one of `kinds.ts`, since
 * the config makes it. Each pick is asked anew, because nobody knows what it
 * looks at.
 */

import { HEADER_NAME_PATTERN } from "../client_header.ts";
import { doubtHeaderName } from "../doubts/header_names.ts";
import type {
  CandidateReason,
  Choice,
  Policy,
  PolicyKind,
  PolicyPick,
} from "../policy.ts";
import type { ModuleAnswer, ModuleSpec } from "../policy_modules.ts";
import { NEVER } from "../reuse.ts";
import { SESSION_HEADERS } from "../session_id.ts";
import type { ObjectShape } from "../shape.ts";

/** Headers that may carry keys, or the ID of a session: nobody may see them. */
const SECRET_REGEXP =
  /auth|cookie|credential|jwt|key|pass|secret|session|signature|token/i;

const NAME_REGEXP = new RegExp(`^${HEADER_NAME_PATTERN}$`);

/** Options in a rule; those of the policy itself stand under `policies`. */
export const MODULE_OPTIONS = {
  kind: "object",
  description: "A policy under policies, written by a user",
  fields: {
    headers: {
      shape: {
        kind: "list",
        description: "Names of the client's headers that it may see; it sees " +
          "no other",
        of: {
          kind: "text",
          description: "Name of a header; case does not count",
          check: checkHeader,
          doubt: doubtHeaderName,
          pattern: `^${HEADER_NAME_PATTERN}$`,
          example: "X-Team",
        },
      },
    },
  },
} as const satisfies ObjectShape;

function checkHeader(name: string): string | undefined {
  if (!NAME_REGEXP.test(name)) return "must be the name of a header";
  const isSession = SESSION_HEADERS.some((header) =>
    header.toLowerCase() === name.toLowerCase()
  );
  return isSession || SECRET_REGEXP.test(name)
    ? "must not be a header that may carry a key or a session"
    : undefined;
}

/**
 * Makes the kind of a policy under `policies`.
 *
 * - It gives no answer, fails, or is set aside: it chooses none, and the rule
 *   goes on to its next pool, then to its `otherwise`.
 * - It is not loaded, not yet or not at all: the rule cannot decide. The pick
 *   gets the answer on failure, or the rule's refusal if it has one.
 * - Ties of scores: the lowest ID.
 *
 * @param spec What the config says of it.
 * @returns The kind, for rules of that config.
 */
export function moduleKind(
  spec: ModuleSpec,
): PolicyKind<typeof MODULE_OPTIONS> {
  return {
    name: spec.name,
    options: MODULE_OPTIONS,
    isPlain: true,
    mayFilter: true,
    create: ({ headers = [] }) => askModule(spec, lowerCase(headers)),
  };
}

function lowerCase(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

function askModule(spec: ModuleSpec, headers: readonly string[]): Policy {
  /** Why there was no answer, by pick: `explainNone` must not ask again. */
  const reasons = new WeakMap<PolicyPick, string>();
  /** Picks at which it was not loaded. */
  const missed = new WeakSet<PolicyPick>();
  return {
    name: spec.name,
    choose: (pick) => {
      const { candidates, request, context } = pick;
      const { nowMs } = context;
      const question = { candidates, request, headers, nowMs };
      const answer = context.modules.ask(spec, question);
      if (answer.kind === "choice") return toChoice(pick, answer);
      reasons.set(pick, answer.reason);
      if (answer.kind === "not loaded") missed.add(pick);
      return undefined;
    },
    isMissing: (pick) => missed.has(pick),
    explainNone: (pick) => {
      const reason = reasons.get(pick) ?? "It was not asked";
      return pick.candidates.map(() => ({ reason }));
    },
  };
}

function toChoice(
  { candidates }: PolicyPick,
  answer: ModuleAnswer & { readonly kind: "choice" },
): Choice | undefined {
  const chosen = candidates[answer.place];
  return chosen && {
    answer: { kind: "auth", id: chosen.id },
    reason: answer.reason,
    reuse: NEVER,
    explain: () => candidates.map((_, place) => explainOne(answer, place)),
  };
}

function explainOne(
  { scores, place: chosen, reason }: ModuleAnswer & { readonly kind: "choice" },
  place: number,
): CandidateReason {
  const said = place === chosen ? reason : "The policy chose another one";
  if (scores === undefined) return { reason: said };
  const score = scores[place];
  return score === undefined
    ? { reason: "The policy left it out", isDropped: true }
    : { reason: said, score };
}
