/**
 * Loads, registers, picks, shuts down and unloads the built file many times
 * in one process, and compares what the process holds before and after.
 *
 *   lifetimes.ts [rounds]   default: 1000
 */

import { build } from "../../ffi/build/build.ts";
import { compileHost, type HostStats, TestHost } from "../host/host.ts";
import { DENIED } from "../host/plugin.ts";

const rounds = Number(Deno.args[0] ?? 1000);

async function residentKib(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "rss=", "-p", `${pid}`],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** One life; whether its pick was answered as it must be. */
async function live(host: TestHost, plugin: string): Promise<boolean> {
  await host.command("load", plugin);
  await host.configure("deny: true\n", "plugin.register");
  const { body } = await host.pick();
  await host.command("shutdown");
  await host.command("unload");
  return body === DENIED;
}

function describe(stats: HostStats, kib: number): string {
  return `threads ${stats.threads}, files ${stats.files}, mappings ` +
    `${stats.maps}, children ${stats.children.length}, memory ${kib} KiB`;
}

const { file: plugin } = await build();
const folder = await Deno.makeTempDir();
let good = true;
try {
  await using host = await TestHost.start(await compileHost(folder));
  for (let i = 0; i < 10; i++) good = await live(host, plugin) && good;
  const before = await host.stats();
  print(`before: ${describe(before, await residentKib(host.pid))}`);
  for (let i = 0; i < rounds; i++) good = await live(host, plugin) && good;
  const after = await host.stats();
  print(`after ${rounds}: ${describe(after, await residentKib(host.pid))}`);
  good &&= after.threads === before.threads && after.files === before.files &&
    after.children.length === 0 && after.maps <= before.maps + 4;
} finally {
  await Deno.remove(folder, { recursive: true });
}
print(good ? "no finding" : "FINDING: see above");
Deno.exit(good ? 0 : 1);
