/**
 * Drives the test host (`host.c`): compiled once per test file, one process
 * per test, commands in, answer lines out.
 */

import { Buffer } from "node:buffer";
import { ROOT } from "../../ffi/build/paths.ts";
import { compileC, findCompiler } from "../../ffi/build/shim.ts";
import {
  type BatchAnswer,
  type BatchCall,
  readAnswers,
  writeCalls,
} from "./batch.ts";

const FOLDER = `${ROOT}tests/host/`;
const FIXTURES = `${ROOT}tests/fixtures/host-v7.2.140/`;

/** What the host says of its own process. */
export interface HostStats {
  readonly threads: number;
  readonly files: number;
  readonly maps: number;
  /** Process ids. */
  readonly children: readonly number[];
}

/** An answer of the plugin. */
export interface CallAnswer {
  readonly rc: number;
  readonly body: string;
}

/** Compiles the host into `folder`; returns the program's path. */
export async function compileHost(
  folder: string,
  flags: readonly string[] = [],
): Promise<string> {
  const program = `${folder}/host`;
  await compileC(await findCompiler(), [
    "-std=c11",
    "-O2",
    "-Wall",
    "-Wextra",
    ...flags,
    `${FOLDER}host.c`,
    `${FOLDER}batch.c`,
    "-pthread",
    "-ldl",
    "-o",
    program,
  ]);
  return program;
}

/** Path of a recorded host request. */
export function fixture(name: string): string {
  return `${FIXTURES}${name}.json`;
}

/** The request of a lifecycle call, as the host writes it. */
export function lifecycleRequest(yaml: string): string {
  return JSON.stringify({
    config_yaml: Buffer.from(yaml).toString("base64"),
    schema_version: 3,
  });
}

/** One running host. */
export class TestHost implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #folder: string;
  readonly #stderr: Promise<string>;
  #files = 0;

  private constructor(child: Deno.ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#input = child.stdin.getWriter();
    this.#lines = child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(splitLines())
      .getReader();
    this.#stderr = new Response(child.stderr).text();
  }

  /** Starts a host that has loaded nothing yet. */
  static async start(
    program: string,
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): Promise<TestHost> {
    const child = new Deno.Command(program, {
      ...options,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new TestHost(child, await Deno.makeTempDir());
  }

  /** Process id of the host. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Sends one command and returns its answer line. */
  async command(...words: (string | number)[]): Promise<string> {
    await this.send(...words);
    return await this.answer();
  }

  /** Sends a command without waiting for its answer. */
  async send(...words: (string | number)[]): Promise<void> {
    await this.#input.write(new TextEncoder().encode(words.join("\t") + "\n"));
  }

  /** The next answer line. */
  async answer(): Promise<string> {
    const { value, done } = await this.#lines.read();
    if (done) throw new Error(`The host ended: ${await this.#stderr}`);
    return value;
  }

  /** Calls a method with these request bytes; `undefined` is no request. */
  async call(
    method: string,
    request: string | Uint8Array | undefined,
  ): Promise<CallAnswer> {
    const file = request === undefined ? "-" : await this.file(request);
    const line = method === ""
      ? await this.command("call-empty", file)
      : await this.command("call", method, file);
    return parseAnswer(line);
  }

  /** Puts a config in force. */
  async configure(
    yaml: string,
    method: "plugin.register" | "plugin.reconfigure" = "plugin.reconfigure",
  ): Promise<CallAnswer> {
    return await this.call(method, lifecycleRequest(yaml));
  }

  /** Picks for a recorded request. */
  async pick(name = "pick-codex-mixed-plans"): Promise<CallAnswer> {
    return parseAnswer(
      await this.command("call", "scheduler.pick", fixture(name)),
    );
  }

  /**
   * Makes many calls, in the given order with one thread.
   *
   * @param calls Picks and configs.
   * @param threads Count, 1 to 64. @default {1}
   * @param meanwhile Run when the host has been told to begin.
   * @returns The answers in the order of the calls.
   */
  async batch(
    calls: readonly BatchCall[],
    threads = 1,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<BatchAnswer[]> {
    const input = await this.file(writeCalls(calls));
    const output = await this.file("");
    await this.send("batch", threads, input, output);
    await meanwhile();
    const line = await this.answer();
    if (!line.startsWith(`calls ${calls.length} `)) {
      throw new Error(`Cannot make ${calls.length} calls: ${line}`);
    }
    const answers = readAnswers(await Deno.readFile(output));
    await Promise.all([Deno.remove(input), Deno.remove(output)]);
    return answers;
  }

  /** Writes bytes to a file of this host's own; returns its path. */
  async file(bytes: string | Uint8Array): Promise<string> {
    const path = `${this.#folder}/${this.#files++}`;
    if (typeof bytes === "string") await Deno.writeTextFile(path, bytes);
    else await Deno.writeFile(path, bytes);
    return path;
  }

  /** What the host has open. */
  async stats(): Promise<HostStats> {
    const line = await this.command("stats");
    const [, threads, files, maps, children] =
      /^threads (\d+) files (\d+) maps (\d+) children(.*)$/.exec(line) ?? [];
    return {
      threads: Number(threads),
      files: Number(files),
      maps: Number(maps),
      children: (children ?? "").trim().split(/\s+/).filter(Boolean)
        .map(Number),
    };
  }

  /** Ends the host with a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Ends the host as its main() would; returns its stderr. */
  async end(): Promise<{ code: number; stderr: string }> {
    await this.#input.close().catch(() => {});
    const { code } = await this.#child.status;
    return { code, stderr: await this.#stderr };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.#lines.cancel();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function parseAnswer(line: string): CallAnswer {
  const [, rc, body] = /^rc (-?\d+) (.*)$/s.exec(line) ?? [];
  return { rc: Number(rc), body: body ?? line };
}

function splitLines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) controller.enqueue(line);
    },
  });
}
