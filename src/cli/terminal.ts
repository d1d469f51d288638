/**
 * The real outside world of a command: standard streams, files, environment.
 * The last stop before the operating system. Must not hold any wording.
 */

import { readBoards } from "../channel/boards.ts";
import { RUNTIME_ORIGIN } from "../runtime_origin.ts";
import { giveUpPermissions } from "../worker/permissions.ts";
import { CliError } from "./cli_error.ts";
import type { Io, ProgramFacts, StreamName, WorkerBoard } from "./io.ts";

/** Most bytes asked of the system at once. Chosen: a common pipe size. */
const CHUNK_BYTES = 65_536;

/** The process's own streams, files and environment. */
export class Terminal implements Io {
  stdout(text: string): Promise<void> {
    return writeAll(Deno.stdout, text);
  }

  stderr(text: string): Promise<void> {
    return writeAll(Deno.stderr, text);
  }

  isTerminal(stream: StreamName): boolean {
    return Deno[stream].isTerminal();
  }

  env(name: "NO_COLOR" | "TERM"): string | undefined {
    try {
      return Deno.env.get(name);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return undefined;
      throw error;
    }
  }

  async readFile(path: string, limitBytes: number): Promise<Uint8Array> {
    using file = await Deno.open(path, { read: true });
    return await readUpTo(file, limitBytes);
  }

  readStdin(limitBytes: number): Promise<Uint8Array> {
    return readUpTo(Deno.stdin, limitBytes);
  }

  async askHidden(prompt: string, limitBytes: number): Promise<Uint8Array> {
    Deno.stdin.setRaw(true);
    try {
      await this.stderr(prompt);
      return await readLine(Deno.stdin, limitBytes);
    } finally {
      Deno.stdin.setRaw(false);
      await this.stderr("\n");
    }
  }

  now(): number {
    return performance.now();
  }

  wallClock(): number {
    return Date.now();
  }

  timeZone(): string {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  cwd(): string {
    return Deno.cwd();
  }

  async exists(path: string): Promise<boolean> {
    try {
      await Deno.lstat(path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  makeFolder(path: string): Promise<void> {
    return Deno.mkdir(path, { recursive: true });
  }

  writeFile(path: string, text: string): Promise<void> {
    return Deno.writeTextFile(path, text);
  }

  giveUpWriting(): void {
    Deno.permissions.revokeSync({ name: "write" });
  }

  giveUpEverything(): void {
    giveUpPermissions();
  }

  policyTypes(): Promise<string> {
    return Deno.readTextFile(new URL("../modules/api.d.ts", import.meta.url));
  }

  boards(): readonly WorkerBoard[] {
    return readBoards();
  }

  async facts(): Promise<ProgramFacts> {
    const { deno, v8 } = Deno.version;
    const { standalone, target } = Deno.build;
    return {
      deno,
      v8,
      target,
      runtime: RUNTIME_ORIGIN,
      file: standalone ? await ownFile() : undefined,
    };
  }
}

const BACKSPACES: readonly number[] = [0x08, 0x7f];
const INTERRUPT = 0x03;
const END_OF_INPUT = 0x04;
const LINE_ENDS: readonly number[] = [0x0a, 0x0d];

/** What is typed until the end of the line, edited by backspace only. */
async function readLine(
  source: { read(buffer: Uint8Array): Promise<number | null> },
  limitBytes: number,
): Promise<Uint8Array> {
  const line: number[] = [];
  const one = new Uint8Array(1);
  while (await source.read(one) !== null) {
    const [byte = 0] = one;
    if (byte === INTERRUPT) {
      throw new CliError("Stopped", "nothing was done");
    }
    if (byte === END_OF_INPUT || LINE_ENDS.includes(byte)) break;
    if (BACKSPACES.includes(byte)) dropCharacter(line);
    else if (line.length <= limitBytes) line.push(byte);
  }
  return Uint8Array.from(line);
}

/** The last character, which may have several bytes of UTF-8. */
function dropCharacter(line: number[]): void {
  while (line.length > 0 && ((line.pop() ?? 0) & 0xc0) === 0x80);
}

/** Writes everything, and takes a reader that left (`| head`) as content. */
async function writeAll(
  stream: { write(bytes: Uint8Array): Promise<number> },
  text: string,
): Promise<void> {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(await stream.write(rest));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Reads to the end, or to one byte beyond the limit. */
async function readUpTo(
  source: { read(buffer: Uint8Array): Promise<number | null> },
  limitBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= limitBytes) {
    const room = Math.min(CHUNK_BYTES, limitBytes + 1 - length);
    const chunk = new Uint8Array(room);
    const count = await source.read(chunk);
    if (count === null) break;
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  return concatenate(chunks, length);
}

function concatenate(
  chunks: readonly Uint8Array[],
  length: number,
): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

async function ownFile(): Promise<ProgramFacts["file"]> {
  try {
    const path = Deno.execPath();
    return { path, bytes: (await Deno.stat(path)).size };
  } catch {
    return undefined;
  }
}
