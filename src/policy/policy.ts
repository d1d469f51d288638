/**
 * What every policy looks like: it chooses among the candidates that a rule
 * kept. One file per kind under `policies/`, all entered in
 * `policies/kinds.ts`. A policy sees what it is given and nothing else: no
 * clock, no randomness, no I/O.
 */

import type { Answer, Rotation } from "./decision.ts";
import type { PickContext } from "./pick_context.ts";
import type { Candidate, PickRequest } from "./pick_request.ts";
import type { Reuse } from "./reuse.ts";
import type { Infer, ObjectShape } from "./shape.ts";

/** What a policy chooses from. */
export interface PolicyPick {
  /** What the rule kept: at least one, each ID once, sorted by ID. */
  readonly candidates: readonly Candidate[];
  readonly request: PickRequest;
  readonly context: PickContext;
  /** Tag of the rotation of this rule; `positionOf` takes it. */
  readonly tag: number;
}

/** Why a candidate was chosen or not. */
export interface CandidateReason {
  /** In words, such as `weight 3, its turn comes in 2 picks`. */
  readonly reason: string;
  /** What it was compared by, if numbers were; higher is better. */
  readonly score?: number;
  /** The policy cannot choose it, such as weight 0. @default {false} */
  readonly isDropped?: boolean;
}

/** What a policy chose. */
export interface Choice {
  /** Of kind `auth` with the ID of a candidate, `delegate`, or `unhandled`. */
  readonly answer: Answer;
  /** Why, in words, without any secret. */
  readonly reason: string;
  /** What it looked at, beside the candidates. */
  readonly reuse: Reuse;
  /** If the candidates take turns: its tag is the pick's. */
  readonly rotation?: Rotation;
  /**
   * One reason per candidate, in their order. A function, so that a pick which
   * nobody wants explained does not pay for the words.
   */
  readonly explain: () => readonly CandidateReason[];
}

/** One policy, made from its options in the config. */
export interface Policy {
  /** Name of its kind. */
  readonly name: string;
  /**
   * How far it reaches that it chooses none of some candidates.
   * @default {NEVER}
   */
  readonly reuseOfNone?: Reuse;
  /**
   * Whether it leaves some picks to the host's selector, which chooses from all
   * that the host has: a rule that drops candidates must not have it.
   * @default {false}
   */
  readonly leavesToHost?: true;
  /** Globs over the IDs that it chooses from. @default {all} */
  readonly onlyIds?: readonly string[];
  /** What it weighs candidates by, from its option `weights`. @default {none} */
  readonly weights?: Readonly<Record<string, number>>;
  /** Whether it never chooses any. @default {false} */
  readonly choosesNone?: boolean;
  /**
   * Chooses.
   *
   * @param pick What to choose from.
   * @returns The choice; undefined if none of the candidates will do, so that
   * the rule goes on to its next pool.
   */
  choose(pick: PolicyPick): Choice | undefined;
  /**
   * Whether it could not even be asked at a pick for which it chose none: the
   * rule cannot decide then. @default {never}
   *
   * @param pick What it could not choose from.
   */
  isMissing?(pick: PolicyPick): boolean;
  /**
   * Why it chose none of these, for the diagnosis.
   *
   * @param pick What it could not choose from.
   * @returns One reason per candidate, in their order.
   */
  explainNone(pick: PolicyPick): readonly CandidateReason[];
}

/** What policies are made with. */
export interface PolicyScope {
  /**
   * Makes a policy that another one falls back to.
   *
   * @param name Name of a kind that needs no options.
   * @returns The policy, or what is wrong with the name.
   */
  policy(name: string): Policy | string;
}

/** A kind of policy. */
export interface PolicyKind<S extends ObjectShape = ObjectShape> {
  /** As in the config, the reasons and the README. */
  readonly name: string;
  /** Its options; the key `name` is not among them. */
  readonly options: S;
  /** Whether it can do without options. */
  readonly isPlain: boolean;
  /** Whether it may stand in a rule that drops candidates. */
  readonly mayFilter: boolean;
  /** What a rule with it must say for `otherwise`; absent: what it likes. */
  readonly otherwise?: "refuse";
  /**
   * Makes a policy.
   *
   * @param options Options of that shape, checked.
   * @param scope What else it may need.
   * @returns The policy, or what is wrong with the options.
   */
  create(options: Infer<S>, scope: PolicyScope): Policy | string;
}
