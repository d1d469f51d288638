/**
 * What argv can ask for. Made by `command_line.ts`, acted on by `run.ts`.
 */

/** The commands for people, in the order of the help. */
export const COMMANDS = [
  "pick",
  "check",
  "caller",
  "schema",
  "version",
  "help",
] as const;

/** Name of a command. */
export type Command = typeof COMMANDS[number];

/** Where bytes come from. */
export type Source =
  | { readonly kind: "file"; readonly path: string }
  /** `-`, or nothing while something is piped in. */
  | { readonly kind: "stdin"; readonly named: boolean };

/** A pick described by flags alone. */
export interface QuickRequest {
  readonly kind: "quick";
  readonly ids: readonly string[];
  readonly model: string;
  readonly provider: string;
  readonly stream: boolean;
}

/** What `pick` is to do. */
export interface PickInvocation {
  readonly command: "pick";
  readonly request: Source | QuickRequest;
  readonly config: Source | undefined;
  readonly json: boolean;
  /** Whether each rule is explained. */
  readonly verbose: boolean;
  /** As of which time, in milliseconds since 1970; undefined: now. */
  readonly at: number | undefined;
}

/** What `check` is to do. */
export interface CheckInvocation {
  readonly command: "check";
  readonly config: Source;
  readonly json: boolean;
  /** A request that the config is held against, if one was named. */
  readonly request: Source | undefined;
}

/** What `help` is to do. */
export interface HelpInvocation {
  readonly command: "help";
  readonly topic: Command | undefined;
}

/** What argv asks for. */
export type Invocation =
  | PickInvocation
  | CheckInvocation
  | HelpInvocation
  | { readonly command: "caller" | "schema" | "version" };
