/**
 * Packs amaro, which takes the types away from users' policies, for the
 * program: as it comes, its WebAssembly is a text of 3.7 MB in a script, and
 * the worker would hold that, and what the runtime makes of it, for good. Here
 * it is 1 MB, and unpacked only while policies are checked.
 */

import { Buffer } from "node:buffer";
import { deflateRawSync } from "node:zlib";
import { BuildError } from "./build_error.ts";

/** The script in the package. */
const SCRIPT = "dist/internal.js";

/** Where it makes its WebAssembly's bytes. */
const BYTES_REGEXP = /Buffer2\.from\("([A-Za-z0-9+/=]+)", "base64"\)/;

/** Names of what is made. */
const PACKED_SCRIPT = "stripper.js";
const PACKED_BYTES = "stripper.bin";

/**
 * The script as a module that finds its bytes in a file beside it.
 *
 * @param script What amaro ships.
 * @returns The module, and the file.
 * @throws {BuildError} if the script is not of the form that is known.
 */
export function packStripper(
  script: string,
): { module: string; bytes: Uint8Array } {
  const [whole, base64] = BYTES_REGEXP.exec(script) ?? [];
  if (whole === undefined || base64 === undefined) {
    throw new BuildError(
      `Cannot pack amaro: its ${SCRIPT} must hold its WebAssembly as base64`,
    );
  }
  const body = script.replace(whole, () => "inflateRawSync(packed)");
  const module = `import * as buffer from "node:buffer";
import * as util from "node:util";
import { inflateRawSync } from "node:zlib";
import packed from "./${PACKED_BYTES}" with { type: "bytes" };
const module = { exports: {} };
((module, require) => {
${body}
})(module, (name) => name === "util" ? util : buffer);
export const { transformSync } = module.exports;
`;
  return {
    module,
    bytes: deflateRawSync(Buffer.from(base64, "base64"), { level: 9 }),
  };
}

/**
 * Writes the packed stripper.
 *
 * @param amaro Folder of the package.
 * @param folder Where it goes.
 * @returns Name of the module in that folder.
 * @throws {BuildError} if it cannot be packed.
 */
export async function writeStripper(
  amaro: string,
  folder: string,
): Promise<string> {
  const script = await Deno.readTextFile(`${amaro}/${SCRIPT}`);
  const { module, bytes } = packStripper(script);
  await Deno.writeFile(`${folder}/${PACKED_BYTES}`, bytes);
  await Deno.writeTextFile(`${folder}/${PACKED_SCRIPT}`, module);
  return PACKED_SCRIPT;
}
