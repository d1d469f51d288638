/**
 * What can be wrong with a config, in words that are fit for a log. Made by
 * the other files of this folder; printed by `src/cli`, logged by `src/rpc`.
 * A path or a message never contains a value of the config, nor a key that
 * nobody knows, but names of rules, pools, callers and policies and the like,
 * if they look like names (`plain_name.ts`): a config can hold secrets.
 */

import { quote } from "../policy/quote.ts";

/** Nobody reads more; a hostile config could hold a hundred thousand. */
export const MAX_PROBLEMS = 50;

/** One thing that is wrong, or that is worth a look. */
export interface ConfigProblem {
  /**
   * An error makes the config unusable; a warning does not, but most likely it
   * does not do what it seems to; a note is advice.
   */
  readonly severity: "error" | "warning" | "note";
  /** Path of known keys, such as `rules[1].use`; `""` for the document. */
  readonly path: string;
  /**
   * The same with keys that a log must not show: for a terminal only. Absent if
   * it is the same.
   */
  readonly wholePath?: string;
  /** Name of the rule that it is about; meant for logs. */
  readonly rule?: string;
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
  /** The value as it should be: for a terminal only, never for a log. */
  readonly instead?: string;
}

/** Where a problem is. */
export type ProblemPlace = Pick<
  ConfigProblem,
  "path" | "rule" | "line" | "column"
>;

/**
 * Puts a problem into one line without values.
 *
 * @param problem What is wrong.
 * @returns A line such as `deny must be a boolean, got a list (line 3)`.
 */
export function describeProblem(problem: ConfigProblem): string {
  const { path, message, rule, line } = problem;
  const subject = subjectOf(path, rule);
  return `${subject} ${message}${line === undefined ? "" : ` (line ${line})`}`;
}

/**
 * Names what a problem is about.
 *
 * @param path Path of the key, fit for where it is to be shown.
 * @param rule Name of the rule, the same.
 * @returns Words such as `rules[1].use (rule "team-a")`.
 */
export function subjectOf(path: string, rule: string | undefined): string {
  const subject = path === "" ? "the document" : path;
  return rule === undefined ? subject : `${subject} (rule ${quote(rule)})`;
}

/** A config that cannot be read. */
export class ConfigError extends SyntaxError {
  /** Everything that is wrong, warnings included. */
  readonly problems: readonly ConfigProblem[];
  /** Whether it may have been meant to close something, if that is known. */
  readonly mayClose: boolean | undefined;

  /**
   * Makes an error whose message is the first error of the list.
   *
   * @param problems Everything that is wrong.
   * @param mayClose Whether it may have been meant to close something.
   */
  constructor(problems: readonly ConfigProblem[], mayClose?: boolean) {
    const first = firstError(problems);
    super(
      first === undefined
        ? "Cannot read the config"
        : `Cannot read the config: ${describeProblem(first)}`,
    );
    this.name = "ConfigError";
    this.problems = problems;
    this.mayClose = mayClose;
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
