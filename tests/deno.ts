/**
 * Runs Deno in the project's folder, for the tasks beside this file.
 */

import { ROOT } from "../ffi/build/paths.ts";

/**
 * Runs a command of the Deno that runs this; its output goes where ours goes.
 *
 * @param args What follows `deno`.
 * @returns Whether it exits with 0.
 */
export async function deno(args: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return success;
}
