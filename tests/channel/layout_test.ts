/**
 * Sizes and offsets of the shared segment: what C reports is what TypeScript
 * says.
 */

import { assertEquals } from "@std/assert";
import { buildShim } from "../../ffi/build/shim.ts";
import { LAYOUT } from "../../src/channel/layout.ts";
import { MAX_LIST_BYTES } from "../../src/rpc/known_lists.ts";

Deno.test("LAYOUT is what sched_worker_layout() reports", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const library = Deno.dlopen(await buildShim(folder), {
      sched_worker_layout: { parameters: [], result: "pointer" },
    });
    const view = new Deno.UnsafePointerView(
      library.symbols.sched_worker_layout()!,
    );
    const count = view.getUint32(0);
    const reported = Array.from(
      { length: count },
      (_, i) => view.getUint32(4 + 4 * i),
    );
    library.close();
    assertEquals(reported, Object.values(LAYOUT));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("MAX_LIST_BYTES is what the C side remembers", () => {
  assertEquals(MAX_LIST_BYTES, LAYOUT.maxListBytes);
});
