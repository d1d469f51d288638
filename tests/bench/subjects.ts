/**
 * Builds what is compared: the plugin, the same one whose answers may not be
 * used again, the Go baseline, and the floor; and the harness that times them.
 */

import { build, makePlugin } from "../../ffi/build/build.ts";
import type { Replacement } from "../../ffi/build/compile.ts";
import { DIST, ROOT } from "../../ffi/build/paths.ts";
import { say } from "../../ffi/build/progress.ts";
import { C_FLAGS, compileC, findCompiler } from "../../ffi/build/shim.ts";
import type { Subject } from "./cases.ts";

const FOLDER = `${ROOT}tests/bench/`;

/** What makes a plugin whose policies must be asked for every pick. */
const ASKED: Replacement = {
  module: "src/policy/decide.ts",
  by: "tests/bench/asked/decide.ts",
  within: "src/rpc",
};

/** Files to measure; a subject that cannot be built is left out. */
export interface Subjects {
  readonly harness: string;
  readonly files: ReadonlyMap<Subject, string>;
}

async function buildHarness(folder: string): Promise<string> {
  const program = `${folder}/harness`;
  await compileC(await findCompiler(), [
    "-std=c11",
    "-O2",
    "-Wall",
    "-Wextra",
    ...["harness.c", "ring.c", "usage.c"].map((file) => `${FOLDER}${file}`),
    "-pthread",
    "-ldl",
    "-o",
    program,
  ]);
  return program;
}

async function buildFloor(folder: string): Promise<string> {
  const library = `${folder}/floor.so`;
  await compileC(await findCompiler(), [
    ...C_FLAGS,
    "-O2",
    "-shared",
    `${FOLDER}floor.c`,
    "-o",
    library,
  ]);
  return library;
}

/** The Go plugin; undefined, and said, where it cannot be made. */
async function buildBaseline(folder: string): Promise<string | undefined> {
  const library = `${folder}/baseline.so`;
  try {
    const { success, stderr } = await new Deno.Command("go", {
      args: ["build", "-buildmode=c-shared", "-o", library, "."],
      cwd: `${FOLDER}baseline`,
      env: { CGO_ENABLED: "1", GOTOOLCHAIN: "local", GOWORK: "off" },
      stdout: "null",
      stderr: "piped",
    }).output();
    if (success) return library;
    say(`The Go baseline is left out:\n${new TextDecoder().decode(stderr)}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    say("The Go baseline is left out: Go is not installed");
  }
  return undefined;
}

/**
 * Builds everything and measures with it.
 *
 * @param folder For what is only for this run.
 * @param use Gets the files; afterwards they are gone.
 */
export async function withSubjects(
  folder: string,
  use: (subjects: Subjects) => Promise<void>,
): Promise<void> {
  const { file: plugin } = await build();
  const asked = `${DIST}/bench-asked-${Deno.pid}.so`;
  try {
    say("Building what it is compared with …");
    await makePlugin(asked, [ASKED]);
    const files = new Map<Subject, string>([["plugin", plugin]]);
    files.set("asked", asked);
    const baseline = await buildBaseline(folder);
    if (baseline !== undefined) files.set("go", baseline);
    files.set("floor", await buildFloor(folder));
    await use({ harness: await buildHarness(folder), files });
  } finally {
    await Deno.remove(asked).catch(() => {});
  }
}
