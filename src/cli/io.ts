/**
 * What a command may touch outside itself. `Terminal` is the real one; tests
 * pass another, so that they need no process.
 */

/** One of the three standard streams. */
export type StreamName = "stdin" | "stdout" | "stderr";

/** What the running program is made of, for `version`. */
export interface ProgramFacts {
  /** Version of Deno. */
  readonly deno: string;
  /** Version of V8. */
  readonly v8: string;
  /** Such as `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** Where the compiled runtime came from, as the build noted it. */
  readonly runtime: string | undefined;
  /** The compiled file and its size; absent when run from source. */
  readonly file:
    | { readonly path: string; readonly bytes: number }
    | undefined;
}

/** What a running worker shows, or why that cannot be seen. */
export interface WorkerBoard {
  readonly pid: number;
  /** JSON; `""` before it showed anything. */
  readonly text?: string;
  readonly problem?: "denied" | "version" | "unreadable";
}

/** The outside world of a command. */
export interface Io {
  /** Writes text to standard output; a reader that left is no error. */
  stdout(text: string): Promise<void>;
  /** Writes text to standard error; a reader that left is no error. */
  stderr(text: string): Promise<void>;
  /** Whether a person is at the other end of a stream. */
  isTerminal(stream: StreamName): boolean;
  /** The value of an environment variable, if it is set and readable. */
  env(name: "NO_COLOR" | "TERM"): string | undefined;
  /**
   * The bytes of a file.
   *
   * @param limitBytes Reading stops one byte beyond this, so that a longer
   * result means that the file is too large.
   */
  readFile(path: string, limitBytes: number): Promise<Uint8Array>;
  /** The bytes of standard input, up to one more than the limit. */
  readStdin(limitBytes: number): Promise<Uint8Array>;
  /**
   * Asks a person for one line, on standard error, and does not show what is
   * typed from then on.
   *
   * @param prompt Shown once nothing that is typed shows any more.
   * @param limitBytes As for `readStdin`.
   * @throws {CliError} if the person gives up (Ctrl-C).
   */
  askHidden(prompt: string, limitBytes: number): Promise<Uint8Array>;
  /** A clock that only goes forward, in milliseconds. */
  now(): number;
  /** The time of day, in milliseconds since 1970, UTC. */
  wallClock(): number;
  /** IANA name of the time zone of this machine. */
  timeZone(): string;
  /** The working directory. */
  cwd(): string;
  /** Whether there is something at a path. */
  exists(path: string): Promise<boolean>;
  /** Makes a folder and those above it, if need be. */
  makeFolder(path: string): Promise<void>;
  /** Writes a file, in place of one that is there. */
  writeFile(path: string, text: string): Promise<void>;
  /** No file can be written from now on. */
  giveUpWriting(): void;
  /**
   * Nothing outside the process can be reached from now on, but the standard
   * streams: before code runs that somebody else may have written.
   */
  giveUpEverything(): void;
  /** The type declarations for policies. */
  policyTypes(): Promise<string>;
  /** What the workers of this machine show. */
  boards(): readonly WorkerBoard[];
  /** What the program is made of. */
  facts(): Promise<ProgramFacts>;
}

/** What a command leaves behind; `run` writes it out. */
export interface Outcome {
  /** 0 an answer, 1 refused or not handled, 2 wrong usage or bad input. */
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}
