/**
 * Where the npm packages of the program are: in the cache of the Deno that
 * compiles.
 */

import { join } from "node:path";
import { BuildError } from "./build_error.ts";
import type { Runtime } from "./runtime.ts";

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
 * Finds them. Downloads the packages, if need be.
 *
 * @param tool The Deno that compiles, and environment for it.
 * @param args Flags for it, and the program's main module.
 * @returns Folders by the packages' names; of those that were found.
 * @throws {BuildError} if the packages cannot be had.
 */
export async function npmFolders(
  tool: Tool,
  args: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { npmCache } = await info<{ npmCache: string }>(tool, []);
  const { npmPackages = {} } = await info<
    { npmPackages?: Readonly<Record<string, NpmPackage>> }
  >(tool, args);
  const folders = new Map<string, string>();
  for (const found of Object.values(npmPackages)) {
    const folder = join(npmCache, folderOf(found));
    if (await exists(folder)) folders.set(found.name, folder);
  }
  return folders;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
