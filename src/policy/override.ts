/**
 * What decides before any rule: the keys of the host's own example, `deny`,
 * `delegate` and `auth_id`. `decide.ts` asks them one after the other. Each
 * sees the request and the settings and nothing else.
 */

import type { Answer, Decision } from "./decision.ts";
import type { PickRequest } from "./pick_request.ts";
import type { Settings } from "./settings.ts";

/** One key that decides by itself. */
export interface Override {
  /** As in the config, the list of `decide.ts`, the reasons and the README. */
  readonly name: string;
  /**
   * Decides one pick.
   *
   * @param request What the host asks.
   * @param settings What the config asks for.
   * @returns The decision, or undefined if the settings do not ask for this
   * one, so that the next is to be tried.
   */
  decide(request: PickRequest, settings: Settings): Decision | undefined;
  /**
   * The answer to every request, whatever it holds. What looks at the request
   * has none and leaves this out.
   *
   * @param settings What the config asks for.
   * @returns The answer, or undefined as for `decide`.
   */
  answerWithoutRequest?(settings: Settings): Answer | undefined;
}
