/**
 * Executables behind the shim, as the built file has its program: made and
 * run by the tests of the program role.
 */

import { attach } from "../../ffi/build/attach.ts";
import { ROOT } from "../../ffi/build/paths.ts";
import { buildShim, compileC } from "../../ffi/build/shim.ts";

const PROGRAMS = `${ROOT}tests/ffi/programs/`;

/** How a run ended. */
export interface Run {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program; the environment is only what is given here. */
export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[] = [],
  { env = {}, stdin, cwd }: RunOptions = {},
): Promise<Run> {
  const child = new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env,
    ...(cwd !== undefined && { cwd }),
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // Both at once: the program may write before it has read all.
  const [{ code, signal, stdout, stderr }] = await Promise.all([
    child.output(),
    stdin === undefined ? undefined : writeAll(child.stdin, stdin),
  ]);
  const decoder = new TextDecoder();
  return {
    code,
    signal,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

async function writeAll(
  stream: WritableStream<Uint8Array>,
  text: string,
): Promise<void> {
  await new Blob([text]).stream().pipeTo(stream);
}

/** Whether a command is there and ends with exit code 0. */
export async function works(
  command: string,
  ...args: string[]
): Promise<boolean> {
  try {
    return (await run(command, args, {
      env: { PATH: Deno.env.get("PATH") ?? "" },
    })).code === 0;
  } catch {
    return false;
  }
}

/** Compiles a program of `tests/ffi/programs` to `output`. */
export async function compileProgram(
  compiler: string,
  name: string,
  output: string,
  flags: readonly string[] = [],
): Promise<string> {
  await compileC(compiler, [
    "-std=c11",
    "-O1",
    "-Wall",
    "-Wextra",
    "-Werror",
    ...flags,
    `${PROGRAMS}${name}.c`,
    "-pthread",
    "-ldl",
    "-o",
    output,
  ]);
  return output;
}

/** A folder with a shim, and files made with it. */
export class Attacher {
  readonly #folder: string;
  readonly #shim: string;
  #files = 0;

  private constructor(folder: string, shim: string) {
    this.#folder = folder;
    this.#shim = shim;
  }

  /** Builds the shim. */
  static async make(folder: string): Promise<Attacher> {
    return new Attacher(folder, await buildShim(folder));
  }

  /** The shim with nothing behind it. */
  get shim(): string {
    return this.#shim;
  }

  /** A new file: the shim and this executable. */
  async attach(program: string): Promise<string> {
    const file = `${this.#folder}/attached-${this.#files++}`;
    await attach(this.#shim, program, file);
    return file;
  }

  /** As {@link attach}, with the bytes of an executable. */
  async attachBytes(bytes: Uint8Array): Promise<string> {
    const program = `${this.#folder}/program-${this.#files++}`;
    await Deno.writeFile(program, bytes);
    const file = await this.attach(program);
    await Deno.remove(program);
    return file;
  }
}
