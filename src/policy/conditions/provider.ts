/**
 * Condition `provider`: a provider that may serve the request.
 */

import type { ConditionKind } from "../condition.ts";
import { doubtProvider } from "../doubts/host_providers.ts";
import { compileGlobs, type GlobsShape, globsShape } from "../globs.ts";
import type { PickRequest } from "../pick_request.ts";
import { quoteAny } from "../quote.ts";
import { SAME_ROUTE } from "../reuse.ts";

/** Globs over providers, one of which may serve the request. */
export const provider: ConditionKind<GlobsShape> = {
  key: "provider",
  shape: globsShape(
    "One of these providers may serve the request; case does not count",
    { example: "codex", doubt: doubtProvider },
  ),
  create: (patterns) => {
    const globs = compileGlobs(patterns, { ignoresCase: true });
    return {
      key: "provider",
      test: (request) => ({
        holds: providersOf(request).some(globs.matches),
        reuse: SAME_ROUTE,
      }),
      explain: (request) => {
        const found = quoteAny(providersOf(request)) || "none";
        return `provider is ${found}, wanted ${quoteAny(patterns)}`;
      },
    };
  },
};

/** The host leaves the one name empty when there are several. */
function providersOf({ provider, providers }: PickRequest): readonly string[] {
  return [...new Set([provider, ...providers])].filter((name) => name !== "");
}
