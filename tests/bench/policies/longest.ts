import type { Policy } from "../../../src/modules/api.d.ts";

/** Looks at every candidate, as the shipped policy does beside which it runs. */
export default {
  pick(candidates) {
    let chosen = candidates[0]!;
    for (const candidate of candidates) {
      if (candidate.id.length > chosen.id.length) chosen = candidate;
    }
    return { id: chosen.id, reason: "It has the longest ID" };
  },
} satisfies Policy;
