/**
 * The long tests, one after another: figures for a release, not a gate.
 *
 *   run.ts [seconds]   time for each fuzzer and property test, default 60
 */

import { build, runTask } from "../../ffi/build/build.ts";
import { packageFlags } from "../../ffi/build/packages.ts";
import { ROOT } from "../../ffi/build/paths.ts";

/** As in tests/run.ts. */
const PERMISSIONS = [
  "--allow-env",
  "--allow-ffi",
  "--allow-read",
  "--allow-run",
  "--allow-write",
];

async function run(name: string, args: readonly string[]): Promise<boolean> {
  Deno.stdout.writeSync(new TextEncoder().encode(`== ${name}\n`));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...PERMISSIONS,
      ...await packageFlags(),
      `${ROOT}tests/soak/${name}.ts`,
      ...args,
    ],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return success;
}

await runTask(async () => {
  await build();
  const seconds = Deno.args[0] ?? "60";
  const results = [
    await run("lifetimes", []),
    await run("picks", []),
    await run("properties", [seconds]),
    await run("fuzz_advance", [seconds]),
    await run("fuzz_channel", [seconds]),
    await run("fuzz_may_close", [seconds]),
    await run("fuzz_program", [seconds]),
  ];
  Deno.exit(results.every((good) => good) ? 0 : 1);
});
