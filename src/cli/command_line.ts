/**
 * argv -> one invocation, or a sentence on what is wrong with it. The first
 * step of every command; touches nothing outside itself.
 */

import { CliError } from "./cli_error.ts";
import { closest } from "./closest.ts";
import { flagName, type Given, parseFlags } from "./flags.ts";
import {
  type CheckInvocation,
  type Command,
  COMMANDS,
  type HelpInvocation,
  type Invocation,
  type PickInvocation,
  type QuickRequest,
  type Source,
} from "./invocation.ts";

/** Flags of `pick` that describe a quick request. */
const QUICK_FLAGS = ["model", "provider", "stream"] as const;

/**
 * Reads the arguments of the program.
 *
 * @param args argv without the program.
 * @returns What to do.
 * @throws {CliError} when the arguments ask for nothing that there is.
 *
 * @example
 * ```ts
 * parseCommandLine(["help", "pick"]); // { command: "help", topic: "pick" }
 * ```
 */
export function parseCommandLine(args: readonly string[]): Invocation {
  const [first, ...rest] = args;
  if (first === undefined) {
    throw new CliError(
      "A command is missing",
      `name one of ${COMMANDS.join(", ")}, such as "scheduler help"`,
    );
  }
  if (first.startsWith("-")) return parseGlobalFlag(first, rest);
  const command = asCommand(first);
  const given = parseFlags(command, rest);
  if (given.switches.has("help")) return { command: "help", topic: command };
  switch (command) {
    case "pick":
      return parsePick(given);
    case "check":
      return parseCheck(given);
    case "caller":
    case "schema":
    case "version":
      atMost(0, given, command);
      return { command };
    case "help":
      return parseHelp(given);
  }
}

/** `--help` and `--version` stand in for a command. */
function parseGlobalFlag(flag: string, rest: readonly string[]): Invocation {
  if (flag === "--version" || flag === "-V") return { command: "version" };
  if (flag === "--help" || flag === "-h") {
    return parseHelp(parseFlags("help", rest));
  }
  const guess = closest(flagName(flag), ["help", "version"]);
  throw new CliError(
    `Unknown flag ${JSON.stringify(flag)}`,
    guess === undefined
      ? 'a command comes first, see "scheduler help"'
      : `did you mean "--${guess}"`,
  );
}

function asCommand(text: string): Command {
  const command = COMMANDS.find((name) => name === text);
  if (command !== undefined) return command;
  const guess = closest(text, COMMANDS);
  throw new CliError(
    `Unknown command ${JSON.stringify(text)}`,
    guess === undefined
      ? 'see "scheduler help"'
      : `did you mean "scheduler ${guess}"`,
  );
}

function atMost(count: number, given: Given, command: Command): void {
  const extra = given.positionals[count];
  if (extra === undefined) return;
  if (command === "caller") {
    // It may be a key.
    throw new CliError(
      "Cannot run caller with an argument: it takes none, since everybody " +
        "sees those",
      'see "scheduler help caller"',
    );
  }
  throw new CliError(
    `Cannot run ${command} with ${JSON.stringify(extra)}: ` +
      (count === 0 ? "it takes no argument" : "one argument is the most"),
    `see "scheduler help ${command}"`,
  );
}

function parsePick(given: Given): PickInvocation {
  atMost(1, given, "pick");
  const [path] = given.positionals;
  const configPath = given.values.get("config");
  const config = configPath === undefined ? undefined : asSource(configPath);
  const list = given.values.get("candidates");
  const request = list === undefined
    ? recordedRequest(given, path)
    : quickRequest(given, path, list);
  if (request.kind === "stdin" && config?.kind === "stdin") {
    throw new CliError(
      "Cannot read both the request and the config from standard input",
      "name a file for one of them",
    );
  }
  return {
    command: "pick",
    request,
    config,
    json: given.switches.has("json"),
    verbose: given.switches.has("verbose"),
    at: parseTime(given.values.get("at")),
  };
}

const TIME_REGEXP =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** ISO 8601; without a zone it is the time of this machine. */
function parseTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, day, clock = "00:00", zone = ""] = TIME_REGEXP.exec(text) ?? [];
  // A day that there is not would count as one of the next month.
  const isDay = day !== undefined &&
    new Date(`${day}T00:00Z`).toJSON()?.startsWith(day);
  const time = isDay ? Date.parse(`${day}T${clock}${zone}`) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new CliError(
    `Cannot read --at: it must be a time, got ${JSON.stringify(text)}`,
    'write it such as "2026-11-24T09:30" or "2026-11-24T09:30:00+01:00"',
  );
}

function recordedRequest(given: Given, path: string | undefined): Source {
  const stray = QUICK_FLAGS.find((name) =>
    given.values.has(name) || given.switches.has(name)
  );
  if (stray !== undefined) {
    throw new CliError(
      `Cannot use --${stray} with a recorded request`,
      "it goes with --candidates only",
    );
  }
  return path === undefined ? { kind: "stdin", named: false } : asSource(path);
}

function quickRequest(
  given: Given,
  path: string | undefined,
  list: string,
): QuickRequest {
  if (path !== undefined) {
    throw new CliError(
      `Cannot use both --candidates and the request ${JSON.stringify(path)}`,
      "leave one of them out",
    );
  }
  const ids = list.split(",").map((id) => id.trim());
  if (ids.includes("")) {
    throw new CliError(
      "Cannot read --candidates: every ID must have a name, got an empty one",
      'separate the IDs by single commas, such as "a,b,c"',
    );
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new CliError(
      `Cannot read --candidates: every ID must be unique, got ` +
        `${JSON.stringify(twice)} twice`,
      "leave one of them out",
    );
  }
  return {
    kind: "quick",
    ids,
    model: given.values.get("model") ?? "",
    provider: given.values.get("provider") ?? "",
    stream: given.switches.has("stream"),
  };
}

function parseCheck(given: Given): CheckInvocation {
  atMost(1, given, "check");
  const [path] = given.positionals;
  const config: Source = path === undefined
    ? { kind: "stdin", named: false }
    : asSource(path);
  const requestPath = given.values.get("request");
  const request = requestPath === undefined ? undefined : asSource(requestPath);
  if (request?.kind === "stdin" && config.kind === "stdin") {
    throw new CliError(
      "Cannot read both the request and the config from standard input",
      "name a file for one of them",
    );
  }
  return {
    command: "check",
    config,
    json: given.switches.has("json"),
    request,
  };
}

function parseHelp(given: Given): HelpInvocation {
  atMost(1, given, "help");
  const [topic] = given.positionals;
  return {
    command: "help",
    topic: topic === undefined ? undefined : asCommand(topic),
  };
}

function asSource(path: string): Source {
  return path === "-" ? { kind: "stdin", named: true } : { kind: "file", path };
}
