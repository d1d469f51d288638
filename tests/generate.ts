/**
 * Writes what the documents hold that is made from the code. Run with the
 * packages that this network reaches.
 */

import { runTask } from "../ffi/build/build.ts";
import { packageFlags } from "../ffi/build/packages.ts";
import { deno } from "./deno.ts";

await runTask(async () => {
  const good = await deno([
    "run",
    "--no-lock",
    "--allow-read",
    "--allow-write",
    "--allow-run",
    "--allow-env",
    ...await packageFlags(),
    "tests/docs/write.ts",
  ]);
  Deno.exit(good ? 0 : 1);
});
