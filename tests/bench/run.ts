/**
 * The benchmark: the built file in a host, then the policies and the
 * dispatcher alone. Figures, not a gate.
 *
 *   run.ts [--quick]   --quick: under a minute, and nothing is kept
 */

import { runTask } from "../../ffi/build/build.ts";
import { packageFlags } from "../../ffi/build/packages.ts";
import { ROOT } from "../../ffi/build/paths.ts";
import { deno } from "../deno.ts";

const FOLDER = `${ROOT}tests/bench/`;

const PERMISSIONS = [
  "--allow-env",
  "--allow-net",
  "--allow-read",
  "--allow-run",
  "--allow-sys",
  "--allow-write",
];

await runTask(async () => {
  const flags = await packageFlags();
  const measure = `${FOLDER}measure.ts`;
  const results = [
    await deno(["run", ...PERMISSIONS, ...flags, measure, ...Deno.args]),
    await deno(["bench", ...flags, `${FOLDER}pick_bench.ts`]),
  ];
  Deno.exit(results.every((good) => good) ? 0 : 1);
});
