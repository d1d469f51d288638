/**
 * What every policy looks like. `decide.ts` asks them one after the other; a
 * policy sees the request and the settings and nothing else: no clock, no
 * randomness, no I/O.
 */

import type { Answer, Decision } from "./decision.ts";
import type { PickRequest } from "./pick_request.ts";
import type { Settings } from "./settings.ts";

/** One way to choose a credential. */
export interface Policy {
  /** As in the config, the list of `decide.ts`, the reasons and the README. */
  readonly name: string;
  /**
   * Decides one pick.
   *
   * @param request What the host asks.
   * @param settings What the config asks for.
   * @returns The decision, or undefined if the settings do not ask for this
   * policy, so that the next one is to be tried.
   */
  decide(request: PickRequest, settings: Settings): Decision | undefined;
  /**
   * The answer that this policy gives to every request, whatever it holds. A
   * policy that looks at the request has none and leaves this out.
   *
   * @param settings What the config asks for.
   * @returns The answer, or undefined as for `decide`.
   */
  answerWithoutRequest?(settings: Settings): Answer | undefined;
}
