/**
 * An outside world for a command that is all in memory, so that tests compare
 * the exact text and need no process.
 */

import type {
  Io,
  ProgramFacts,
  StreamName,
  WorkerBoard,
} from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";

/** What the outside world of a test holds. */
export interface FakeWorld {
  /** Files by path: their text, their bytes, or the error of opening them. */
  readonly files?: Readonly<Record<string, string | Uint8Array | Error>>;
  readonly stdin?: string | Uint8Array | Error;
  /** Streams with a person at the other end. */
  readonly terminals?: readonly StreamName[];
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, UTC. @default {0} */
  readonly wallClock?: number;
  /** @default {"UTC"} */
  readonly timeZone?: string;
  readonly facts?: Partial<ProgramFacts>;
  /** What workers show. @default {[]} */
  readonly boards?: readonly WorkerBoard[];
}

/** What a command left behind. */
export interface FakeResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a world of its own; its clock gains 0.08 ms a look. */
export async function runIn(
  world: FakeWorld,
  ...args: readonly string[]
): Promise<FakeResult> {
  const io = new FakeIo(world);
  const exitCode = await run(args, io);
  return { exitCode, stdout: io.stdoutText, stderr: io.stderrText };
}

/** Collects what is written and serves what the world holds. */
export class FakeIo implements Io {
  stdoutText = "";
  stderrText = "";
  /** By path. */
  readonly written = new Map<string, string>();
  #mayWrite = true;
  #mayReach = true;
  readonly #world: FakeWorld;
  #nowMs = 0;

  constructor(world: FakeWorld = {}) {
    this.#world = world;
  }

  stdout(text: string): Promise<void> {
    this.stdoutText += text;
    return Promise.resolve();
  }

  stderr(text: string): Promise<void> {
    this.stderrText += text;
    return Promise.resolve();
  }

  isTerminal(stream: StreamName): boolean {
    return this.#world.terminals?.includes(stream) ?? false;
  }

  env(name: string): string | undefined {
    return this.#world.env?.[name];
  }

  readFile(path: string, limitBytes: number): Promise<Uint8Array> {
    if (!this.#mayReach) {
      return Promise.reject(new Deno.errors.NotCapable("No reading"));
    }
    const content = this.#world.files?.[path] ??
      new Deno.errors.NotFound("No such file or directory (os error 2)");
    return serve(content, limitBytes);
  }

  readStdin(limitBytes: number): Promise<Uint8Array> {
    return serve(this.#world.stdin ?? "", limitBytes);
  }

  async askHidden(prompt: string, limitBytes: number): Promise<Uint8Array> {
    await this.stderr(prompt);
    try {
      return await this.readStdin(limitBytes);
    } finally {
      await this.stderr("\n");
    }
  }

  now(): number {
    this.#nowMs += 0.08;
    return this.#nowMs;
  }

  wallClock(): number {
    return this.#world.wallClock ?? 0;
  }

  timeZone(): string {
    return this.#world.timeZone ?? "UTC";
  }

  cwd(): string {
    return "/home/ada";
  }

  exists(path: string): Promise<boolean> {
    return Promise.resolve(this.#world.files?.[path] !== undefined);
  }

  makeFolder(): Promise<void> {
    return this.#refuseWriting();
  }

  async writeFile(path: string, text: string): Promise<void> {
    await this.#refuseWriting();
    this.written.set(path, text);
  }

  giveUpWriting(): void {
    this.#mayWrite = false;
  }

  giveUpEverything(): void {
    this.#mayReach = false;
  }

  #refuseWriting(): Promise<void> {
    if (this.#mayWrite) return Promise.resolve();
    return Promise.reject(new Deno.errors.NotCapable("No writing"));
  }

  policyTypes(): Promise<string> {
    return Deno.readTextFile(
      new URL("../../src/modules/api.d.ts", import.meta.url),
    );
  }

  boards(): readonly WorkerBoard[] {
    return this.#world.boards ?? [];
  }

  facts(): Promise<ProgramFacts> {
    return Promise.resolve({
      deno: "2.6.10",
      v8: "13.7.152.14-rusty",
      target: "x86_64-unknown-linux-gnu",
      runtime: undefined,
      file: undefined,
      ...this.#world.facts,
    });
  }
}

function serve(
  content: string | Uint8Array | Error,
  limitBytes: number,
): Promise<Uint8Array> {
  if (content instanceof Error) return Promise.reject(content);
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  return Promise.resolve(bytes.subarray(0, limitBytes + 1));
}
