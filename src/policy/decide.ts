/**
 * Step 4 of a pick: asks the policies in their fixed order. The list below is
 * the only place where a policy is entered. Pure: the same request and
 * settings give the same decision.
 */

import { authId } from "./auth_id.ts";
import { type Answer, type Decision, UNHANDLED } from "./decision.ts";
import { delegate } from "./delegate.ts";
import { deny } from "./deny.ts";
import type { PickRequest } from "./pick_request.ts";
import { FIRST_PICK, type PickContext, type Policy } from "./policy.ts";
import { roundRobin } from "./round_robin.ts";
import type { Settings } from "./settings.ts";

/** Every policy, first asked first. The first that decides wins. */
export const POLICIES: readonly Policy[] = [
  deny,
  delegate,
  authId,
  roundRobin,
];

/**
 * Decides one pick.
 *
 * @param request What the host asks.
 * @param settings What the config asks for.
 * @param context What else a policy may know; by default, that it is the first
 * pick.
 * @returns The decision of the first policy that the settings ask for, else
 * one of policy `none`: unhandled.
 *
 * @example
 * ```ts
 * import { decide } from "./decide.ts";
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
 * const settings = { deny: true, delegate: "", authId: "", policy: "" } as const;
 * decide(request, settings).policy; // "deny"
 * ```
 */
export function decide(
  request: PickRequest,
  settings: Settings,
  context: PickContext = FIRST_PICK,
): Decision {
  for (const policy of POLICIES) {
    const decision = policy.decide(request, settings, context);
    if (decision !== undefined) return decision;
  }
  return {
    answer: UNHANDLED,
    policy: "none",
    reason: "No policy is configured: the configured selector of the host " +
      "chooses",
    reuse: { kind: "any" },
    explain: () =>
      request.candidates.map(({ id }) => ({
        id,
        verdict: "kept",
        reason: "The configured selector of the host may choose it",
      })),
  };
}

/**
 * The answer to a pick that nobody can look at, because the worker is late,
 * gone or broken. It opens nothing that the settings close.
 *
 * @param settings What the config asks for.
 * @returns The refusal while denying, the delegate while delegating to a known
 * one, else unhandled.
 */
export function answerOnFailure(settings: Settings): Answer {
  return answerToAny(settings) ?? UNHANDLED;
}

/**
 * The answer to every pick, if the settings ask for a policy that looks at no
 * request, or for none.
 *
 * @param settings What the config asks for.
 * @returns The answer; undefined if it depends on the request.
 */
export function answerToAny(settings: Settings): Answer | undefined {
  for (const policy of POLICIES) {
    const answer = policy.answerWithoutRequest?.(settings);
    if (answer !== undefined) return answer;
  }
  const isIdle = settings.authId === "" && settings.policy === "";
  return isIdle ? UNHANDLED : undefined;
}
