/**
 * The fuzzer of what looks into a config (`fuzz_may_close.c`); how it is run is
 * in `c_fuzzer.ts`.
 *
 *   fuzz_may_close.ts [seconds] [input …]   inputs: run these files only
 */

import { sourcesNamed } from "../../ffi/build/sources.ts";
import { runFuzzer } from "./c_fuzzer.ts";

await runFuzzer({
  name: "may close",
  file: "fuzz_may_close",
  sources: [...sourcesNamed("may_close.c")],
  // Longer than the gap that is looked through. A guess.
  inputBytes: 8192,
});
