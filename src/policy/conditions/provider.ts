/**
 * Condition `provider`: a provider that may serve the request.
 */

import type { ConditionKind } from "../condition.ts";
import type { PickRequest } from "../pick_request.ts";
import { quoteAny } from "../quote.ts";
import { SAME_ROUTE } from "../reuse.ts";
import type { ListShape, TextShape } from "../shape.ts";

/** Longest name in UTF-16 code units. A guess. */
const MAX_LENGTH = 100;

/** Names of providers, one of which may serve the request. */
export const provider: ConditionKind<ListShape<TextShape>> = {
  key: "provider",
  shape: {
    kind: "list",
    description: "One of these providers may serve the request",
    of: {
      kind: "text",
      description: "Name of a provider; its case does not count",
      check: checkProvider,
      pattern: `^\\S(?:.{0,${MAX_LENGTH - 2}}\\S)?$`,
      example: "codex",
    },
  },
  create: (names) => {
    const wanted = names.map((name) => name.toLowerCase());
    return {
      key: "provider",
      test: (request) => ({
        holds: providersOf(request).some((name) => wanted.includes(name)),
        reuse: SAME_ROUTE,
      }),
      explain: (request) => {
        const found = quoteAny(providersOf(request)) || "none";
        return `provider is ${found}, wanted ${quoteAny(wanted)}`;
      },
    };
  },
};

function checkProvider(name: string): string | undefined {
  return name !== "" && name === name.trim() && name.length <= MAX_LENGTH
    ? undefined
    : `must be the name of a provider, at most ${MAX_LENGTH} characters, ` +
      "such as codex";
}

/** The host leaves the one name empty when there are several. */
function providersOf({ provider, providers }: PickRequest): readonly string[] {
  return [...new Set([provider, ...providers])].filter((name) => name !== "");
}
