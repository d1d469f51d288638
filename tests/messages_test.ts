/**
 * What gets from a worker into the host's log, in the built file: its entries,
 * the words of a program that does not come up, why a worker ended; and
 * nothing that a policy made the runtime say.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { build } from "../ffi/build.ts";
import { compileHost, fixture, TestHost } from "./host/host.ts";
import { loadedHost } from "./host/plugin.ts";

const { file: PLUGIN } = await build();
const FOLDER = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(FOLDER, { recursive: true });
});
const HOST = await compileHost(FOLDER);

/** Long enough for the worker to have told what it has to tell. */
const TOLD_MS = 500;

/** A host with a policy of these lines in force. */
async function hostWith(policy: string): Promise<TestHost> {
  const cwd = await Deno.makeTempDir({ dir: FOLDER });
  await Deno.mkdir(`${cwd}/scheduler-policies`);
  await Deno.writeTextFile(`${cwd}/scheduler-policies/mine.ts`, policy);
  return await loadedHost(
    HOST,
    PLUGIN,
    "policies: { mine: { module: mine.ts } }\nrules: [{ name: mine, policy: mine }]\n",
    { cwd },
  );
}

/** Shuts the host down; what its log says by then. */
async function logOf(host: TestHost): Promise<string> {
  await host.command("sleep", TOLD_MS);
  await host.command("shutdown");
  await host.command("unload");
  const { code, stderr } = await host.end();
  assertEquals(code, 0);
  return stderr;
}

/** What a policy would have in the log. */
const FORGED = '{"level":"error","message":"scheduler: FORGED","fields":{}}';

/**
 * A policy that lets the runtime fail near the end of its stack while it
 * writes the stack of an error, which it then quotes.
 */
const FORGING = `
const text = "\\n${
  FORGED.replaceAll('"', '\\"')
}\\n\\u001b[31m# Fatal FORGED:\\nscheduler: FORGED\\nerror: Uncaught FORGED\\n";
let count = 0;
function fall() {
  try {
    fall();
  } catch (error) {
    count++;
    if (count < 4000 && count % 7 === 0) new Error(text).stack;
    throw error;
  }
}
export default {
  pick(candidates) {
    count = 0;
    try { fall(); } catch { }
    return { id: candidates[0].id };
  },
};
`;

Deno.test("a policy can forge no entry, whatever it makes the runtime say", async () => {
  await using host = await hostWith(FORGING);
  for (let i = 0; i < 3; i++) {
    await host.command(
      "call",
      "scheduler.pick",
      fixture("pick-codex-mixed-plans"),
    );
  }
  const log = await logOf(host);
  // It did say something, in its trial at least.
  assertMatch(log, /The worker's runtime has written to its stderr/);
  assertEquals(log.match(/written to its stderr/g)!.length, 1);
  assert(!log.includes("FORGED"), log);
  assert(!log.includes("\x1b"), log);
  assert(!log.includes("\\u001b"), log);
});
