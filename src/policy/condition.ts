/**
 * What every condition of a rule looks like. One file per kind under
 * `conditions/`, all entered in `conditions/kinds.ts`.
 */

import type { PartProblems } from "./part_problem.ts";
import type { PickContext } from "./pick_context.ts";
import type { PickRequest } from "./pick_request.ts";
import type { Reuse } from "./reuse.ts";
import type { Infer, Shape } from "./shape.ts";

/** What a condition came to. */
export interface ConditionResult {
  readonly holds: boolean;
  /** What it looked at, whether it holds or not. */
  readonly reuse: Reuse;
}

/** One condition, made from its value in the config. */
export interface Condition {
  /** Its key in the config. */
  readonly key: string;
  /** Hashes (`caller_scope`) of the only clients for which it holds. */
  readonly callers?: ReadonlySet<string>;
  /**
   * Tests a request.
   *
   * @param request What the host asks.
   * @param context What else is known.
   * @returns Whether it holds, and what that depends on.
   */
  test(request: PickRequest, context: PickContext): ConditionResult;
  /**
   * Says in words what was wanted and found, such as `model is "gpt-5.5",
   * wanted "claude-*"`. Never quotes headers, metadata or keys of clients.
   *
   * @param request What the host asks.
   * @param context What else is known.
   * @returns The words, without a period.
   */
  explain(request: PickRequest, context: PickContext): string;
}

/** What conditions are made with, of what the config defines elsewhere. */
export interface ConditionScope {
  /** Hashes (`caller_scope`) by the names under `callers`. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** IANA name of the zone of windows that name none. */
  readonly timeZone: string;
}

/** A kind of condition. */
export interface ConditionKind<S extends Shape = Shape> {
  /** Its key under `when`. */
  readonly key: string;
  readonly shape: S;
  /**
   * Makes a condition.
   *
   * @param value A value of the shape, checked.
   * @param scope What else the config defines.
   * @returns The condition, or what is wrong with the value, in the form
   * `must name a caller under callers`, or what is wrong with parts of it.
   */
  create(
    value: Infer<S>,
    scope: ConditionScope,
  ): Condition | string | PartProblems;
}
