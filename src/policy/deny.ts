/**
 * Override `deny`: every pick fails. First of the list in `decide.ts`, so that
 * nothing else in the config can open what this one closes.
 */

import type { Answer, Decision } from "./decision.ts";
import type { Override } from "./override.ts";
import type { PickRequest } from "./pick_request.ts";
import { ANY } from "./reuse.ts";
import type { Settings } from "./settings.ts";

const REFUSAL: Answer = {
  kind: "refuse",
  code: "scheduler_denied",
  message: "scheduler pick denied by plugin configuration",
};

/** Refuses every pick while `deny` is true. */
export const deny: Override = { name: "deny", decide, answerWithoutRequest };

function decide(
  request: PickRequest,
  settings: Settings,
): Decision | undefined {
  const answer = answerWithoutRequest(settings);
  if (answer === undefined) return undefined;
  return {
    answer,
    policy: deny.name,
    reason: "deny is on: every pick is refused",
    reuse: ANY,
    explain: () =>
      request.candidates.map(({ id }) => ({
        id,
        verdict: "dropped",
        reason: "deny is on",
      })),
  };
}

function answerWithoutRequest(settings: Settings): Answer | undefined {
  return settings.deny ? REFUSAL : undefined;
}
