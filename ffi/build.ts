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
import { relative } from "node:path";
import { BuildError } from "./build_error.ts";
import { importMap } from "./packages.ts";
import { say } from "./progress.ts";
import { type Runtime, runtimes } from "./runtime.ts";
import { buildShim } from "./shim.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DIST = `${ROOT}dist`;

/** The one file that ships. */
export const PLUGIN_FILE = `${DIST}/scheduler.so`;

/** As in ffi/program.h. */
const PROGRAM_OFFSET = 65536;

/** What the file is made from. */
const INPUTS = ["deno.json", "main.ts", "ffi", "src"];

/**
 * What the program may do at its start. Each command and the worker give up
 * what they do not need; nothing is ever asked for.
 */
const COMPILE_FLAGS = [
  "--no-check",
  "--no-lock",
  "--no-config",
  "--no-prompt",
  // Otherwise a cache file that anybody could plant in the temporary folder.
  "--no-code-cache",
  "--allow-env=NO_COLOR,TERM",
  "--allow-ffi",
  "--allow-read",
  "--unstable-worker-options",
];

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

/** Compiles main.ts with one runtime; false if that runtime does not work. */
async function compileProgram(
  runtime: Runtime,
  folder: string,
): Promise<string | undefined> {
  const program = `${folder}/program`;
  const map = `${folder}/import_map.json`;
  await Deno.writeTextFile(
    `${folder}/runtime_origin.ts`,
    `export const RUNTIME_ORIGIN = ${JSON.stringify(runtime.origin)};\n`,
  );
  await Deno.writeTextFile(
    map,
    JSON.stringify({
      imports: {
        ...await importMap(folder),
        [relative(folder, `${ROOT}src/runtime_origin.ts`)]:
          "./runtime_origin.ts",
      },
    }),
  );
  const { success, stderr } = await new Deno.Command(runtime.deno, {
    args: [
      "compile",
      ...COMPILE_FLAGS,
      `--import-map=${map}`,
      `--include=${ROOT}src/worker/pick_isolate.ts`,
      `--output=${program}`,
      `${ROOT}main.ts`,
    ],
    env: { ...runtime.env, NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return program;
  say(new TextDecoder().decode(stderr));
  return undefined;
}

async function makeProgram(folder: string): Promise<string> {
  for await (const runtime of runtimes()) {
    say(`Compiling the program with ${runtime.origin} …`);
    const program = await compileProgram(runtime, folder);
    if (program !== undefined) return program;
  }
  throw new BuildError("Cannot compile the program: see the messages above");
}

/** Writes shim, padding and program into one file. */
async function attach(
  shim: string,
  program: string,
  file: string,
): Promise<void> {
  const head = await Deno.readFile(shim);
  if (head.length > PROGRAM_OFFSET) {
    throw new BuildError(
      `Cannot attach the program: the shim must be at most ${PROGRAM_OFFSET} bytes, got ${head.length}`,
    );
  }
  const padded = new Uint8Array(PROGRAM_OFFSET);
  padded.set(head);
  const output = await Deno.open(file, { write: true, createNew: true });
  await output.write(padded);
  const input = await Deno.open(program);
  await input.readable.pipeTo(output.writable);
  await Deno.chmod(file, 0o755);
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
  checkPlatform();
  const stamp = `${DIST}/.inputs`;
  const hash = await hashOfInputs();
  if (await isCurrent(stamp, hash)) return { file: PLUGIN_FILE, made: false };
  await Deno.mkdir(DIST, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: DIST, prefix: ".building-" });
  try {
    say("Compiling the C shim …");
    const shim = await buildShim(folder);
    const program = await makeProgram(folder);
    const whole = `${folder}/scheduler.so`;
    await attach(shim, program, whole);
    await Deno.rename(whole, PLUGIN_FILE);
    await Deno.writeTextFile(stamp, hash);
    await linkForPath();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
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
