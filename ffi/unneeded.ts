/**
 * What `deno compile` would put into the program although nothing there needs
 * it: of an npm package it takes every file. The worker holds all of its
 * program in memory, so each megabyte counts.
 */

import { join } from "node:path";
import { BuildError } from "./build_error.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Files and folders of packages that nothing imports: what is bundled into
 * another file, is for browsers or `require`, or is a command.
 */
const UNNEEDED: Readonly<Record<string, readonly string[]>> = {
  acorn: ["bin", "dist/acorn.js"],
  amaro: ["lib"],
  argparse: ["argparse.js", "lib"],
  "js-yaml": ["bin", "dist/js-yaml.js", "dist/js-yaml.min.js", "lib"],
  yaml: ["browser"],
};

/** The Deno that compiles. */
type Tool = Pick<Runtime, "deno" | "env">;

/** What Deno says of an npm package. */
interface NpmPackage {
  readonly name: string;
  readonly version: string;
  readonly registryUrl: string;
}

async function info<T>(
  { deno, env }: Tool,
  args: readonly string[],
): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(deno, {
    args: ["info", "--json", ...args],
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new BuildError(
      `Cannot find the packages: ${decoder.decode(stderr).trim()}`,
    );
  }
  return JSON.parse(decoder.decode(stdout)) as T;
}

/** A package's folder in the cache: `registry.npmjs.org/acorn/8.19.0`. */
export function folderOf({ name, version, registryUrl }: NpmPackage): string {
  const { hostname, port, pathname } = new URL(registryUrl);
  const host = port === "" ? hostname : `${hostname}_${port}`;
  return join(host, pathname, name, version);
}

/**
 * Finds it. Downloads the packages, if need be.
 *
 * @param deno The Deno that compiles, and environment for it.
 * @param args Flags for it, and the program's main module.
 * @returns Paths to leave out.
 * @throws {BuildError} if the packages cannot be had.
 */
export async function unneededFiles(
  deno: Tool,
  args: readonly string[],
): Promise<string[]> {
  const { npmCache } = await info<{ npmCache: string }>(deno, []);
  const { npmPackages = {} } = await info<
    { npmPackages?: Readonly<Record<string, NpmPackage>> }
  >(deno, args);
  const paths: string[] = [];
  for (const found of Object.values(npmPackages)) {
    for (const unneeded of UNNEEDED[found.name] ?? []) {
      const path = join(npmCache, folderOf(found), unneeded);
      if (await exists(path)) paths.push(path);
    }
  }
  return paths;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
