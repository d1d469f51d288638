/**
 * What can be wrong with the file of a policy, in words that are fit for a log:
 * they hold nothing of a request, of options, or of what the policy threw.
 */

/** A file of more bytes than these is no policy. A guess: ten times a long one. */
export const MAX_SOURCE_BYTES = 256 * 1024;

/** What is said of such a file. */
export const TOO_LARGE: ModuleProblem = {
  message: `The file is larger than ${MAX_SOURCE_BYTES >> 10} KiB`,
};

/** What is said where there is nothing. */
export const NO_FILE: ModuleProblem = { message: "There is no such file" };

/** One thing that is wrong. */
export interface ModuleProblem {
  /** A sentence without a period, such as `Unexpected token`. */
  readonly message: string;
  /** Line in the file, from 1. */
  readonly line?: number;
  /** Column in that line, from 1, in UTF-16 code units. */
  readonly column?: number;
  /** What to do about it. */
  readonly hint?: string;
  /**
   * What was thrown, in its own words: for the terminal of the one who wrote
   * the policy, never for a log.
   */
  readonly words?: string;
}

/**
 * Adds what was thrown, in its own words: for a terminal, never for a log.
 *
 * @param text What is said of a problem.
 * @param problem The problem.
 * @returns Such as `It threw Error: why`.
 */
export function withWords(text: string, { words }: ModuleProblem): string {
  return words === undefined ? text : `${text}: ${words}`;
}

/**
 * Names the place of a problem, as compilers do.
 *
 * @param file Name of the file.
 * @param problem What is wrong.
 * @returns Such as `mine.ts:3:12`.
 */
export function placeOf(
  file: string,
  { line, column }: ModuleProblem,
): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/**
 * Puts a problem into one line.
 *
 * @param file Name of the file.
 * @param problem What is wrong.
 * @returns Such as `mine.ts:3:12: Unexpected token`.
 */
export function describeModuleProblem(
  file: string,
  problem: ModuleProblem,
): string {
  const { message, hint } = problem;
  const advice = hint === undefined ? "" : `; ${hint}`;
  return `${placeOf(file, problem)}: ${message}${advice}`;
}
