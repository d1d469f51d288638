/**
 * Candidates for the tests of pools: only what a test is about needs to be
 * said. No tests in here.
 */

import type { Candidate } from "../../../src/policy/pick_request.ts";

/** Makes a candidate. */
export function candidateWith(parts: Partial<Candidate>): Candidate {
  return {
    id: "codex-ada@example.com-pro.json",
    provider: "codex",
    priority: 0,
    status: "active",
    attributes: {},
    ...parts,
  };
}
