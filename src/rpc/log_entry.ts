/**
 * What the log is told: errors and doubts in words, without any value of a
 * config or of a request.
 */

import {
  ConfigError,
  type ConfigProblem,
  describeProblem,
} from "../config/config.ts";
import { RpcError } from "./rpc_error.ts";

/** Characters of a stack frame that are logged: enough for a file and line. */
const FRAME_LENGTH = 200;

/** One line for the log. Holds no value of the config or of a request. */
export interface LogEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Says why a call of the host is refused. Only our own errors may speak: others
 * may quote what they met.
 *
 * @param method The host's name of the call.
 * @param error What was thrown.
 * @returns The entry.
 */
export function describeRefusal(method: string, error: unknown): LogEntry {
  if (error instanceof ConfigError) {
    const first = error.problems.find(({ severity }) => severity === "error");
    return {
      level: "error",
      message: error.message,
      fields: first === undefined ? {} : positionOf(first),
    };
  }
  if (error instanceof RpcError) {
    return { level: "error", message: error.message, fields: {} };
  }
  return {
    level: "error",
    message: `Cannot answer ${method}: unexpected ${nameOf(error)}`,
    fields: { at: frameOf(error) },
  };
}

/**
 * Says what is doubtful about an accepted config.
 *
 * @param problem A warning.
 * @returns The entry.
 */
export function describeWarning(problem: ConfigProblem): LogEntry {
  const hint = problem.hint === undefined ? "" : `: ${problem.hint}`;
  return {
    level: "warn",
    message: `Check the config: ${describeProblem(problem)}${hint}`,
    fields: positionOf(problem),
  };
}

function positionOf(problem: ConfigProblem): LogEntry["fields"] {
  const { path, line } = problem;
  return line === undefined ? { path } : { path, line };
}

/**
 * The class of what was thrown.
 *
 * @param error What was thrown.
 * @returns Its name, never its message.
 */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : "value thrown";
}

/**
 * The place that threw, without the message, which may quote a value.
 *
 * @param error What was thrown.
 * @returns A stack frame, `""` if there is none.
 */
export function frameOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  const frame = stack.split("\n").find((line) => /^ {4}at /.test(line)) ?? "";
  return frame.trim().slice(0, FRAME_LENGTH);
}
