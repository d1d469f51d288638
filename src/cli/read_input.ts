/**
 * Reads what a command was pointed at, or says in one sentence why it cannot
 * be read and what to do. Must not look into the bytes beyond their encoding.
 */

import { CliError } from "./cli_error.ts";
import type { Source } from "./invocation.ts";
import type { Io } from "./io.ts";

/** What is to be read. */
export interface InputOptions {
  readonly source: Source;
  /** In words, such as `the request`. */
  readonly what: string;
  /** Most bytes that the input may have. */
  readonly limitBytes: number;
  /** How to name an input in the advice, such as `a recorded request`. */
  readonly wanted: string;
  /** An empty config is a good one; an empty request is none. */
  readonly mayBeEmpty: boolean;
}

const BYTES_PER_MIB = 1024 * 1024;

/**
 * Reads one input of a command.
 *
 * @param io Where files and standard input come from.
 * @param options What to read.
 * @returns The bytes: UTF-8, and within the limit.
 * @throws {CliError} when there is no such input.
 */
export async function readInput(
  io: Io,
  options: InputOptions,
): Promise<Uint8Array> {
  const { source, what, limitBytes, wanted, mayBeEmpty } = options;
  const bytes = source.kind === "file"
    ? await readNamedFile(io, source.path, options)
    : await readPiped(io, source.named, options);
  const name = sourceName(source);
  if (bytes.length === 0 && !mayBeEmpty) {
    throw new CliError(
      `Cannot read ${what} from ${name}: it is empty`,
      `pass ${wanted}`,
    );
  }
  if (bytes.length > limitBytes) {
    throw new CliError(
      `Cannot read ${what} from ${name}: it is larger than ` +
        `${limitBytes / BYTES_PER_MIB} MiB`,
      `pass ${wanted}`,
    );
  }
  if (!isUtf8(bytes)) {
    throw new CliError(
      `Cannot read ${what} from ${name}: it is not UTF-8 text`,
      `save it as UTF-8, or pass ${wanted}`,
    );
  }
  return bytes;
}

/**
 * Names a source at the start of a line, as compilers do.
 *
 * @param source Where bytes come from.
 * @returns The path, or `stdin`.
 */
export function sourceLabel(source: Source): string {
  return source.kind === "file" ? source.path : "stdin";
}

/** Names a source within a sentence. */
function sourceName(source: Source): string {
  return source.kind === "file"
    ? JSON.stringify(source.path)
    : "standard input";
}

async function readNamedFile(
  io: Io,
  path: string,
  options: InputOptions,
): Promise<Uint8Array> {
  try {
    return await io.readFile(path, options.limitBytes);
  } catch (error) {
    const [why, advice] = explainFailure(error);
    throw new CliError(
      `Cannot read ${options.what} from ${JSON.stringify(path)}: ${why}`,
      advice,
    );
  }
}

async function readPiped(
  io: Io,
  isNamed: boolean,
  options: InputOptions,
): Promise<Uint8Array> {
  // Waiting for a person who does not know about it would look like a hang.
  if (!isNamed && io.isTerminal("stdin")) {
    throw new CliError(
      `Cannot read ${options.what}: no file is named`,
      `pass ${options.wanted}, or "-" to type it in`,
    );
  }
  try {
    return await io.readStdin(options.limitBytes);
  } catch (error) {
    const [why, advice] = explainFailure(error);
    throw new CliError(
      `Cannot read ${options.what} from standard input: ${why}`,
      advice,
    );
  }
}

/** Why reading failed, and what to do about it. */
function explainFailure(error: unknown): [why: string, advice: string] {
  if (error instanceof Deno.errors.NotFound) {
    return ["there is no such file", "check the path"];
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return ["it is a folder", "name a file in it"];
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return ["a part of the path is a file", "check the path"];
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return ["permission denied", "check the rights of the file"];
  }
  if (error instanceof Deno.errors.NotCapable) {
    return ["special files are not opened", 'pipe it in and name it "-"'];
  }
  const detail = error instanceof Error ? error.message : String(error);
  return [detail, "check the path"];
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
