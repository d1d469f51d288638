/**
 * Condition `service_tier`: the tier that the client asks for, such as `flex`;
 * `auto` if it says nothing. The host tells it as metadata `service_tier`, as
 * the client wrote it. Case does not count: it does not to the host either when
 * it passes a tier on (`normalizeCodexServiceTier` in
 * internal/translator/codex/claude/codex_claude_request.go, v7.2.140), so that
 * a rule which closes one is not passed by `Priority`.
 */

import type { ConditionKind } from "../condition.ts";
import { doubtServiceTier } from "../doubts/host_words.ts";
import { compileGlobs, type GlobsShape, globsShape } from "../globs.ts";
import { onMetadataText } from "./metadata_text.ts";

/** Globs over the tier, one of which has to match. */
export const serviceTier: ConditionKind<GlobsShape> = {
  key: "service_tier",
  shape: globsShape(
    "The client asks for one of these service tiers; case does not count",
    { example: "flex", doubt: doubtServiceTier },
  ),
  create: (patterns) =>
    onMetadataText("service_tier", {
      field: "service_tier",
      wanted: patterns,
      matches: compileGlobs(patterns, { ignoresCase: true }).matches,
    }),
};
