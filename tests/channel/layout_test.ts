/**
 * Sizes and offsets of the shared segment: what C reports is what TypeScript
 * says.
 */

import { assertEquals } from "@std/assert";
import { buildShim } from "../../ffi/shim.ts";
import { LAYOUT } from "../../src/channel/layout.ts";
import { openLibrary } from "../../src/channel/library.ts";

Deno.test("LAYOUT is what sched_worker_layout() reports", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const library = openLibrary(await buildShim(folder));
    const reported = new Uint32Array(64);
    const count = library.symbols.sched_worker_layout(
      reported,
      reported.length,
    );
    library.close();
    assertEquals([...reported.slice(0, count)], Object.values(LAYOUT));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
