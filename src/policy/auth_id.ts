/**
 * Override `auth_id`: always the one configured credential. Third of the list in
 * `decide.ts`. It answers only an ID that the host offered, byte for byte.
 */

import { type CandidateVerdict, type Decision, UNHANDLED } from "./decision.ts";
import type { Override } from "./override.ts";
import type { PickRequest } from "./pick_request.ts";
import { SAME_CANDIDATES } from "./reuse.ts";
import type { Settings } from "./settings.ts";

/** Picks the credential `auth_id` if the host offers it. */
export const authId: Override = { name: "auth_id", decide };

function decide(
  request: PickRequest,
  settings: Settings,
): Decision | undefined {
  const wanted = settings.authId;
  if (wanted === "") return undefined;
  const index = request.candidates.findIndex(({ id }) => id === wanted);
  const offered = index >= 0;
  return {
    answer: offered ? { kind: "auth", id: wanted } : UNHANDLED,
    policy: authId.name,
    reason: offered
      ? "The configured auth_id is among the candidates"
      : "The configured auth_id is not among the candidates: " +
        "the configured selector of the host chooses",
    reuse: SAME_CANDIDATES,
    explain: () => explain(request, wanted, index),
  };
}

function explain(
  request: PickRequest,
  wanted: string,
  chosen: number,
): CandidateVerdict[] {
  return request.candidates.map(({ id }, index) => {
    if (index === chosen) {
      return { id, verdict: "chosen", reason: "ID is the configured auth_id" };
    }
    return {
      id,
      verdict: chosen >= 0 ? "dropped" : "kept",
      reason: whyNot(id, wanted),
    };
  });
}

function whyNot(id: string, wanted: string): string {
  if (id === wanted) return "An earlier candidate has the same ID";
  const alike = id.trim().toLowerCase() === wanted.toLowerCase();
  return alike
    ? "ID differs from the configured auth_id only in case or outer spaces"
    : "ID is not the configured auth_id";
}
