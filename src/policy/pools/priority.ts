/**
 * Matcher `priority`: the host's priority of a credential. A host offers its
 * best priority only, unless the rules see all tiers.
 */

import type { MatcherKind } from "../pool.ts";
import { quoteAny } from "../quote.ts";
import type { ListShape, TextShape } from "../shape.ts";
import { LIMIT_PATTERN, parseRange, RANGE_PATTERN } from "./range.ts";

/** Priorities and ranges of them, one of which has to match. */
export const priority: MatcherKind<ListShape<TextShape>> = {
  key: "priority",
  shape: {
    kind: "list",
    description: "Priority of the credential",
    of: {
      kind: "text",
      description: "A whole number or a range of them: 10, >=10, <10 or 5..10",
      check: checkRange,
      pattern: `^(?:${RANGE_PATTERN}|${LIMIT_PATTERN})$`,
      example: ">=10",
    },
  },
  create: (texts) => {
    const ranges = texts.map(parseRange).filter((range) => range !== undefined);
    return {
      key: "priority",
      matches: ({ priority }) =>
        ranges.some(({ lowest, highest }) =>
          lowest <= priority && priority <= highest
        ),
      explain: ({ priority }) =>
        `priority is ${priority}, wanted ${quoteAny(texts)}`,
    };
  },
};

function checkRange(text: string): string | undefined {
  const range = parseRange(text);
  if (range === undefined) {
    return "must be a whole number or a range, such as 10, >=10 or 5..10";
  }
  return range.lowest <= range.highest
    ? undefined
    : "must be a range that begins below its end, such as 5..10";
}
