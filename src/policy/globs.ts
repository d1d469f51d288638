/**
 * Lists of globs, as conditions and pools have them in the config: one of them
 * has to match.
 */

import { checkGlob, compileGlob, MAX_GLOB_LENGTH } from "./glob.ts";
import type { ListShape, TextShape } from "./shape.ts";

/** What `checkGlob` wants, as a regular expression. */
const PATTERN = `^(?=[\\s\\S]{1,${MAX_GLOB_LENGTH}}$)` +
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
 * @param options An example, and whether no problem may quote a pattern.
 * @returns The shape.
 */
export function globsShape(
  description: string,
  { example, isSecret = false }: {
    readonly example: string;
    readonly isSecret?: boolean;
  },
): GlobsShape {
  return {
    kind: "list",
    description,
    of: {
      kind: "text",
      description: "A glob over the whole text: * is any run of characters, " +
        "? is one, a backslash takes the meaning from the next",
      check: checkGlob,
      pattern: PATTERN,
      example,
      ...(isSecret && { isSecret }),
    },
  };
}

/**
 * Makes globs ready.
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
  return {
    patterns,
    matches: (text) => globs.some((glob) => glob.matches(text)),
  };
}
