/**
 * Condition `service_tier`: the tier that the client asks for, such as `flex`;
 * `auto` if it says nothing. The host tells it as metadata `service_tier`.
 */

import type { ConditionKind } from "../condition.ts";
import type { ListShape, TextShape } from "../shape.ts";
import { onMetadataText } from "./metadata_text.ts";

/** Longest tier in UTF-16 code units. A guess. */
const MAX_LENGTH = 100;

/** Tiers, one of which the client asks for. */
export const serviceTier: ConditionKind<ListShape<TextShape>> = {
  key: "service_tier",
  shape: {
    kind: "list",
    description: "The client asks for one of these service tiers",
    of: {
      kind: "text",
      description: "A service tier, compared as it is written",
      check: checkTier,
      pattern: `^[\\s\\S]{1,${MAX_LENGTH}}$`,
      example: "flex",
    },
  },
  create: (wanted) =>
    onMetadataText("service_tier", {
      field: "service_tier",
      wanted,
      matches: (tier) => wanted.includes(tier),
    }),
};

function checkTier(tier: string): string | undefined {
  return tier !== "" && tier.length <= MAX_LENGTH
    ? undefined
    : `must be a service tier, at most ${MAX_LENGTH} characters, such as flex`;
}
