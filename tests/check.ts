/**
 * Formatting, lint and types of everything, with the packages that this
 * network reaches. Exit code 1 if any of them finds something.
 */

import { runTask } from "../ffi/build/build.ts";
import { packageFlags } from "../ffi/build/packages.ts";
import { say } from "../ffi/build/progress.ts";
import { deno } from "./deno.ts";

await runTask(async () => {
  const flags = await packageFlags();
  const sources = ["main.ts", "src", "ffi", "tests", "examples"];
  const results = [
    await deno(["fmt", "--check"]),
    await deno(["lint"]),
    await deno(["check", ...flags, ...sources]),
  ];
  const good = results.every((result) => result);
  say(good ? "Formatting, lint and types: good" : "See above");
  Deno.exit(good ? 0 : 1);
});
