/**
 * What the worker of the built file takes at rest: without any policy of a
 * user, with one, and with ten. Figures for a release, not a gate.
 *
 *   measure.ts [seconds]   time for each, default 20
 */

import { runTask } from "../../ffi/build/build.ts";
import { PLUGIN_FILE } from "../../ffi/build/paths.ts";
import { compileHost, type TestHost } from "../host/host.ts";
import { loadedHost, unload, workerOf } from "../host/plugin.ts";
import { type RestFigures, watchRest } from "./figures.ts";

/** Until what a start needs has been let go, and V8 has collected what it left. */
const SETTLE_MS = 45_000;

const POLICY = `
export default {
  pick(candidates: readonly { id: string }[]): { id: string } {
    return { id: candidates[0]!.id };
  },
};
`;

function configOf(policies: number): string {
  if (policies === 0) return "rules: [{ name: all, policy: round_robin }]\n";
  const names = Array.from({ length: policies }, (_, index) => `mine_${index}`);
  return `policies:\n${
    names.map((name) => `  ${name}: { module: mine.ts }\n`).join("")
  }rules: [{ name: all, policy: mine_0 }]\n`;
}

async function measure(
  program: string,
  folder: string,
  policies: number,
  seconds: number,
): Promise<RestFigures> {
  const cwd = await Deno.makeTempDir({ dir: folder });
  await Deno.mkdir(`${cwd}/scheduler-policies`);
  await Deno.writeTextFile(`${cwd}/scheduler-policies/mine.ts`, POLICY);
  const host: TestHost = await loadedHost(
    program,
    PLUGIN_FILE,
    configOf(policies),
    { cwd },
  );
  for (let i = 0; i < 10; i++) await host.pick();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const figures = await watchRest(await workerOf(host), seconds * 1000);
  await unload(host);
  return figures;
}

function describe(policies: number, figures: RestFigures): string {
  const mb = (kib: number) => `${(kib * 1024 / 1e6).toFixed(1)} MB`;
  return [
    `${policies} policies`.padEnd(12),
    `resident ${mb(figures.residentKib)}`,
    `its own ${mb(figures.ownKib)}`,
    `threads ${figures.threads}`,
    `wakes ${figures.wakesPerS.toFixed(1)}/s`,
    `processor ${figures.cpuPercent.toFixed(3)} %`,
  ].join("  ");
}

await runTask(async () => {
  const seconds = Number(Deno.args[0] ?? "20");
  const folder = await Deno.makeTempDir();
  const program = await compileHost(folder);
  for (const policies of [0, 1, 10]) {
    const figures = await measure(program, folder, policies, seconds);
    await Deno.stdout.write(
      new TextEncoder().encode(`${describe(policies, figures)}\n`),
    );
  }
  await Deno.remove(folder, { recursive: true });
});
