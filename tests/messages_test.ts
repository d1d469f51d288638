/**
 * What gets from a worker into the host's log, in the built file: its entries,
 * the words of a program that does not come up, why a worker ended; and
 * nothing that a policy made the runtime say.
 */

import { Buffer } from "node:buffer";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { PROGRAM_OFFSET } from "../ffi/build/attach.ts";
import { build } from "../ffi/build/build.ts";
import { compileHost, fixture, TestHost } from "./host/host.ts";
import { loadedHost, waitForWorker, workerOf } from "./host/plugin.ts";

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
  // That what is said is not passed on: faults_test.ts, where a worker says it
  // whatever its runtime does.
  assertMatch(log, /Policy mine: mine\.ts/);
  assert(!log.includes("FORGED"), log);
  assert(!log.includes("\x1b"), log);
  assert(!log.includes("\\u001b"), log);
});

// ---- a worker that does not come up ----

/** A copy of the plugin whose program asks the system for something else. */
async function asking(forWhat: string, insteadOf: string): Promise<string> {
  const bytes = await Deno.readFile(PLUGIN);
  const at = Buffer.from(bytes.buffer)
    .indexOf(`\0${insteadOf}\0`, PROGRAM_OFFSET);
  assert(at > 0, `the program does not need ${insteadOf}`);
  assertEquals(forWhat.length, insteadOf.length);
  bytes.set(new TextEncoder().encode(forWhat), at + 1);
  const file = `${FOLDER}/${forWhat}-plugin.so`;
  await Deno.writeFile(file, bytes, { mode: 0o755 });
  return file;
}

for (
  const [forWhat, insteadOf, said] of [
    [
      "libXcc_s.so.1",
      "libgcc_s.so.1",
      "error while loading shared libraries: libXcc_s\\.so\\.1: cannot open shared object file",
    ],
    ["GLIBC_9.27", "GLIBC_2.27", "version `GLIBC_9\\.27' not found"],
  ] as const
) {
  Deno.test(`the log says what the dynamic loader says where there is no ${forWhat}`, async () => {
    await using host = await TestHost.start(HOST);
    const plugin = await asking(forWhat, insteadOf);
    assertEquals(await host.command("load", plugin), "ok");
    await host.configure("deny: true\n", "plugin.register");
    const log = await logOf(host);
    assertMatch(
      log,
      new RegExp(
        `Cannot start the worker: \\S+: it did not come up: it ended with exit code \\d+; it says: scheduler\\.so: .*${said}`,
      ),
    );
    assertEquals(log.match(/Cannot start the worker/g)!.length, 1);
  });
}

// ---- a worker that is killed ----

/** A policy that hangs when it is asked for this model; trials do not. */
const HANGING = `
export default {
  pick(candidates, context) {
    if (context.request.model === "hang") for (;;);
    return { id: candidates[0].id };
  },
};
`;

Deno.test("the log says why a worker was killed, and in which policy", async () => {
  await using host = await hostWith(HANGING);
  const { body } = await host.pick();
  assertMatch(body, /"Handled":true/);
  const worker = await workerOf(host);
  const request = await Deno.readTextFile(fixture("pick-codex-mixed-plans"));
  await host.call(
    "scheduler.pick",
    request.replace(/"Model":"[^"]*"/, '"Model":"hang"'),
  );
  await host.command("sleep", 1500);
  await waitForWorker(host);
  assertNotEquals(await workerOf(host), worker);
  const log = await logOf(host);
  assertMatch(
    log,
    /The worker was killed, since it gave no sign of life for \d+ ms; policy mine ran; a new one is started/,
  );
  assert(!log.includes("ended by signal"), log);
});

Deno.test("the log says that it was not the plugin that killed a worker", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "deny: true\n");
  Deno.kill(await workerOf(host), "SIGKILL");
  assertMatch(
    await logOf(host),
    /The worker was ended by signal 9, which the plugin did not send/,
  );
});
