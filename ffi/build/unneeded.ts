/**
 * What `deno compile` would put into the program although nothing there needs
 * it: of an npm package it takes every file. The worker holds all of its
 * program in memory, so each megabyte counts.
 */

/**
 * Files and folders of packages that nothing imports: what is bundled into
 * another file, is for browsers or `require`, or is a command.
 */
const UNNEEDED: Readonly<Record<string, readonly string[]>> = {
  acorn: ["bin", "dist/acorn.js"],
  argparse: ["argparse.js", "lib"],
  "js-yaml": ["bin", "dist/js-yaml.js", "dist/js-yaml.min.js", "lib"],
  yaml: ["browser"],
};

/**
 * Finds it.
 *
 * @param folders Of the program's packages, by name.
 * @returns Paths to leave out.
 */
export function unneededFiles(
  folders: ReadonlyMap<string, string>,
): readonly string[] {
  return [...folders].flatMap(([name, folder]) =>
    (UNNEEDED[name] ?? []).map((path) => `${folder}/${path}`)
  );
}
