/**
 * What argv can ask for. Made by `command_line.ts`, acted on by `run.ts`.
 */

/** The commands for people, in the order of the help. */
export const COMMANDS = [
  "pick",
  "check",
  "policy",
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

/** A candidate that flags describe. */
export interface QuickCandidate {
  readonly id: string;
  /** `""`: that of the request. */
  readonly provider: string;
  readonly priority: number;
  readonly status: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A pick described by flags alone. */
export interface QuickRequest {
  readonly kind: "quick";
  readonly candidates: readonly QuickCandidate[];
}

/** What flags say of a request, whatever a recorded one says. */
export interface RequestChanges {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly stream: boolean;
  /** A name under `callers` of the config, or a hash. May be a key: secret. */
  readonly caller: string | undefined;
  /** Names and values; values are secret. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Values may be secret. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What `pick` is to do. */
export interface PickInvocation {
  readonly command: "pick";
  readonly request: Source | QuickRequest;
  readonly changes: RequestChanges;
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
  /** Whether a warning is an error. */
  readonly isStrict: boolean;
  /** The host's working directory, if it was named. */
  readonly hostDir: string | undefined;
  /** A request that the config is held against, if one was named. */
  readonly request: Source | undefined;
}

/** What `policy` can do, in the order of the help. */
export const POLICY_ACTIONS = ["new", "check", "run", "list"] as const;

/** Name of one of them. */
export type PolicyAction = typeof POLICY_ACTIONS[number];

/** What `policy new` is to do. */
export interface PolicyNewInvocation {
  readonly command: "policy";
  readonly action: "new";
  readonly name: string;
  /** Where the files go. */
  readonly folder: string;
}

/** What `policy check` is to do. */
export interface PolicyCheckInvocation {
  readonly command: "policy";
  readonly action: "check";
  readonly file: Source;
  /** What it is tried out with; undefined: something made up. */
  readonly request: Source | undefined;
  /** `options` of the policy, as JSON. */
  readonly options: string;
  /** Names of headers that it may see, in lower case. */
  readonly headers: readonly string[];
  readonly json: boolean;
}

/** What `policy run` is to do. */
export interface PolicyRunInvocation {
  readonly command: "policy";
  readonly action: "run";
  readonly file: Source;
  readonly request: Source | QuickRequest;
  readonly changes: RequestChanges;
  readonly options: string;
  readonly headers: readonly string[];
  /** As of which time, in milliseconds since 1970; undefined: now. */
  readonly at: number | undefined;
  /** A whole number below 2^32. */
  readonly seed: number;
  /** Whether it sees candidates of all priorities. */
  readonly allTiers: boolean;
  /** How many picks it makes, one after the other. */
  readonly repeat: number;
  readonly json: boolean;
}

/** What `policy list` is to do. */
export interface PolicyListInvocation {
  readonly command: "policy";
  readonly action: "list";
  readonly json: boolean;
}

/** What `policy` is to do. */
export type PolicyInvocation =
  | PolicyNewInvocation
  | PolicyCheckInvocation
  | PolicyRunInvocation
  | PolicyListInvocation;

/** What `help` is to do. */
export interface HelpInvocation {
  readonly command: "help";
  readonly topic: Command | undefined;
}

/** What argv asks for. */
export type Invocation =
  | PickInvocation
  | CheckInvocation
  | PolicyInvocation
  | HelpInvocation
  | { readonly command: "caller" | "schema" | "version" };
