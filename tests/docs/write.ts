/** Writes the made parts into their pages; `deno task generate` runs it. */

import { generate } from "./generated.ts";

await generate();
