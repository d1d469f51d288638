/**
 * What the C side is told with a pick's answer: how far it can be reused, and
 * the next answers of a rotation. Turns a decision into plain numbers and
 * texts, which `src/channel/publication.ts` writes as bytes.
 */

import type { Decision, Rotation } from "../policy/decision.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import { combine, SAME_CANDIDATES } from "../policy/reuse.ts";
import type { KnownList } from "./known_lists.ts";
import { encodeAnswer } from "./wire.ts";

/** Answers of a rotation that never repeats, told at a time. A guess. */
const ORDER_ANSWERS = 1024;

/** The longest period that is told whole (`PUBLICATION_ANSWERS` in C). */
const MAX_PERIOD = 65_536;

/**
 * From here on tags are not those of rotations: the answer is always the
 * candidate whose place in the list follows.
 */
const CANDIDATE_TAG = 2 ** 31;

/**
 * From here on tags are of refusals, of the rule whose place follows
 * (`ADVANCE_REFUSAL_TAG` in C).
 */
const REFUSAL_TAG = 2 ** 31 + 2 ** 30;

/** The longest life that can be told, 49 days; 0 would be for ever. */
const MAX_LIVES_MS = 2 ** 32 - 1;

/** Fields that a key may be made of (`FIELD_LIMIT` in C). */
const MAX_FIELDS = 12;

/** Says that an answer is not counted. */
const NO_TAG = 2 ** 32 - 1;

/** A metadata field that was looked at. */
export interface LookedAt {
  readonly name: string;
  /** Absent if the request does not have it. */
  readonly value?: string;
}

/** What is told. `ffi/cache/publication.h` says what each means. */
export interface Publication {
  readonly kind: "list" | "key" | "order";
  readonly list: number;
  readonly tailOffset: number;
  readonly head: boolean;
  readonly turns: boolean;
  readonly cyclic: boolean;
  readonly epoch: number;
  readonly tag: number;
  readonly from: number;
  readonly livesMs: number;
  readonly fields: readonly LookedAt[];
  /** Which of `answers`, position by position. */
  readonly sequence: readonly number[];
  /** Distinct ones. */
  readonly answers: readonly string[];
}

/** What there is to say of a list alone. */
const LIST_ONLY = {
  kind: "list",
  head: false,
  turns: false,
  cyclic: false,
  tag: 0,
  from: 0,
  livesMs: 0,
  fields: [],
  sequence: [],
  answers: [],
} as const;

/** What a publication is made of. */
export interface PublishOptions {
  readonly request: PickRequest;
  /** Whether the C side may look for parts of the request in its bytes. */
  readonly isHostForm: () => boolean;
  readonly decision: Decision;
  readonly list: KnownList;
  /** Where the list begins in the request; 0 if it was handed over by number. */
  readonly tailOffset: number;
  /** Number of the config. */
  readonly epoch: number;
  /** Position of the decision's answer. */
  readonly position: number;
}

/**
 * Says how far a decision can be reused.
 *
 * @param options The decision, and what it was about.
 * @returns What to tell; undefined if nothing is new.
 */
export function publish(options: PublishOptions): Publication | undefined {
  const { decision, list, tailOffset, epoch, isHostForm } = options;
  const isNew = tailOffset !== 0;
  const listOnly = isNew
    ? { ...LIST_ONLY, list: list.number, tailOffset, epoch }
    : undefined;
  // What reaches further is kept for these candidates all the same.
  const reuse = combine(decision.reuse, SAME_CANDIDATES);
  if (reuse.kind !== "same") return listOnly;
  const fields = lookedAt(reuse.metadata, options.request);
  const livesMs = livesFor(reuse.forMs);
  if (fields === undefined || livesMs === undefined) return listOnly;
  const looked = reuse.route || fields.length > 0;
  if (looked && !isHostForm()) return listOnly;
  const { rotation } = decision;
  const told = rotation === undefined
    ? oneAnswer(decision, list)
    : answersFrom(rotation, options.position);
  return {
    kind: "key",
    list: list.number,
    tailOffset,
    head: reuse.route,
    turns: rotation !== undefined,
    epoch,
    livesMs,
    fields,
    ...told,
  };
}

