/**
 * argv -> one invocation, or a sentence on what is wrong with it. The first
 * step of every command; touches nothing outside itself.
 */

import { MODULE_OPTIONS } from "../policy/policies/module.ts";
import { DEFAULT_POLICIES_DIR } from "../policy/policy_modules.ts";
import { parseCandidates } from "./candidate_list.ts";
import { CliError } from "./cli_error.ts";
import { closest } from "./closest.ts";
import { type Flagged, flagName, type Given, parseFlags } from "./flags.ts";
import {
  type CheckInvocation,
  type Command,
  COMMANDS,
  type HelpInvocation,
  type Invocation,
  type PickInvocation,
  POLICY_ACTIONS,
  type PolicyInvocation,
  type QuickRequest,
  type Source,
} from "./invocation.ts";
import { parseChanges } from "./request_flags.ts";

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
  if (command === "policy") return parsePolicy(rest);
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

function atMost(count: number, given: Given, command: Flagged): void {
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
  // A value without its quotes for the shell may be a secret.
  const isValue = given.lists.size > 0 || given.values.has("caller");
  const what = isValue ? "a further argument" : JSON.stringify(extra);
  throw new CliError(
    `Cannot run ${command} with ${what}: ` +
      (count === 0 ? "it takes no argument" : "one argument is the most"),
    `see "scheduler help ${command.split(" ")[0]}"`,
  );
}

function parsePick(given: Given): PickInvocation {
  atMost(1, given, "pick");
  const [path] = given.positionals;
  const configPath = given.values.get("config");
  const config = configPath === undefined ? undefined : asSource(configPath);
  const request = requestOf(given, path);
  if (request.kind === "stdin" && config?.kind === "stdin") {
    throw new CliError(
      "Cannot read both the request and the config from standard input",
      "name a file for one of them",
    );
  }
  return {
    command: "pick",
    request,
    changes: parseChanges(given),
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

function requestOf(
  given: Given,
  path: string | undefined,
): Source | QuickRequest {
  const list = given.values.get("candidates");
  return list === undefined ? recordedRequest(path) : quickRequest(path, list);
}

function recordedRequest(path: string | undefined): Source {
  return path === undefined ? { kind: "stdin", named: false } : asSource(path);
}

function quickRequest(path: string | undefined, list: string): QuickRequest {
  if (path === undefined) {
    return { kind: "quick", candidates: parseCandidates(list) };
  }
  throw new CliError(
    `Cannot use both --candidates and the request ${JSON.stringify(path)}`,
    "leave one of them out",
  );
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
    isStrict: given.switches.has("strict"),
    hostDir: given.values.get("host-dir"),
    request,
  };
}

function parsePolicy(args: readonly string[]): Invocation {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h") {
    if (first !== undefined) return { command: "help", topic: "policy" };
    throw new CliError(
      "Cannot run policy: what is to be done is missing",
      `name one of ${POLICY_ACTIONS.join(", ")}, see "scheduler help policy"`,
    );
  }
  const action = POLICY_ACTIONS.find((name) => name === first);
  if (action === undefined) {
    const guess = closest(first, POLICY_ACTIONS);
    throw new CliError(
      `Cannot run policy with ${JSON.stringify(first)}`,
      guess === undefined
        ? `it knows ${POLICY_ACTIONS.join(", ")}`
        : `did you mean "scheduler policy ${guess}"`,
    );
  }
  const given = parseFlags(`policy ${action}`, rest);
  if (given.switches.has("help")) return { command: "help", topic: "policy" };
  return PARSE_POLICY[action](given);
}

const PARSE_POLICY: Readonly<
  Record<PolicyInvocation["action"], (given: Given) => PolicyInvocation>
> = {
  new: (given) => {
    const name = onlyPositional(given, "policy new", "a name");
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name)) {
      throw new CliError(
        `Cannot name a policy ${JSON.stringify(name)}`,
        "a name is a letter, then up to 39 letters, digits, - and _",
      );
    }
    const folder = given.values.get("dir") ?? DEFAULT_POLICIES_DIR;
    return {
      command: "policy",
      action: "new",
      name,
      folder: folder.replace(/(?<=.)\/+$/, ""),
    };
  },
  check: (given) => {
    const file = asSource(onlyPositional(given, "policy check", "a file"));
    const request = given.values.get("request");
    return {
      command: "policy",
      action: "check",
      file,
      request: request === undefined ? undefined : asSource(request),
      options: parseOptions(given),
      headers: parseHeaders(given),
      json: given.switches.has("json"),
    };
  },
  run: (given) => {
    const file = asSource(onlyPositional(given, "policy run", "a file"));
    const request = requestOf(given, given.values.get("request"));
    if (request.kind === "stdin" && file.kind === "stdin") {
      throw new CliError(
        "Cannot read both the policy and the request from standard input",
        "name a file for one of them",
      );
    }
    return {
      command: "policy",
      action: "run",
      file,
      request,
      changes: parseChanges(given),
      options: parseOptions(given),
      headers: parseHeaders(given),
      at: parseTime(given.values.get("at")),
      seed: parseSeed(given.values.get("seed")),
      allTiers: given.switches.has("all-tiers"),
      repeat: parseRepeat(given.values.get("repeat")),
      json: given.switches.has("json"),
    };
  },
  list: (given) => {
    atMost(0, given, "policy list");
    return {
      command: "policy",
      action: "list",
      json: given.switches.has("json"),
    };
  },
};

function onlyPositional(given: Given, flagged: Flagged, what: string): string {
  atMost(1, given, flagged);
  const [found] = given.positionals;
  if (found !== undefined) return found;
  throw new CliError(
    `Cannot run ${flagged}: ${what} is missing`,
    'see "scheduler help policy"',
  );
}

/** JSON of an object, as `options` of the config. */
function parseOptions(given: Given): string {
  const text = given.values.get("options") ?? "{}";
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null &&
      !Array.isArray(value);
    if (isObject) return text;
  } catch {
    // Said below.
  }
  throw new CliError(
    "Cannot read --options: it must be a JSON object",
    `write it such as --options '{"plan": "pro"}'`,
  );
}

function parseHeaders(given: Given): readonly string[] {
  const names = (given.values.get("headers") ?? "").split(",")
    .map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
  for (const name of names) {
    const problem = MODULE_OPTIONS.fields.headers.shape.of.check(name);
    if (problem === undefined) continue;
    throw new CliError(
      `Cannot read --headers: ${JSON.stringify(name)} ${problem}`,
      "separate the names by commas, such as X-Team,X-Org",
    );
  }
  return names;
}

function parseSeed(text = "0"): number {
  const seed = Number(text);
  if (/^\d{1,10}$/.test(text) && seed < 2 ** 32) return seed;
  throw new CliError(
    `Cannot read --seed: it must be a whole number below 2^32, got ${
      JSON.stringify(text)
    }`,
    "leave it out for 0",
  );
}

/** More lines than anybody reads, and seconds of a slow policy. */
const MAX_REPEAT = 10_000;

function parseRepeat(text = "1"): number {
  const repeat = Number(text);
  if (/^\d{1,5}$/.test(text) && repeat >= 1 && repeat <= MAX_REPEAT) {
    return repeat;
  }
  throw new CliError(
    `Cannot read --repeat: it must be a whole number from 1 to ${MAX_REPEAT}, ` +
      `got ${JSON.stringify(text)}`,
    "leave it out for 1",
  );
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
