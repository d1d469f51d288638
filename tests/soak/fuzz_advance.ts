/**
 * The fuzzer of the answers in advance (`fuzz_advance.c`); how it is run is in
 * `c_fuzzer.ts`.
 *
 *   fuzz_advance.ts [seconds] [input …]   inputs: run these files only
 */

import { sourcesNamed } from "../../ffi/build/sources.ts";
import { runFuzzer } from "./c_fuzzer.ts";

await runFuzzer({
  name: "advance",
  file: "fuzz_advance",
  sources: [
    ...sourcesNamed(
      "advance.c",
      "advance_keep.c",
      "advance_keys.c",
      "advance_lists.c",
      "channel.c",
      "publication.c",
      "readers.c",
      "request_parts.c",
    ),
  ],
  // Some hundred picks and answers. A guess.
  inputBytes: 4096,
});
