/**
 * What can be wrong with a config, in words that are fit for a log. Made by
 * the other files of this folder; printed by `src/cli`, logged by `src/rpc`.
 * A path or a message never contains a value of the config, nor a key that
 * nobody knows, but names of pools, callers and policies, and keys of their
 * options that are made of letters: a config can hold secrets.
 */

/** Nobody reads more; a hostile config could hold a hundred thousand. */
export const MAX_PROBLEMS = 50;

/** One thing that is wrong, or that is worth a look. */
export interface ConfigProblem {
  /** An error makes the config unusable; a warning does not. */
  readonly severity: "error" | "warning";
  /** Path of known keys, such as `rules[1].use`; `""` for the document. */
  readonly path: string;
  /** Line in the text that was read, from 1. */
  readonly line?: number;
  /** Column in that line, from 1, in UTF-16 code units. */
  readonly column?: number;
  /** What was wanted, and the kind of what was found. Reads after the path. */
  readonly message: string;
  /** The offending text, shortened: for a terminal only, never for a log. */
  readonly found?: string;
  /** What to do about it, such as `did you mean "delegate"`. */
  readonly hint?: string;
}

/**
 * Puts a problem into one line without values.
 *
 * @param problem What is wrong.
 * @returns A line such as `deny must be a boolean, got a list (line 3)`.
 */
export function describeProblem(problem: ConfigProblem): string {
  const { path, message, line } = problem;
  const subject = path === "" ? "the document" : path;
  return `${subject} ${message}${line === undefined ? "" : ` (line ${line})`}`;
}

/** A config that cannot be read. */
export class ConfigError extends SyntaxError {
  /** Everything that is wrong, warnings included. */
  readonly problems: readonly ConfigProblem[];

  /**
   * Makes an error whose message is the first error of the list.
   *
   * @param problems Everything that is wrong.
   */
  constructor(problems: readonly ConfigProblem[]) {
    const first = firstError(problems);
    super(
      first === undefined
        ? "Cannot read the config"
        : `Cannot read the config: ${describeProblem(first)}`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }

  /** Key path of the first error; `""` when it concerns the document. */
  get path(): string {
    return firstError(this.problems)?.path ?? "";
  }
}

function firstError(
  problems: readonly ConfigProblem[],
): ConfigProblem | undefined {
  return problems.find(({ severity }) => severity === "error");
}
