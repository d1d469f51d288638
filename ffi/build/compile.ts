/**
 * Compiles main.ts and the pick isolate into one executable, the program
 * that goes behind the shim.
 */

import { relative } from "node:path";
import { BuildError } from "./build_error.ts";
import { npmFolders } from "./npm_folders.ts";
import { importMap } from "./packages.ts";
import { ROOT } from "./paths.ts";
import { say } from "./progress.ts";
import { type Runtime, runtimes } from "./runtime.ts";
import { writeStripper } from "./stripper.ts";
import { unneededFiles } from "./unneeded.ts";

/**
 * The most that V8's heap may take, in MiB: what the largest request needs.
 * The host side watches the resident size, and allows less at rest.
 */
const HEAP_MIB = 2048;

/**
 * What the program may do at its start. Each command and the worker give up
 * what they do not need; nothing is ever asked for.
 */
const FLAGS = [
  "--no-check",
  "--no-lock",
  "--no-config",
  "--no-prompt",
  // Otherwise a cache file that anybody could plant in the temporary folder.
  "--no-code-cache",
  "--allow-env=NO_COLOR,TERM",
  "--allow-ffi",
  "--allow-read",
  "--allow-write",
  "--deny-import",
  "--unstable-worker-options",
  // For the bytes of the type stripper (stripper.ts).
  "--unstable-raw-imports",
  // A pick's garbage lives for its pick only; without the second one it may
  // grow to some 25 MiB before it is collected, at the same speed.
  // Code from strings is off everywhere: users' policies run in this process.
  `--v8-flags=--max-old-space-size=${HEAP_MIB},--optimize-for-size,--expose-gc,--disallow-code-generation-from-strings`,
];

/** A module that stands for another one; paths from the project's root. */
export interface Replacement {
  readonly module: string;
  readonly by: string;
  /** Only for what this folder imports. @default {everything} */
  readonly within?: string;
}

/** Writes the import map of a compile. Its addresses must be relative. */
async function writeImportMap(
  folder: string,
  replacements: readonly Replacement[],
): Promise<string> {
  const here = (path: string) => relative(folder, `${ROOT}${path}`);
  const imports: Record<string, string> = {
    ...await importMap(folder),
    [here("src/runtime_origin.ts")]: "./runtime_origin.ts",
  };
  const scopes: Record<string, Record<string, string>> = {};
  for (const { module, by, within } of replacements) {
    const target = within === undefined
      ? imports
      : scopes[`${here(within)}/`] ??= {};
    target[here(module)] = here(by);
  }
  const map = `${folder}/import_map.json`;
  await Deno.writeTextFile(map, JSON.stringify({ imports, scopes }));
  return map;
}

/** Puts the packed type stripper into the import map. */
async function useStripper(
  map: string,
  amaro: string | undefined,
  folder: string,
): Promise<void> {
  if (amaro === undefined) return; // the package as it comes works, too
  const { imports, ...rest } = JSON.parse(await Deno.readTextFile(map)) as {
    imports: Record<string, string>;
  };
  imports["amaro"] = `./${await writeStripper(amaro, folder)}`;
  await Deno.writeTextFile(map, JSON.stringify({ imports, ...rest }));
}

/** The program's path; undefined if this runtime does not work. */
async function compileWith(
  runtime: Runtime,
  folder: string,
  map: string,
): Promise<string | undefined> {
  const program = `${folder}/program`;
  await Deno.writeTextFile(
    `${folder}/runtime_origin.ts`,
    `export const RUNTIME_ORIGIN = ${JSON.stringify(runtime.origin)};\n`,
  );
  const folders = await npmFolders(runtime, [
    "--no-lock",
    "--no-config",
    `--import-map=${map}`,
    `${ROOT}main.ts`,
  ]);
  await useStripper(map, folders.get("amaro"), folder);
  const { success, stderr } = await new Deno.Command(runtime.deno, {
    args: [
      "compile",
      ...FLAGS,
      ...unneededFiles(folders).map((path) => `--exclude=${path}`),
      `--import-map=${map}`,
      `--include=${ROOT}src/worker/pick_isolate.ts`,
      `--include=${ROOT}src/worker/check_isolate.ts`,
      `--include=${ROOT}src/modules/api.d.ts`,
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

/**
 * Compiles the program.
 *
 * @param folder Where it and what it is made with go: inside the project, so
 * that the import map's addresses stay inside it too.
 * @param replacements Modules to be replaced, for a build that is a test.
 * @returns The program's path.
 * @throws {BuildError} if no runtime works.
 */
export async function compileProgram(
  folder: string,
  replacements: readonly Replacement[] = [],
): Promise<string> {
  const map = await writeImportMap(folder, replacements);
  for await (const runtime of runtimes()) {
    say(`Compiling the program with ${runtime.origin} …`);
    const program = await compileWith(runtime, folder, map);
    if (program !== undefined) return program;
  }
  throw new BuildError("Cannot compile the program: see the messages above");
}
