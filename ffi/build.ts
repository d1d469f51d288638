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
import { say } from "./progress.ts";
import { buildShim } from "./shim.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DIST = `${ROOT}dist`;

/** The one file that ships. */
export const PLUGIN_FILE = `${DIST}/scheduler.so`;

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
  const folder = await Deno.makeTempDir({ dir: DIST, prefix: ".building-" });
  try {
    say("Compiling the C shim …");
    const shim = await buildShim(folder);
    const program = await compileProgram(folder, replacements);
    const whole = `${folder}/scheduler.so`;
    await attach(shim, program, whole);
    await Deno.rename(whole, file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function isCurrent(stamp: string, hash: string): Promise<boolean> {
  try {
    await Deno.stat(PLUGIN_FILE);
    return await Deno.readTextFile(stamp) === hash;
  } catch {
    return false;
  }
}

/** The same file under the name that a person types. */
async function linkForPath(): Promise<void> {
  const link = `${DIST}/scheduler`;
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
  if (await isCurrent(stamp, hash)) return { file: PLUGIN_FILE, made: false };
  await makePlugin(PLUGIN_FILE);
  await Deno.writeTextFile(stamp, hash);
  await linkForPath();
  return { file: PLUGIN_FILE, made: true };
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
