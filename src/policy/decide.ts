/**
 * Step 4 of a pick: first the overrides, the keys of the host's own example,
 * in their fixed order; then the rules. Pure: the same request, settings and
 * context give the same decision.
 */

import { authId } from "./auth_id.ts";
import {
  type Answer,
  type Decision,
  leftToHost,
  UNHANDLED,
} from "./decision.ts";
import { delegate } from "./delegate.ts";
import { deny } from "./deny.ts";
import { decideByRules } from "./engine.ts";
import type { Override } from "./override.ts";
import type { PickContext } from "./pick_context.ts";
import type { PickRequest } from "./pick_request.ts";
import { ANY } from "./reuse.ts";
import type { Settings } from "./settings.ts";

/** Every override, first asked first. The first that decides wins. */
export const OVERRIDES: readonly Override[] = [deny, delegate, authId];

/**
 * What a client is told when nobody can decide while a rule isolates: which
 * rule it would be is not known then. The host may try again by itself.
 */
const CANNOT_DECIDE: Answer = {
  kind: "refuse",
  code: "scheduler_unavailable",
  message: "the scheduler cannot decide at the moment",
  status: 503,
};

/**
 * Decides one pick.
 *
 * @param request What the host asks.
 * @param settings What the config asks for.
 * @param context What else is known.
 * @returns The decision of the first override that the settings ask for, else
 * of the first rule that matches, else one of policy `none`: unhandled.
 *
 * @example
 * ```ts
 * import { decide } from "./decide.ts";
 * import { firstPick } from "./pick_context.ts";
 * import { DEFAULT_SETTINGS } from "./settings.ts";
 *
 * const request = {
 *   provider: "",
 *   providers: ["codex"],
 *   model: "m",
 *   stream: false,
 *   headers: {},
 *   metadata: {},
 *   candidates: [],
 * };
 * const settings = { ...DEFAULT_SETTINGS, deny: true };
 * decide(request, settings, firstPick(0)).policy; // "deny"
 * ```
 */
export function decide(
  request: PickRequest,
  settings: Settings,
  context: PickContext,
): Decision {
  for (const override of OVERRIDES) {
    const decision = override.decide(request, settings);
    if (decision !== undefined) return decision;
  }
  if (settings.rules.length > 0) {
    const decision = decideByRules(request, settings.rules, context);
    return decision.isUndecided
      ? { ...decision, answer: answerOnFailure(settings) }
      : decision;
  }
  return {
    answer: UNHANDLED,
    policy: "none",
    reason: "No policy is configured: the configured selector of the host " +
      "chooses",
    reuse: ANY,
    explain: () => leftToHost(request),
  };
}

/**
 * The answer to a pick that nobody can look at, because the worker is late,
 * gone or broken, or that a rule cannot decide, because its policy is not
 * loaded. It opens nothing that the settings close.
 *
 * @param settings What the config asks for.
 * @returns The refusal while denying, the delegate while delegating to a known
 * one; a refusal if any rule isolates, since it might be the one; else
 * unhandled.
 */
export function answerOnFailure(settings: Settings): Answer {
  const answer = answerToAny(settings);
  if (answer !== undefined) return answer;
  const isolates = settings.authId === "" &&
    settings.rules.some(({ otherwise }) => otherwise === "refuse");
  return isolates ? CANNOT_DECIDE : UNHANDLED;
}

/**
 * The answer to every pick, if the settings ask for something that looks at no
 * request, or for nothing.
 *
 * @param settings What the config asks for.
 * @returns The answer; undefined if it depends on the request.
 */
export function answerToAny(settings: Settings): Answer | undefined {
  for (const override of OVERRIDES) {
    const answer = override.answerWithoutRequest?.(settings);
    if (answer !== undefined) return answer;
  }
  const isIdle = settings.authId === "" && settings.rules.length === 0;
  return isIdle ? UNHANDLED : undefined;
}
