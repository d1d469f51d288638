/**
 * Lists of globs, as conditions and pools have them in the config: one of them
 * has to match.
 */

import { doubtPattern } from "./doubts/foreign_pattern.ts";
import { checkGlob, compileGlob, type Glob, MAX_GLOB_LENGTH } from "./glob.ts";
import type { DoubtOf, ListShape, TextShape } from "./shape.ts";

/** Names that an operator lists one by one, as of credentials. A guess. */
export const MAX_GLOBS = 1000;

/** What an operator lists of anything else, such as models. A guess. */
const DEFAULT_MAX_GLOBS = 256;

/** What `checkGlob` wants, as a regular expression. */
const PATTERN = `^(?=[\\s\\S]{1,${MAX_GLOB_LENGTH}}$)(?=\\s*\\S)` +
  "(?:[^\\\\]|\\\\[\\s\\S])+$";

/** The shape of one glob or a list of them. */
export type GlobsShape = ListShape<TextShape>;

/** Globs that are ready to be compared. */
export interface Globs {
  /** As they stand in the config. */
  readonly patterns: readonly string[];
  /** Whether one of them matches the whole of a text. */
  matches(text: string): boolean;
}

/**
 * Describes globs in the config.
 *
 * @param description One sentence about the list, without a period.
 * @param options An example; what warns of a pattern, by default of one of
 * another tool; how many there may be; whether no problem may quote a pattern.
 * @returns The shape.
 */
export function globsShape(
  description: string,
  {
    example,
    doubt = (pattern) => doubtPattern(pattern, "name"),
    maxItems = DEFAULT_MAX_GLOBS,
    isSecret = false,
  }: {
    readonly example: string;
    readonly doubt?: DoubtOf;
    readonly maxItems?: number;
    readonly isSecret?: boolean;
  },
): GlobsShape {
  return {
    kind: "list",
    description,
    maxItems,
    of: {
      kind: "text",
      description: "A glob over the whole text: * is any run of characters, " +
        "? is one, a backslash takes the meaning from the next",
      check: checkGlob,
      doubt,
      pattern: PATTERN,
      example,
      ...(isSecret && { isSecret }),
    },
  };
}

/**
 * Makes globs ready. Names and beginnings of names are looked up, so that a
 * long list of them costs little more than a short one.
 *
 * @param patterns Patterns that `checkGlob` likes.
 * @param options As for `compileGlob`.
 * @returns The globs.
 */
export function compileGlobs(
  patterns: readonly string[],
  options: { readonly ignoresCase?: boolean } = {},
): Globs {
  const globs = patterns.map((pattern) => compileGlob(pattern, options));
  const literals = new Set(globs.map(({ literal }) => literal));
  const hasPrefix = prefixesOf(globs);
  const wild = globs.filter(({ literal, prefix }) =>
    literal === undefined && prefix === undefined
  );
  return {
    patterns,
    matches: (text) => {
      const name = options.ignoresCase ? text.toLowerCase() : text;
      return literals.has(name) || hasPrefix(name) ||
        wild.some((glob) => glob.matches(text));
    },
  };
}

/** Tells whether a text begins with one of the prefixes, by their lengths. */
function prefixesOf(globs: readonly Glob[]): (text: string) => boolean {
  const byLength = new Map<number, Set<string>>();
  for (const { prefix } of globs) {
    if (prefix === undefined) continue;
    const known = byLength.get(prefix.length) ?? new Set();
    byLength.set(prefix.length, known.add(prefix));
  }
  const lengths = [...byLength];
  return (text) =>
    lengths.some(([length, known]) => known.has(text.slice(0, length)));
}
