/**
 * The folder for what the build downloads once: `$XDG_CACHE_HOME` or
 * `~/.cache`, then `cliproxyapi-scheduler`.
 */

import { BuildError } from "../build_error.ts";

/**
 * Makes the folder if need be.
 *
 * @returns Its path.
 * @throws {BuildError} if there is no home folder, or it cannot be written.
 */
export async function cacheFolder(): Promise<string> {
  const home = Deno.env.get("HOME");
  const base = Deno.env.get("XDG_CACHE_HOME") ||
    (home ? `${home}/.cache` : undefined);
  if (!base?.startsWith("/")) {
    throw new BuildError(
      "Cannot find a folder for downloads: set HOME or XDG_CACHE_HOME to an absolute path",
    );
  }
  const folder = `${base}/cliproxyapi-scheduler`;
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw new BuildError(
      `Cannot make the folder "${folder}" for downloads: ${String(error)}`,
    );
  }
  return folder;
}
