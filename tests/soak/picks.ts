/**
 * A hundred million picks from 64 threads while good and bad configs come and
 * go: not one torn or wrong answer, and a pick that began after a reconfigure
 * returned shows the new config.
 *
 *   picks.ts [picks]   default: 100000000
 */

import { build } from "../../ffi/build/build.ts";
import {
  compileHost,
  fixture,
  lifecycleRequest,
  TestHost,
} from "../host/host.ts";
import {
  delegated,
  DENIED,
  loadedHost,
  picked,
  UNHANDLED,
} from "../host/plugin.ts";

const THREADS = 64;
const ID = "codex:apikey:543e8bf651b0";

/** Config, its answer, and what a pick may get when the worker is late. */
const CONFIGS: readonly [yaml: string, answer: string, late: string][] = [
  ["deny: true\n", DENIED, DENIED],
  ["delegate: fill-first\n", delegated("fill-first"), delegated("fill-first")],
  [`auth_id: '${ID}'\n`, picked(ID), UNHANDLED],
];

async function storm(host: TestHost, picks: number): Promise<string> {
  const words: string[] = [];
  for (const [yaml, answer, late] of CONFIGS) {
    words.push(await host.file(lifecycleRequest(yaml)));
    words.push(await host.file(answer), await host.file(late));
  }
  const each = Math.ceil(picks / THREADS);
  const pick = fixture("pick-codex-mixed-plans");
  return await host.command("storm", THREADS, each, pick, ...words);
}

const { file: plugin } = await build();
const folder = await Deno.makeTempDir();
let line: string;
try {
  await using host = await loadedHost(await compileHost(folder), plugin, "");
  line = await storm(host, Number(Deno.args[0] ?? 100_000_000));
  await host.command("shutdown");
} finally {
  await Deno.remove(folder, { recursive: true });
}
const good = / wrong 0 /.test(line);
Deno.stdout.writeSync(
  new TextEncoder().encode(`${line}\n${good ? "no finding" : "FINDING"}\n`),
);
Deno.exit(good ? 0 : 1);
