/**
 * What every policy looks like. `decide.ts` asks them one after the other; a
 * policy sees the request and the settings and nothing else: no clock, no
 * randomness, no I/O.
 */

import type { Answer, Decision } from "./decision.ts";
import type { PickRequest } from "./pick_request.ts";
import type { Settings } from "./settings.ts";

/** What a policy is told beside the request. */
export interface PickContext {
  /**
   * The position of this pick in a rotation: how many went before.
   *
   * @param tag As in `Rotation`.
   * @returns A whole number from 0.
   */
  positionOf(tag: number): number;
}

/** The first pick of all. */
export const FIRST_PICK: PickContext = { positionOf: () => 0 };

/** One way to choose a credential. */
export interface Policy {
  /** As in the config, the list of `decide.ts`, the reasons and the README. */
  readonly name: string;
  /**
   * Decides one pick.
   *
   * @param request What the host asks.
   * @param settings What the config asks for.
   * @param context What else it may know.
   * @returns The decision, or undefined if the settings do not ask for this
   * policy, so that the next one is to be tried.
   */
  decide(
    request: PickRequest,
    settings: Settings,
    context: PickContext,
  ): Decision | undefined;
  /**
   * The answer that this policy gives to every request, whatever it holds. A
   * policy that looks at the request has none and leaves this out.
   *
   * @param settings What the config asks for.
   * @returns The answer, or undefined as for `decide`.
   */
  answerWithoutRequest?(settings: Settings): Answer | undefined;
}
