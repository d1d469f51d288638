/**
 * Policy `fixed`: one credential, or the first of a list that is there. Looks
 * at the IDs of the candidates and nothing else.
 */

import { doubtId } from "../doubts/credential_ids.ts";
import { type FindPlace, firstGlob } from "../first_glob.ts";
import { compileGlob } from "../glob.ts";
import { globsShape, MAX_GLOBS } from "../globs.ts";
import { once } from "../once.ts";
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
      shape: globsShape(
        "IDs of credentials, the preferred one first; of those that a glob " +
          "matches, the first by ID",
        {
          example: "codex-ada@example.com-*",
          doubt: doubtId,
          maxItems: MAX_GLOBS,
        },
      ),
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
 * - Ties: of those that one glob matches, the one with the lowest ID.
 * - A credential vanished, or was tried already in this request: the next that
 *   the same glob matches, then the next of the list; the first again as soon
 *   as it is back.
 */
export const fixed: PolicyKind<typeof OPTIONS> = {
  name: "fixed",
  options: OPTIONS,
  isPlain: false,
  mayFilter: true,
  create: ({ id }) => fixedTo(new Preferences(id)),
};

/** The configured IDs, in their order. */
class Preferences {
  readonly patterns: readonly string[];
  /** Place of the first that takes an ID; undefined if none does. */
  readonly placeOf: FindPlace;

  constructor(patterns: readonly string[]) {
    this.patterns = patterns;
    this.placeOf = firstGlob(patterns);
  }

  get count(): number {
    return this.patterns.length;
  }

  /** Whether one of them would take an ID in other letters. */
  isNearly(id: string): boolean {
    const simple = simplified(id);
    return this.patterns.some((pattern) =>
      compileGlob(pattern.trim(), { ignoresCase: true }).matches(simple)
    );
  }

  isWild(place: number): boolean {
    return compileGlob(this.patterns[place] ?? "").literal === undefined;
  }
}

/** A list of candidates, and which of them is chosen. */
interface Found {
  /** Places of the candidates among the configured IDs. */
  readonly places: readonly (number | undefined)[];
  readonly chosen: Candidate | undefined;
}

function fixedTo(ids: Preferences): Policy {
  const find = once((candidates: readonly Candidate[]) =>
    findIn(candidates, ids)
  );
  return {
    name: fixed.name,
    onlyIds: ids.patterns,
    reuseOfNone: SAME_CANDIDATES,
    choose: (pick) => choose(pick, ids, find(pick.candidates)),
    explainNone: ({ candidates }) =>
      explainAll(candidates, ids, find(candidates)),
  };
}

/** Candidates are sorted by ID: of one place, the first is the one. */
function findIn(candidates: readonly Candidate[], ids: Preferences): Found {
  const places = candidates.map(({ id }) => ids.placeOf(id));
  let chosen: number | undefined;
  for (const [index, place] of places.entries()) {
    const best = chosen === undefined ? undefined : places[chosen];
    if (place !== undefined && place < (best ?? Infinity)) chosen = index;
  }
  return {
    places,
    chosen: chosen === undefined ? undefined : candidates[chosen],
  };
}

function choose(
  { candidates }: PolicyPick,
  ids: Preferences,
  found: Found,
): Choice | undefined {
  const { chosen } = found;
  if (chosen === undefined) return undefined;
  return {
    answer: { kind: "auth", id: chosen.id },
    reason: ids.count === 1
      ? "The configured ID is among the candidates"
      : "It is the first of the configured IDs that is among the candidates",
    reuse: SAME_CANDIDATES,
    explain: () => explainAll(candidates, ids, found),
  };
}

function explainAll(
  candidates: readonly Candidate[],
  ids: Preferences,
  { places, chosen }: Found,
): CandidateReason[] {
  const best = chosen && places[candidates.indexOf(chosen)];
  return candidates.map((candidate, index) => {
    const place = places[index];
    if (place === undefined) {
      return { reason: whyNot(candidate.id, ids), isDropped: true };
    }
    const which = whichOf(place, ids);
    if (candidate === chosen) return { reason: which };
    return {
      reason: place === best
        ? `${which}, as does one that comes before it`
        : `${which}, an earlier one is there`,
    };
  });
}

function whichOf(place: number, ids: Preferences): string {
  const is = ids.isWild(place) ? "matches" : "is";
  return ids.count === 1
    ? `ID ${is} the configured one`
    : `ID ${is} number ${place + 1} of the ${ids.count} configured ones`;
}

function whyNot(id: string, ids: Preferences): string {
  return ids.isNearly(id)
    ? "ID differs from a configured one only in case or outer spaces"
    : "ID is not configured";
}

function simplified(id: string): string {
  return id.trim().toLowerCase();
}
