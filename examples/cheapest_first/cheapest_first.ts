/**
 * The credential whose plan costs least, by a list of prices in the options.
 * Among equals the lowest ID, so that one is used up before the next.
 */

import type { Policy } from "../scheduler.d.ts";

export default {
  pick(candidates, { options }) {
    const prices = new Map<unknown, number>();
    for (const [plan, price] of Object.entries(options.prices ?? {})) {
      if (typeof price === "number") prices.set(plan, price);
    }
    // Behind the dearest one. No price may be -Infinity: scores are finite.
    const last = -Math.max(0, ...prices.values()) - 1;
    const unknown = options.unknown === "leave out" ? null : last;
    return {
      scores: candidates.map(({ attributes }) => {
        const price = prices.get(attributes.plan_type);
        return price === undefined ? unknown : -price;
      }),
      reason: "Its plan is the cheapest",
    };
  },
} satisfies Policy;
