/**
 * The fuzzer of the channel's host side (`fuzz_channel.c`); how it is run is
 * in `c_fuzzer.ts`.
 *
 *   fuzz_channel.ts [seconds] [input …]   inputs: run these files only
 */

import { sourcesNamed } from "../../ffi/build/sources.ts";
import { runFuzzer } from "./c_fuzzer.ts";

await runFuzzer({
  name: "channel",
  file: "fuzz_channel",
  // The others it includes, to stand between them.
  sources: [...sourcesNamed("spin.c")],
  // Some hundred steps of a worker. A guess.
  inputBytes: 2048,
});
