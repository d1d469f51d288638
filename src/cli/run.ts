/**
 * Runs one command: arguments in, text and an exit code out. The only place
 * where a failure becomes a sentence on standard error.
 */

import { caller } from "./caller.ts";
import { check } from "./check.ts";
import { CliError } from "./cli_error.ts";
import { parseCommandLine } from "./command_line.ts";
import type { Invocation } from "./invocation.ts";
import { help } from "./help.ts";
import type { Io, Outcome } from "./io.ts";
import { paintFor } from "./paint.ts";
import { pick } from "./pick.ts";
import { policy } from "./policy.ts";
import { escapeInvisible } from "./printable.ts";
import { schema } from "./schema.ts";
import { version } from "./version.ts";

/**
 * Runs the command line.
 *
 * @param args argv without the program.
 * @param io The outside world.
 * @returns The exit code: 0 an answer, 1 refused or not handled, 2 wrong
 * usage or an input that cannot be read.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const outcome = await outcomeOf(args, io);
  if (outcome.stderr !== "") await io.stderr(outcome.stderr);
  try {
    if (outcome.stdout !== "") await io.stdout(outcome.stdout);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const failure = new CliError(
      `Cannot write the answer: ${why}`,
      "check where standard output goes",
    );
    await io.stderr(formatFailure(failure, io));
    return 2;
  }
  return outcome.exitCode;
}

async function outcomeOf(args: readonly string[], io: Io): Promise<Outcome> {
  try {
    const invocation = parseCommandLine(args);
    if (!writes(invocation)) io.giveUpWriting();
    return await act(invocation, io);
  } catch (error) {
    return { exitCode: 2, stdout: "", stderr: formatFailure(error, io) };
  }
}

function formatFailure(error: unknown, io: Io): string {
  const sentence = error instanceof CliError
    ? `${error.message}; ${error.advice}`
    : `This is a fault of the program: ${String(error)}`;
  const label = paintFor(io, "stderr")("bad", "error:");
  return `${label} ${escapeInvisible(sentence)}\n`;
}

/** The only one that does. */
function writes(invocation: Invocation): boolean {
  return invocation.command === "policy" && invocation.action === "new";
}

function act(invocation: Invocation, io: Io): Outcome | Promise<Outcome> {
  switch (invocation.command) {
    case "pick":
      return pick(invocation, io);
    case "check":
      return check(invocation, io);
    case "policy":
      return policy(invocation, io);
    case "caller":
      return caller(io);
    case "schema":
      return schema();
    case "version":
      return version(io);
    case "help":
      return help(invocation);
  }
}
