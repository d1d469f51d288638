/**
 * One file out of a package of the npm registry, checked against a hash in
 * the source, kept in the cache folder. The package is never unpacked whole:
 * the stream goes through `tar`, which gives back the one file.
 */

import { createHash } from "node:crypto";
import { BuildError } from "./build_error.ts";
import { sweepLeftovers, withoutLeftover } from "./leftovers.ts";
import { Progress } from "./progress.ts";

/** In the name of a file that is not whole. */
const PART_MARK = ".part-";

/** A file of a package. */
export interface NpmFile {
  /** Package, such as `@deno/linux-x64-glibc`. */
  readonly name: string;
  readonly version: string;
  /** SHA-512 of the package's archive, base64, as the registry lists it. */
  readonly sha512: string;
  /** Path in the archive. */
  readonly path: string;
  /** How much of the file is wanted, in bytes. @default {all of it} */
  readonly headBytes?: number;
}

/** Registry of the user's npm configuration, or the public one. */
async function registry(): Promise<string> {
  const named = Deno.env.get("NPM_CONFIG_REGISTRY") ||
    Deno.env.get("npm_config_registry") || await registryOfHome();
  return (named || "https://registry.npmjs.org").replace(/\/+$/, "");
}

async function registryOfHome(): Promise<string | undefined> {
  try {
    const text = await Deno.readTextFile(`${Deno.env.get("HOME")}/.npmrc`);
    return /^\s*registry\s*=\s*(\S+)/m.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

async function open(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new BuildError(
      `Cannot download ${url}: ${
        error instanceof Error ? error.message : String(error)
      }. Check the network, or set NPM_CONFIG_REGISTRY to a registry that can be reached`,
    );
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new BuildError(
      `Cannot download ${url}: the registry answered ${response.status}`,
    );
  }
  return response;
}

/** Passes bytes on, and keeps their hash and number. */
class Meter extends TransformStream<Uint8Array, Uint8Array> {
  readonly hash = createHash("sha512");

  constructor(progress: Progress) {
    let bytes = 0;
    super({
      transform: (chunk, controller) => {
        this.hash.update(chunk);
        progress.update(bytes += chunk.length);
        controller.enqueue(chunk);
      },
    });
  }
}

/** Cuts a stream off after so many bytes, reading it to its end. */
function head(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      if (left > 0) controller.enqueue(chunk.subarray(0, left));
      left -= chunk.length;
    },
  });
}

/** Downloads the file to `part`, which is complete only if this returns. */
async function download(file: NpmFile, part: string): Promise<void> {
  const base = file.name.slice(file.name.indexOf("/") + 1);
  const url = `${await registry()}/${file.name}/-/${base}-${file.version}.tgz`;
  const response = await open(url);
  const progress = new Progress(
    `Downloading ${file.name} ${file.version}`,
    Number(response.headers.get("content-length") ?? 0),
  );
  const tar = new Deno.Command("tar", {
    args: ["-xzOf", "-", file.path],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const meter = new Meter(progress);
  const output = await Deno.open(part, {
    write: true,
    create: true,
    truncate: true,
    mode: 0o755,
  });
  const results = await Promise.allSettled([
    response.body!.pipeThrough(meter).pipeTo(tar.stdin),
    tar.stdout.pipeThrough(head(file.headBytes ?? Infinity))
      .pipeTo(output.writable),
    tar.status,
  ]);
  progress.end();
  const failed = results.find((result) => result.status === "rejected");
  const status = await tar.status;
  if (failed !== undefined || !status.success) {
    throw new BuildError(
      `Cannot download ${url}: ${
        failed === undefined
          ? "the archive is damaged"
          : String((failed as PromiseRejectedResult).reason)
      }. Try again`,
    );
  }
  if (meter.hash.digest("base64") !== file.sha512) {
    throw new BuildError(
      `Cannot use ${url}: its SHA-512 is not the expected one, so it was damaged or replaced on the way. Try again, or use another registry`,
    );
  }
}

/**
 * The file, from the cache folder or downloaded.
 *
 * @param folder Cache folder.
 * @returns Path of the executable file.
 * @throws {BuildError} if it cannot be downloaded or is not what it should be.
 */
export async function npmFile(file: NpmFile, folder: string): Promise<string> {
  const base = file.path.slice(file.path.lastIndexOf("/") + 1);
  const hash = file.sha512.slice(0, 8).replaceAll(/[+/]/g, "_");
  const path = `${folder}/${base}-${file.version}-${hash}`;
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
