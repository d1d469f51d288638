/**
 * Policy `fill_first`: the best candidate until it is gone, as the host's
 * strategy `fill-first` chooses (`FillFirstSelector` in
 * sdk/cliproxy/auth/selector.go of the host, v7.2.140).
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
  description: "The candidate of the highest priority, then of the lowest ID",
  fields: {},
} as const satisfies ObjectShape;

/**
 * Uses one credential up before it turns to the next: the highest priority,
 * then the lowest ID by its bytes. One candidate is chosen whatever it is.
 *
 * - No candidates: it chooses none.
 * - Ties: of equal priority the lowest ID.
 * - A credential vanished, or was tried already in this request: the next one;
 *   the first again as soon as it is back.
 */
export const fillFirst: PolicyKind<typeof OPTIONS> = {
  name: "fill_first",
  options: OPTIONS,
  isPlain: true,
  mayFilter: true,
  create: () => POLICY,
};

const POLICY: Policy = {
  name: fillFirst.name,
  choose,
  explainNone: () => [],
};

function choose({ candidates }: PolicyPick): Choice | undefined {
  const best = firstOfBest(candidates);
  if (best === undefined) return undefined;
  return {
    answer: { kind: "auth", id: best.id },
    reason: "It has the lowest ID of those with the highest priority",
    reuse: SAME_CANDIDATES,
    explain: () => candidates.map((candidate) => explainOne(candidate, best)),
  };
}

/** They are sorted by ID, so that the first of equals stays. */
function firstOfBest(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates[0];
  for (const candidate of candidates) {
    if (candidate.priority > best!.priority) best = candidate;
  }
  return best;
}

function explainOne(candidate: Candidate, best: Candidate): CandidateReason {
  const { priority } = candidate;
  const reason = candidate === best
    ? `Priority ${priority}, the lowest ID of this priority`
    : priority === best.priority
    ? `Priority ${priority}, another one has a lower ID`
    : `Priority ${priority}, below ${best.priority}`;
  return { reason, score: priority };
}
