/**
 * A worker of the built file that nobody asks: it sleeps. Its threads are looked
 * at until they do; what they wake for after is counted.
 */

import { assert, assertEquals } from "@std/assert";
import { build } from "../ffi/build/build.ts";
import { compileHost } from "./host/host.ts";
import { loadedHost, unload, workerOf } from "./host/plugin.ts";
import { readCounters } from "./rest/figures.ts";

const { file: PLUGIN } = await build();
const FOLDER = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(FOLDER, { recursive: true });
});
const HOST = await compileHost(FOLDER);

/** Looks until a worker must have come to rest, and the time between them. */
const MAX_LOOKS = 60;
const LOOK_MS = 1000;

/** So long is counted: more than one slow look at the files. */
const COUNTED_MS = 6000;

/** Measured: 3 and 12. One that looks up every 50 ms has more than these. */
const MAX_WAKES = 60;

const CONFIGS: Readonly<Record<string, string>> = {
  "without a policy of a user": "rules: [{ name: all, policy: round_robin }]\n",
  "with a policy of a user":
    "policies: { mine: { module: mine.ts } }\nrules: [{ name: all, policy: mine }]\n",
};

for (const [name, yaml] of Object.entries(CONFIGS)) {
  Deno.test(`a worker ${name} sleeps at rest, and has no check isolate`, async () => {
    const cwd = await Deno.makeTempDir({ dir: FOLDER });
    await Deno.mkdir(`${cwd}/scheduler-policies`);
    await Deno.writeTextFile(
      `${cwd}/scheduler-policies/mine.ts`,
      "export default { pick: (all) => ({ id: all[0].id }) };\n",
    );
    await using host = await loadedHost(HOST, PLUGIN, yaml, { cwd });
    await host.pick();
    const worker = await workerOf(host);
    let wakes = Infinity;
    let isolates: string[] = [];
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      await host.command("sleep", LOOK_MS);
      const { threads } = await readCounters(worker);
      isolates = [...new Set(threads)].filter((name) => /^worker-/.test(name));
      if (isolates.length > 1) continue;
      const before = await readCounters(worker);
      await host.command("sleep", COUNTED_MS);
      wakes = (await readCounters(worker)).wakes - before.wakes;
      if (wakes <= MAX_WAKES) break;
    }
    assertEquals(isolates, ["worker-1"]);
    assert(wakes <= MAX_WAKES, `It woke ${wakes} times`);
    await unload(host);
  });
}
