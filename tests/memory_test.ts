/**
 * The memory that a worker of the built file holds at rest: a budget that
 * later work is held to. Resident memory counts the pages of the plugin's
 * file, which several workers share; what is anonymous is each worker's own.
 */

import { assert } from "@std/assert";
import { build } from "../ffi/build/build.ts";
import { compileHost } from "./host/host.ts";
import { loadedHost, unload, workerOf } from "./host/plugin.ts";

const { file: PLUGIN } = await build();
const FOLDER = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(FOLDER, { recursive: true });
});
const HOST = await compileHost(FOLDER);

/** Until then a worker must have come to rest, on a machine that is busy. */
const PATIENCE_MS = 40_000;
const LOOK_MS = 500;

/** In MiB. Measured: 44 and 34 without a policy, 61 and 44 with one. */
interface Budget {
  readonly resident: number;
  readonly own: number;
}

async function memoryOf(pid: number): Promise<Budget> {
  // Deno itself reads what is in /proc only if it may do anything.
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/smaps_rollup`],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const mib = (name: string) =>
    Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1]) / 1024;
  return { resident: mib("Rss"), own: mib("Anonymous") };
}

const CONFIGS: readonly [name: string, yaml: string, budget: Budget][] = [
  [
    "without a policy of a user",
    "rules: [{ name: all, policy: round_robin }]\n",
    {
      resident: 60,
      own: 42,
    },
  ],
  [
    "with a policy of a user",
    "policies: { mine: { module: mine.ts } }\nrules: [{ name: all, policy: mine }]\n",
    { resident: 80, own: 55 },
  ],
];

for (const [name, yaml, budget] of CONFIGS) {
  Deno.test(`a worker ${name} is within its budget at rest`, async () => {
    const cwd = await Deno.makeTempDir({ dir: FOLDER });
    await Deno.mkdir(`${cwd}/scheduler-policies`);
    await Deno.writeTextFile(
      `${cwd}/scheduler-policies/mine.ts`,
      "export default { pick: (all) => ({ id: all[0].id }) };\n",
    );
    await using host = await loadedHost(HOST, PLUGIN, yaml, { cwd });
    for (let i = 0; i < 10; i++) await host.pick();
    const worker = await workerOf(host);
    let memory: Budget;
    let waited = 0;
    do {
      await host.command("sleep", LOOK_MS);
      memory = await memoryOf(worker);
    } while (
      (waited += LOOK_MS) < PATIENCE_MS &&
      (memory.resident > budget.resident || memory.own > budget.own)
    );
    assert(
      memory.resident <= budget.resident && memory.own <= budget.own,
      `${JSON.stringify(memory)} of ${JSON.stringify(budget)} MiB`,
    );
    await unload(host);
  });
}
