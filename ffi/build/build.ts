/**
 * Makes `dist/scheduler.so`: the C shim, padded, and behind it the program
 * that `deno compile` makes of main.ts.
 *
 *   cc ffi/*.c -> shim.so ┐
 *   deno compile -> program ┴-> dist/scheduler.so, mode 0755
 *
 * Does nothing when the file is there and was made from the same sources.
 */

import { createHash } from "node:crypto";
import { attach } from "./attach.ts";
import { BuildError } from "./build_error.ts";
import { compileProgram, type Replacement } from "./compile.ts";
import { sweepLeftovers, withoutLeftover } from "./leftovers.ts";
import { DIST, PLUGIN_FILE, ROOT } from "./paths.ts";
import { say } from "./progress.ts";
import { buildShim } from "./shim.ts";

/** In the name of a folder in which a build is under way. */
const BUILDING_MARK = ".building-";

/** What the file is made from. */
const INPUTS = ["deno.json", "main.ts", "ffi", "src"];

async function* filesUnder(path: string): AsyncGenerator<string> {
  const info = await Deno.stat(`${ROOT}${path}`);
  if (info.isFile) return yield path;
  for await (const entry of Deno.readDir(`${ROOT}${path}`)) {
    yield* filesUnder(`${path}/${entry.name}`);
  }
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash("sha256");
  const paths: string[] = [];
  for (const input of INPUTS) {
    for await (const path of filesUnder(input)) paths.push(path);
  }
  for (const path of paths.sort()) {
    const bytes = await Deno.readFile(`${ROOT}${path}`);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

function checkPlatform(): void {
  const { os, arch } = Deno.build;
  if (os !== "linux" || arch !== "x86_64") {
    throw new BuildError(
      `Cannot build on ${os} ${arch}: the plugin is made for Linux x86-64 with glibc`,
    );
  }
}

/**
 * Makes a plugin file, whatever is there already.
 *
 * @param file Where it goes, at once and whole.
 * @param replacements Modules to be replaced, for a build that is a test.
 * @throws {BuildError} if something is missing.
 */
export async function makePlugin(
  file: string,
  replacements: readonly Replacement[] = [],
): Promise<void> {
  checkPlatform();
  await Deno.mkdir(DIST, { recursive: true });
  await sweepLeftovers(DIST, BUILDING_MARK);
  const folder = `${DIST}/${BUILDING_MARK}${Deno.pid}`;
  await withoutLeftover(folder, async () => {
    await Deno.mkdir(folder, { recursive: true });
    say("Compiling the C shim …");
    const shim = await buildShim(folder);
    const program = await compileProgram(folder, replacements);
    const whole = `${folder}/scheduler.so`;
    await attach(shim, program, whole);
    await Deno.rename(whole, file);
  });
}

/** What tells that the file is whole and made from these inputs. */
async function stampOf(hash: string): Promise<string> {
  const { size, mode, mtime } = await Deno.stat(PLUGIN_FILE);
  return `${hash} ${size} ${(mode ?? 0) & 0o777} ${mtime?.getTime()}\n`;
}

async function isCurrent(stamp: string, hash: string): Promise<boolean> {
  try {
    return await Deno.readTextFile(stamp) === await stampOf(hash);
  } catch {
    return false;
  }
}

/** The same file under the name that a person types. */
async function linkForPath(): Promise<void> {
  const link = `${DIST}/scheduler`;
  const target = await Deno.readLink(link).catch(() => undefined);
  if (target === "scheduler.so") return;
  await Deno.remove(link).catch(() => {});
  await Deno.symlink("scheduler.so", link);
}

/**
 * Builds the file if need be.
 *
 * @returns Its path, and whether it was made now.
 * @throws {BuildError} if something is missing.
 */
export async function build(): Promise<{ file: string; made: boolean }> {
  const stamp = `${DIST}/.inputs`;
  const hash = await hashOfInputs();
  const current = await isCurrent(stamp, hash);
  if (!current) {
    await makePlugin(PLUGIN_FILE);
    await Deno.writeTextFile(stamp, await stampOf(hash));
  }
  await linkForPath();
  return { file: PLUGIN_FILE, made: !current };
}

/** Runs `main` as a task: a {@link BuildError} is one sentence, exit code 1. */
export async function runTask(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    say(error.message);
    Deno.exit(1);
  }
}

if (import.meta.main) {
  await runTask(async () => {
    const { file, made } = await build();
    const { size } = await Deno.stat(file);
    say(
      `${made ? "Built" : "Up to date:"} ${file} (${
        (size / (1 << 20)).toFixed(1)
      } MiB)`,
    );
  });
}
