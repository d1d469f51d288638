/**
 * Runs `measure.ts` with the packages that this network reaches.
 *
 *   run.ts [seconds]   time for each, default 20
 */

import { runTask } from "../../ffi/build/build.ts";
import { packageFlags } from "../../ffi/build/packages.ts";
import { ROOT } from "../../ffi/build/paths.ts";

await runTask(async () => {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-env",
      "--allow-read",
      "--allow-run",
      "--allow-write",
      ...await packageFlags(),
      `${ROOT}tests/rest/measure.ts`,
      ...Deno.args,
    ],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  Deno.exit(code);
});
