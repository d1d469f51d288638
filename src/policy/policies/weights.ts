/**
 * The weights of candidates, for `weighted`, `random` and `sticky`: by the
 * option `weights`, else by the attribute `weight` as the host reads it
 * (internal/credentialweight/weight.go and `authWeight` in
 * sdk/cliproxy/auth/selector.go of the host, v7.2.140).
 */

import { doubtId } from "../doubts/credential_ids.ts";
import { firstGlob } from "../first_glob.ts";
import { checkGlob } from "../glob.ts";
import { trimGoSpace } from "../go_space.ts";
import { once } from "../once.ts";
import type { Candidate } from "../pick_request.ts";
import type { CandidateReason } from "../policy.ts";
import type { Field } from "../shape.ts";

/** As the host bounds it. */
export const MAX_WEIGHT = 1_000_000;

/** Weight of a credential that nothing is said of; the host's too. */
const DEFAULT_WEIGHT = 1;

/** The option `weights`. */
export const WEIGHTS_FIELD = {
  shape: {
    kind: "map",
    description: "Weights by globs over IDs, of which the first that matches " +
      "counts; 0 keeps a credential from being chosen. IDs of digits alone " +
      "go before all globs. A credential that none matches has its attribute " +
      "weight",
    key: {
      description: "A glob over the whole ID",
      check: checkGlob,
      doubt: doubtId,
      example: "codex-*-pro.json",
    },
    of: {
      kind: "number",
      description: "Share of the picks, in proportion to the other weights",
      min: 0,
      max: MAX_WEIGHT,
      isInteger: true,
    },
  },
  default: "the attribute weight of each credential, else 1",
} as const satisfies Field;

/** What a candidate weighs. */
export interface Weight {
  /** A whole number from 0 to `MAX_WEIGHT`. */
  readonly value: number;
  /** Who said so. */
  readonly from: "option" | "attribute" | "nobody";
}

/** Weighs a candidate. */
export type Weigh = (candidate: Candidate) => Weight;

/**
 * Makes ready what the option says.
 *
 * @param weights The option, checked; by default empty.
 * @returns Weighs a candidate.
 */
export function weighBy(
  weights: Readonly<Record<string, number>> = {},
): Weigh {
  const find = remembered(findWeight(weights));
  return (candidate) => {
    const value = find(candidate.id);
    return value === undefined
      ? attributeWeight(candidate)
      : { value, from: "option" };
  };
}

type Find = (id: string) => number | undefined;

function findWeight(weights: Readonly<Record<string, number>>): Find {
  const values = Object.values(weights);
  const placeOf = firstGlob(Object.keys(weights));
  return (id) => {
    const place = placeOf(id);
    return place === undefined ? undefined : values[place];
  };
}

/** IDs whose weights are remembered; then all are forgotten. A guess. */
const MAX_REMEMBERED = 10_000;

/** Lists change, IDs stay: what is found for one is found for all lists. */
function remembered(find: Find): Find {
  const known = new Map<string, number | undefined>();
  return (id) => {
    if (known.has(id)) return known.get(id);
    const value = find(id);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(id, value);
    return value;
  };
}

/** A positive number that Go's `strconv.ParseInt` takes in base 10. */
const POSITIVE_REGEXP = /^\+?(\d+)$/;

/**
 * Only what the host offers in the attribute is known here. As in the host,
 * what is negative, too high or no whole number weighs nothing.
 */
function attributeWeight({ attributes }: Candidate): Weight {
  const text = trimGoSpace(
    Object.hasOwn(attributes, "weight") ? attributes["weight"] ?? "" : "",
  );
  if (text === "") return { value: DEFAULT_WEIGHT, from: "nobody" };
  const value = Number(POSITIVE_REGEXP.exec(text)?.[1] ?? 0);
  return { value: value <= MAX_WEIGHT ? value : 0, from: "attribute" };
}

/** Candidates with what they weigh. */
export interface Weighed {
  /** Of all candidates, in their order. */
  readonly all: readonly Weight[];
  /** Candidates that weigh something, in their order. */
  readonly candidates: readonly Candidate[];
  /** What these weigh. */
  readonly weights: readonly number[];
  /** Sum of `weights`. */
  readonly total: number;
}

/**
 * Weighs lists of candidates, and remembers what came of it as long as the
 * list lives: known lists are chosen from often.
 *
 * @param weigh Weighs one.
 * @param make Makes what a policy needs of a list.
 * @returns Makes it of a list, once.
 */
export function onceWeighed<T>(
  weigh: Weigh,
  make: (weighed: Weighed) => T,
): (candidates: readonly Candidate[]) => T {
  return once((candidates: readonly Candidate[]) =>
    make(weighAll(candidates, weigh))
  );
}

function weighAll(candidates: readonly Candidate[], weigh: Weigh): Weighed {
  const all = candidates.map(weigh);
  const weights = all.map(({ value }) => value).filter((value) => value > 0);
  return {
    all,
    candidates: candidates.filter((_, index) => all[index]!.value > 0),
    weights,
    total: weights.reduce((sum, value) => sum + value, 0),
  };
}

/**
 * Puts the reasons of those that weigh something between those that do not.
 *
 * @param weighed The candidates.
 * @param reasons One for each of `weighed.candidates`.
 * @returns One for each of all candidates.
 */
export function explainWeighed(
  { all }: Weighed,
  reasons: readonly CandidateReason[],
): CandidateReason[] {
  let next = 0;
  return all.map((weight) =>
    weight.value > 0 ? reasons[next++]! : explainNothing(weight)
  );
}

function explainNothing({ from }: Weight): CandidateReason {
  const reason = from === "option"
    ? "Weight 0 by the option weights"
    : `Attribute weight is no whole number from 1 to ${MAX_WEIGHT}`;
  return { reason, isDropped: true };
}