/**
 * Says which answers of a rotation follow.
 *
 * @param rotation The rotation.
 * @param list Its list.
 * @param epoch Number of the config.
 * @param position The first position to be told.
 * @returns What to tell.
 */
export function publishMore(
  rotation: Rotation,
  list: KnownList,
  epoch: number,
  position: number,
): Publication {
  return {
    ...LIST_ONLY,
    kind: "order",
    list: list.number,
    tailOffset: 0,
    turns: true,
    epoch,
    ...answersFrom(rotation, position),
  };
}

/**
 * The answers that a report of the C side is about.
 *
 * @param tag Tag of the report.
 * @param epoch Number of the config under which they were given.
 * @param list The list.
 * @returns The rotation; for an answer that is always the same, one of period
 * 1; undefined if they were no candidates or are not known any more.
 */
export function rotationOf(
  tag: number,
  epoch: number,
  list: KnownList,
): Rotation | undefined {
  if (tag < CANDIDATE_TAG) {
    return list.rotations.get(rotationKey(epoch, tag))?.rotation;
  }
  const candidate = list.candidates[tag - CANDIDATE_TAG];
  if (candidate === undefined) return undefined;
  return { tag, period: 1, at: () => ({ kind: "auth", id: candidate.id }) };
}

/**
 * The rule whose refusals a report of the C side is about.
 *
 * @param tag Tag of the report.
 * @returns Its place among the rules; undefined if it is about something else.
 */
export function refusingRule(tag: number): number | undefined {
  return tag >= REFUSAL_TAG && tag < NO_TAG ? tag - REFUSAL_TAG : undefined;
}

/**
 * Keeps a rotation for the reports to come. Those of configs before the last
 * one are forgotten: nobody speaks of them any more.
 *
 * @param list Its list.
 * @param epoch Number of the config.
 * @param rotation The rotation.
 */
export function keepRotation(
  list: KnownList,
  epoch: number,
  rotation: Rotation,
): void {
  for (const [key, { epoch: other }] of list.rotations) {
    if (other < epoch - 1) list.rotations.delete(key);
  }
  const key = rotationKey(epoch, rotation.tag);
  list.rotations.set(key, { epoch, rotation });
}

function rotationKey(epoch: number, tag: number): string {
  return `${epoch} ${tag}`;
}

/** Undefined if it is out of date before C could use it. */
function livesFor(forMs: number | undefined): number | undefined {
  if (forMs === undefined) return 0;
  return forMs >= 1 ? Math.min(Math.floor(forMs), MAX_LIVES_MS) : undefined;
}

/** Undefined if one of the fields is no text, which C would not find. */
function lookedAt(
  names: readonly string[],
  { metadata }: PickRequest,
): LookedAt[] | undefined {
  const fields: LookedAt[] = [];
  if (names.length > MAX_FIELDS) return undefined;
  for (const name of names) {
    const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
    if (value === undefined) fields.push({ name });
    else if (typeof value === "string") fields.push({ name, value });
    else return undefined;
  }
  return fields;
}

/** What an answer that is always the same is counted as. */
function tagOf({ answer, refusal }: Decision, list: KnownList): number {
  if (answer.kind === "auth") {
    const index = list.candidates.findIndex(({ id }) => id === answer.id);
    return index < 0 ? NO_TAG : CANDIDATE_TAG + index;
  }
  return answer.kind === "refuse" && refusal !== undefined
    ? REFUSAL_TAG + refusal.rule
    : NO_TAG;
}

function oneAnswer(decision: Decision, list: KnownList) {
  const { answer } = decision;
  return {
    cyclic: false,
    tag: tagOf(decision, list),
    from: 0,
    sequence: [0],
    answers: [encodeAnswer(answer)],
  };
}

function answersFrom(rotation: Rotation, position: number) {
  const { tag, period } = rotation;
  const cyclic = period !== undefined && period <= MAX_PERIOD;
  const first = cyclic ? 0 : position;
  const length = cyclic ? period : ORDER_ANSWERS;
  const places = new Map<string, number>();
  const sequence = Array.from({ length }, (_, step) => {
    const answer = encodeAnswer(rotation.at(first + step));
    const place = places.get(answer) ?? places.size;
    places.set(answer, place);
    return place;
  });
  return { cyclic, tag, from: position, sequence, answers: [...places.keys()] };
}
