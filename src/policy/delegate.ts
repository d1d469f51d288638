/**
 * Override `delegate`: one of the host's built-in selectors chooses. Second of
 * the list in `decide.ts`: it goes before `auth_id`.
 */

import {
  type Answer,
  type Decision,
  leftToHost,
  UNHANDLED,
} from "./decision.ts";
import type { Override } from "./override.ts";
import type { PickRequest } from "./pick_request.ts";
import { ANY } from "./reuse.ts";
import type { Settings } from "./settings.ts";

/** The built-in selectors that the host lets a plugin name, as it spells them. */
export const DELEGATES: readonly string[] = ["fill-first", "round-robin"];

/**
 * Hands every pick to the selector in `delegate`, candidates or none. A name
 * that the host does not know leaves every pick unhandled: not even `auth_id`
 * is looked at then, as in the host's own example.
 */
export const delegate: Override = {
  name: "delegate",
  decide,
  answerWithoutRequest,
};

function decide(
  request: PickRequest,
  settings: Settings,
): Decision | undefined {
  const answer = answerWithoutRequest(settings);
  if (answer === undefined) return undefined;
  const known = answer.kind === "delegate";
  return {
    answer,
    policy: delegate.name,
    reason: known
      ? `The ${answer.to} selector of the host chooses`
      : `delegate names no selector of the host (${DELEGATES.join(", ")}): ` +
        "the configured selector of the host chooses",
    reuse: ANY,
    explain: () => leftToHost(request, known ? answer.to : "configured"),
  };
}

function answerWithoutRequest(settings: Settings): Answer | undefined {
  if (settings.delegate === "") return undefined;
  return DELEGATES.includes(settings.delegate)
    ? { kind: "delegate", to: settings.delegate }
    : UNHANDLED;
}
