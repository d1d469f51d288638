/**
 * What addresses look like, those of accounts and those that credentials are
 * used with, so that a pattern which can match none is told.
 */

import type { Doubt } from "../shape.ts";
import { doubtPattern } from "./foreign_pattern.ts";

/**
 * Says what is doubtful about a pattern over addresses of accounts.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What is doubtful, if anything is.
 */
export function doubtAddress(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "name");
  if (foreign !== undefined) return foreign;
  if (/^[^@*?\\]+$/.test(pattern)) {
    return {
      message: "is compared with the whole address, which has an @ in it",
      hint: "write ada@example.com, or *@example.com for all of a domain",
      ...(pattern.includes(".") && { instead: `"*@${pattern}"` }),
    };
  }
  return pattern.startsWith("@")
    ? {
      message: "is compared with the whole address, which has a name before " +
        "the @",
      hint: "* stands for any name",
      instead: `"*${pattern}"`,
    }
    : undefined;
}

/**
 * Says what is doubtful about a pattern over addresses of the upstream.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What is doubtful, if anything is.
 */
export function doubtBaseUrl(pattern: string): Doubt | undefined {
  const foreign = doubtPattern(pattern, "name");
  if (foreign !== undefined) return foreign;
  return /^[^*?]/.test(pattern) &&
      !/^[A-Za-z][A-Za-z0-9+.-]*[:*?]/.test(pattern)
    ? {
      message:
        "is compared with the whole address, as the host's config has it",
      hint: "write it with https:// before it, and * for the rest",
      instead: `"*://${pattern.replace(/[/*]+$/, "")}*"`,
    }
    : undefined;
}
