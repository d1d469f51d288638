/**
 * The flags of each command. The first half of reading argv: knows which
 * flags there are, not what they mean together.
 */

import { parseArgs } from "@std/cli";
import { CliError } from "./cli_error.ts";
import { closest } from "./closest.ts";
import type { Command, PolicyAction } from "./invocation.ts";

/** The flags of one command, besides `--help`. */
interface Flags {
  /** With a value. */
  readonly valued: readonly string[];
  readonly boolean: readonly string[];
  /** With a value, as often as one likes. */
  readonly repeated?: readonly string[];
}

/** What describes a request. */
const REQUEST: Required<Flags> = {
  valued: [
    "caller",
    "candidates",
    "model",
    "path",
    "provider",
    "service-tier",
  ],
  boolean: ["retry", "stream"],
  repeated: ["header", "metadata"],
};

/** What has flags of its own: a command, or an action of `policy`. */
export type Flagged = Command | `policy ${PolicyAction}`;

const FLAGS: Readonly<Record<Flagged, Flags>> = {
  pick: {
    valued: ["at", "config", ...REQUEST.valued],
    boolean: ["json", "verbose", ...REQUEST.boolean],
    repeated: REQUEST.repeated,
  },
  check: { valued: ["host-dir", "request"], boolean: ["json", "strict"] },
  policy: { valued: [], boolean: [] },
  "policy new": { valued: ["dir"], boolean: [] },
  "policy check": {
    valued: ["headers", "options", "request"],
    boolean: ["json"],
  },
  "policy run": {
    valued: [
      "at",
      "headers",
      "options",
      "repeat",
      "request",
      "seed",
      ...REQUEST.valued,
    ],
    boolean: ["all-tiers", "json", ...REQUEST.boolean],
    repeated: REQUEST.repeated,
  },
  "policy list": { valued: [], boolean: ["json"] },
  caller: { valued: [], boolean: [] },
  schema: { valued: [], boolean: [] },
  version: { valued: [], boolean: [] },
  help: { valued: [], boolean: [] },
};

/** What one command was given. */
export interface Given {
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  /** Values of flags that may be repeated, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/**
 * Tells the flags of a command and its other arguments apart.
 *
 * @param command Whose flags they are.
 * @param args What follows the command.
 * @returns What was given.
 * @throws {CliError} when a flag is unknown, or lacks its value.
 */
export function parseFlags(command: Flagged, args: readonly string[]): Given {
  const { valued, boolean, repeated = [] } = FLAGS[command];
  const switches = [...boolean, "help"];
  const unknown: string[] = [];
  const { lists, others } = takeRepeated(command, args, repeated);
  const parsed: Record<string, unknown> = parseArgs(
    joinDashes(others, valued),
    {
      string: [...valued, "_"],
      boolean: switches,
      alias: { h: "help" },
      unknown: (arg: string, key?: string) => {
        if (key === undefined) return true;
        unknown.push(arg);
        return false;
      },
    },
  );
  const values = new Map<string, string>();
  for (const name of valued) {
    const value = parsed[name];
    if (typeof value === "string") values.set(name, value);
  }
  if (parsed["help"] !== true) {
    const [flag] = unknown;
    if (flag !== undefined) throw unknownFlag(command, flag);
    refuseValues(command, others, switches);
    requireValues(command, values);
  }
  return {
    values,
    switches: new Set(switches.filter((name) => parsed[name] === true)),
    lists,
    positionals: Array.isArray(parsed["_"]) ? parsed["_"].map(String) : [],
  };
}

/** The library keeps the last value of a flag only. */
function takeRepeated(
  command: Flagged,
  args: readonly string[],
  names: readonly string[],
): {
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly others: readonly string[];
} {
  const lists = new Map<string, string[]>();
  const others: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") return { lists, others: [...others, ...args.slice(at)] };
    const name = names.find((name) =>
      arg === `--${name}` || arg.startsWith(`--${name}=`)
    );
    if (name === undefined) {
      others.push(arg);
      continue;
    }
    const inline = arg.length > name.length + 2;
    const value = inline ? arg.slice(name.length + 3) : args[at + 1];
    if (value === undefined || value === "" || !inline && /^--/.test(value)) {
      throw needsValue(command, name);
    }
    if (!inline) at++;
    lists.set(name, [...lists.get(name) ?? [], value]);
  }
  return { lists, others };
}

/** `--config -` -> `--config=-`: a dash or nothing is no value to the library. */
function joinDashes(
  args: readonly string[],
  valued: readonly string[],
): string[] {
  const joined: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return [...joined, ...args.slice(index)];
    const before = joined.at(-1) ?? "";
    const isValue = (arg === "-" || arg === "") &&
      valued.some((name) => before === `--${name}`);
    if (isValue) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function unknownFlag(command: Flagged, flag: string): CliError {
  return new CliError(
    // Not its value: it may be a secret.
    `Unknown flag ${JSON.stringify(flag.replace(/=.*$/s, ""))} of ${command}`,
    adviseOnFlag(command, flagName(flag)),
  );
}

function adviseOnFlag(command: Flagged, name: string): string {
  const { valued, boolean, repeated = [] } = FLAGS[command];
  if (command === "check" && name === "config") {
    return 'write "scheduler check FILE"';
  }
  const guess = closest(name, [
    ...valued,
    ...boolean,
    ...repeated,
    "help",
  ]);
  return guess === undefined
    ? `see "scheduler help ${command.split(" ")[0]}"`
    : `did you mean "--${guess}"`;
}

/** A switch such as `--json` is on or absent: `--json=no` would mislead. */
function refuseValues(
  command: Flagged,
  args: readonly string[],
  switches: readonly string[],
): void {
  for (const arg of args) {
    if (arg === "--") return;
    const name = switches.find((name) => arg.startsWith(`--${name}=`));
    if (name === undefined) continue;
    throw new CliError(
      `Cannot read the flags of ${command}: --${name} takes no value`,
      `write "--${name}" or leave it out`,
    );
  }
}

function requireValues(
  command: Flagged,
  values: ReadonlyMap<string, string>,
): void {
  for (const [name, value] of values) {
    // An empty model is what the host sends for a request without one.
    if (value !== "" || name === "model") continue;
    throw needsValue(command, name);
  }
}

function needsValue(command: Flagged, name: string): CliError {
  return new CliError(
    `Cannot read the flags of ${command}: --${name} needs a value`,
    `write "--${name}=VALUE"`,
  );
}

/**
 * Names a flag: `config` for `--config=x` and for `--config`.
 *
 * @param flag As it was typed.
 * @returns Its name.
 */
export function flagName(flag: string): string {
  return flag.replace(/^-+/, "").replace(/=.*$/s, "");
}
