/**
 * `version`: what this file is made of, and which hosts it fits.
 */

import { NEWEST_SCHEMA } from "../rpc/registration.ts";
import { VERSION } from "../version.ts";
import type { Io, Outcome, ProgramFacts } from "./io.ts";
import { escapeInvisible } from "./printable.ts";

/** Version of the host's C interface, as ffi/host/cliproxy_abi.h has it. */
const HOST_ABI = 1;

const BYTES_PER_MIB = 1024 * 1024;

/**
 * Shows the versions.
 *
 * @param io Knows what the program is made of.
 * @returns One line per fact.
 */
export async function version(io: Io): Promise<Outcome> {
  const facts = await io.facts();
  const lines = [
    `scheduler  ${VERSION}`,
    `host       ABI ${HOST_ABI}, schema ${NEWEST_SCHEMA}`,
    `deno       ${facts.deno}, ${facts.target}`,
    `v8         ${facts.v8}`,
    ...originLines(facts),
  ];
  const stdout = lines.map((line) => `${escapeInvisible(line)}\n`).join("");
  return { exitCode: 0, stdout, stderr: "" };
}

function originLines(facts: ProgramFacts): string[] {
  if (facts.file === undefined) return ["file       run from source"];
  const { path, bytes } = facts.file;
  const size = `${(bytes / BYTES_PER_MIB).toFixed(1)} MiB`;
  const runtime = facts.runtime ?? "of unknown origin";
  return [`runtime    ${runtime}`, `file       ${path}, ${size}`];
}
