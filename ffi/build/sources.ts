/**
 * The C files of the shim, as the folders beside this one have them. A new file
 * needs no entry anywhere.
 */

import { ROOT } from "./paths.ts";

/** Where the C files are; what they include is found from here. */
export const C_FOLDER = `${ROOT}ffi/`;

/** The folder of what runs without a libc. */
const PROGRAM_FOLDER = "program";

/** The folder of the build, which has no C. */
const BUILD_FOLDER = "build";

/** Files that run without a libc, so the compiler must not call into one. */
export const PROGRAM_SOURCES: readonly string[] = cFilesOf(PROGRAM_FOLDER);

/** The other files of the shim, such as `channel/spin.c`. */
export const SHIM_SOURCES: readonly string[] = [
  ...Deno.readDirSync(C_FOLDER),
]
  .filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => name)
  .filter((name) => name !== PROGRAM_FOLDER && name !== BUILD_FOLDER)
  .toSorted()
  .flatMap(cFilesOf);

/**
 * Finds files of the shim by their names alone.
 *
 * @param names Such as `spin.c`.
 * @returns Their paths below the folder.
 * @throws {RangeError} when there is no such file.
 */
export function sourcesNamed(...names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const path = [...SHIM_SOURCES, ...PROGRAM_SOURCES].find((source) =>
      source.endsWith(`/${name}`)
    );
    if (path === undefined) {
      throw new RangeError(`Cannot find "${name}": no folder of ffi has it`);
    }
    return path;
  });
}

function cFilesOf(folder: string): string[] {
  return [...Deno.readDirSync(`${C_FOLDER}${folder}`)]
    .filter(({ name }) => name.endsWith(".c"))
    .map(({ name }) => `${folder}/${name}`)
    .toSorted();
}
