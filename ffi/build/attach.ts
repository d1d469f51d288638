/**
 * Puts the shim in front of a program: the last step of a build.
 */

import { BuildError } from "./build_error.ts";

/** Where the program begins in the file, as in ffi/program/program.h. */
export const PROGRAM_OFFSET = 131072;

/**
 * Writes shim, padding and program into one new file, mode 0755.
 *
 * @throws {BuildError} if the shim is larger than the room before a program.
 */
export async function attach(
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
  await Deno.writeFile(file, padded, { createNew: true });
  const output = await Deno.open(file, { append: true });
  const input = await Deno.open(program);
  await input.readable.pipeTo(output.writable);
  await Deno.chmod(file, 0o755);
}
