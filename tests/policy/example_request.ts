/**
 * Requests for the tests of the policies: only what a test is about needs to be
 * said. No tests in here.
 */

import type { Candidate, PickRequest } from "../../src/policy/pick_request.ts";

/**
 * Makes a request.
 *
 * @param ids The IDs of its candidates.
 * @returns The request, with something plausible in all other fields.
 */
export function exampleRequest(ids: readonly string[]): PickRequest {
  return {
    provider: "",
    providers: ["codex"],
    model: "gpt-5.5",
    stream: true,
    headers: { Accept: ["*/*"] },
    metadata: { generate: true },
    candidates: ids.map(exampleCandidate),
  };
}

function exampleCandidate(id: string): Candidate {
  return {
    id,
    provider: "codex",
    priority: 0,
    status: "active",
    attributes: {},
  };
}
