/**
 * What no name of a model looks like, so that a pattern which can match none is
 * told. Knows no models: an alias of the host may be anything.
 */

import type { Doubt } from "../shape.ts";
import { doubtPattern } from "./foreign_pattern.ts";

/**
 * Says what is doubtful about a pattern over models.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What is doubtful, if anything is.
 */
export function doubtModel(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "name");
  if (foreign !== undefined) return foreign;
  return /[\w*][-/]$/.test(pattern)
    ? {
      message: "is a glob over the whole name, and no name ends in - or /",
      hint: "* stands for the rest of it",
      instead: `${pattern}*`,
    }
    : undefined;
}
