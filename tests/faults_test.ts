/**
 * Everything that can happen to a worker, under load from 16 threads: the
 * host goes on, picks get the answer on failure, a refusal stays a refusal.
 * Times are printed, never asserted.
 *
 * The plugin is a build whose pick isolate does what the model of a pick
 * says: tests/hostile/dispatcher.ts.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { makePlugin } from "../ffi/build/build.ts";
import { DIST, PLUGIN_FILE } from "../ffi/build/paths.ts";
import { SEALED_TEXTS } from "../ffi/build/shim.ts";
import { compileHost, fixture, TestHost } from "./host/host.ts";
import {
  DENIED,
  loadedHost,
  picked,
  UNHANDLED,
  unload,
  waitForWorker,
  workerOf,
} from "./host/plugin.ts";

const THREADS = 16;

/** How often each fault is made: enough for the pauses between starts. */
const ROUNDS = 5;

/** Longer than a worker must have served to be started again at once. */
const PROVEN_MS = 1050;

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
  Deno.removeSync(PLUGIN);
});
const HOST = await compileHost(folder);
const PLUGIN = `${DIST}/hostile-${Deno.pid}.so`;
await makePlugin(PLUGIN, [{
  module: "src/rpc/dispatcher.ts",
  by: "tests/hostile/dispatcher.ts",
  within: "src/worker",
}]);

const ID = "codex:apikey:543e8bf651b0";
const SEALED = SEALED_TEXTS["SEALED_REFUSAL"]!;
const PICK = fixture("pick-codex-mixed-plans");

function hostileRequest(what: string): string {
  return `{"Model":"hostile:${what}","Candidates":[{"ID":"a"}]}`;
}

/** Makes one fault; the worker is dead or dying when it returns. */
type Fault = (host: TestHost, worker: number) => Promise<unknown>;

const FAULTS: Readonly<Record<string, Fault>> = {
  "killed": (_, worker) => Promise.resolve(Deno.kill(worker, "SIGKILL")),
  "stopped": (_, worker) => Promise.resolve(Deno.kill(worker, "SIGSTOP")),
  "looping": (host) => host.call("hostile:loop", "{}"),
  "out of heap": (host) => host.call("hostile:heap", "{}"),
  "out of memory": (host) => host.call("hostile:buffers", "{}"),
  "scribbling": (host) => host.call("hostile:scribble", "{}"),
  // Ends only when its turn is over.
  "exited": async (host) => {
    await host.call("hostile:exit", "{}");
    await host.command("sleep", 400);
  },
};

interface LoadReport {
  readonly picks: number;
  readonly late: number;
  readonly wrong: number;
  readonly longestUs: number;
}

async function loadReport(host: TestHost): Promise<LoadReport> {
  const line = await host.command("load-report");
  const [, picks, late, wrong, longestUs] =
    /^picks (\d+) late (\d+) wrong (\d+) longest_us (\d+)$/.exec(line) ?? [];
  return {
    picks: Number(picks),
    late: Number(late),
    wrong: Number(wrong),
    longestUs: Number(longestUs),
  };
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function startLoad(
  host: TestHost,
  answer: string,
  late: string,
): Promise<void> {
  await host.command(
    "load-start",
    THREADS,
    PICK,
    await host.file(answer),
    await host.file(late),
  );
}

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`a worker that is ${name} costs late picks only, ${ROUNDS} times`, async () => {
    await using host = await loadedHost(HOST, PLUGIN, `auth_id: '${ID}'\n`);
    const wanted = await host.file(picked(ID));
    await startLoad(host, picked(ID), UNHANDLED);
    const backMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await host.command("sleep", PROVEN_MS);
      await waitForWorker(host);
      await fault(host, await workerOf(host));
      const line = await host.command("await", PICK, wanted, 10_000);
      assertMatch(line, /^ms \d+$/);
      backMs.push(Number(line.slice(3)));
    }
    await host.command("load-stop");
    const { picks, late, wrong, longestUs } = await loadReport(host);
    say(
      `${name}: picks ${picks}, late ${late}, wrong ${wrong}, longest ${
        (longestUs / 1000).toFixed(0)
      } ms, handled again after at most ${Math.max(...backMs)} ms`,
    );
    assertEquals(wrong, 0);
    assert(picks > ROUNDS * THREADS);
    await unload(host);
  });
}

Deno.test("answers in advance go on while the worker is killed and stopped", async () => {
  await using host = await loadedHost(HOST, PLUGIN_FILE, `auth_id: '${ID}'\n`);
  assertEquals((await host.pick()).body, picked(ID));
  await startLoad(host, picked(ID), "there is no other answer");
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    Deno.kill(await workerOf(host), signal);
    await host.command("sleep", 300);
  }
  await host.command("load-stop");
  const { picks, late, wrong } = await loadReport(host);
  assertEquals({ late, wrong }, { late: 0, wrong: 0 });
  assert(picks > THREADS, `${picks} picks`);
  await unload(host);
});

Deno.test("no fault lets a pick through while denying, reconfigured meanwhile", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "deny: true\n");
  const registration = await host.configure("deny: true\n");
  await startLoad(host, DENIED, DENIED);
  for (const [name, fault] of Object.entries(FAULTS)) {
    await fault(host, await workerOf(host));
    for (const yaml of ["deny: true\n", "deny: [1]\n", "deny: yes\n"]) {
      assertEquals(await host.configure(yaml), registration, name);
    }
    await host.command("sleep", PROVEN_MS);
    await waitForWorker(host);
  }
  await host.command("load-stop");
  const { picks, wrong } = await loadReport(host);
  assertEquals(wrong, 0);
  assert(picks > 1000, `${picks} picks`);
  await unload(host);
});

Deno.test("the last config given while there is no worker is in force after", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "deny: true\n");
  Deno.kill(await workerOf(host), "SIGSTOP");
  await host.pick();
  await host.configure("delegate: fill-first\n");
  await host.configure(`auth_id: '${ID}'\n`);
  const line = await host.command(
    "await",
    PICK,
    await host.file(picked(ID)),
    15_000,
  );
  assertMatch(line, /^ms \d+$/);
  await unload(host);
});

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`shutdown and unload work while the worker is ${name}`, async () => {
    await using host = await loadedHost(HOST, PLUGIN, "");
    await fault(host, await workerOf(host));
    const line = await host.command("shutdown");
    assertMatch(line, /^ok \d+$/);
    say(`shutdown while ${name}: ${line.slice(3)} ms`);
    assertEquals((await host.stats()).children, []);
    assertEquals(await host.command("unload"), "ok");
  });
}

Deno.test("shutdown works before the first worker is up, and while one restarts", async () => {
  await using host = await TestHost.start(HOST);
  await host.command("load", PLUGIN);
  assertMatch(await host.command("shutdown"), /^ok \d+$/);
  assertEquals(await host.command("unload"), "ok");
  await host.command("load", PLUGIN);
  await host.configure("", "plugin.register");
  Deno.kill(await workerOf(host), "SIGKILL");
  await host.command("sleep", 5);
  assertMatch(await host.command("shutdown"), /^ok \d+$/);
  assertEquals((await host.stats()).children, []);
  assertEquals(await host.command("unload"), "ok");
});

Deno.test("a policy finds every door closed", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "");
  const { body } = await host.call("hostile:doors", "{}");
  const { result: attempts } = JSON.parse(body) as {
    result: Record<string, string>;
  };
  assertEquals(Object.keys(attempts).length, 13);
  for (const [door, result] of Object.entries(attempts)) {
    const expected = door === "ask for a permission"
      ? "done: denied"
      : "NotCapable";
    assertEquals([door, result], [door, expected]);
  }
  await unload(host);
});

Deno.test("a policy finds nothing of the runtime in its global scope", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "");
  const { body } = await host.call("hostile:globals", "{}");
  const { result } = JSON.parse(body) as { result: Record<string, string> };
  for (const [name, type] of Object.entries(result)) {
    assertEquals([name, type], [name, "undefined"]);
  }
  await unload(host);
});

Deno.test("a denial told between two configs that no worker could be asked about holds", async () => {
  const copy = `${folder}/gone-and-back.so`;
  await Deno.copyFile(PLUGIN, copy);
  await using host = await loadedHost(HOST, copy, `auth_id: '${ID}'\n`);
  await Deno.rename(copy, `${copy}.away`);
  Deno.kill(await workerOf(host), "SIGKILL");
  const registration = await host.configure("deny: true\n");
  assertEquals(await host.configure("deny: [\n"), registration);
  await Deno.rename(`${copy}.away`, copy);
  await waitForWorker(host);
  assertEquals((await host.pick()).body, DENIED);
  await unload(host);
});

Deno.test("no fault lets a pick through while sealed, reconfigured meanwhile", async () => {
  await using host = await TestHost.start(HOST);
  await host.command("load", PLUGIN);
  const yaml = "policy: round_robin\notherwise: refuze\n";
  assertEquals((await host.configure(yaml, "plugin.register")).rc, 0);
  await startLoad(host, SEALED, SEALED);
  for (let times = 0; times < 5; times++) {
    Deno.kill(await workerOf(host), times % 2 === 0 ? "SIGKILL" : "SIGSTOP");
    assertEquals((await host.configure(yaml)).rc, 0);
    await waitForWorker(host);
  }
  await host.command("load-stop");
  const { picks, wrong } = await loadReport(host);
  assertEquals(wrong, 0);
  assert(picks > 1000, `${picks} picks`);
  await unload(host);
});

Deno.test("a first config that no worker survives, and that may close something, stays sealed", async () => {
  await using host = await TestHost.start(HOST);
  await host.command("load", PLUGIN);
  const yaml = "# hostile:nonsense\notherwise: refuse\n";
  const { rc } = await host.configure(yaml, "plugin.register");
  assertEquals(rc, 0);
  assertEquals((await host.pick()).body, SEALED);
  // Three of them are given it, one for each call; the next one is not.
  for (let times = 0; times < 3; times++) {
    assertEquals((await host.configure(yaml)).rc, 0);
    assertEquals((await host.pick()).body, SEALED);
  }
  await waitForWorker(host, 30_000);
  assertEquals((await host.pick()).body, SEALED);
  await host.configure(`auth_id: '${ID}'\n`);
  assertEquals((await host.pick()).body, picked(ID));
  await host.command("shutdown");
  const { stderr } = await host.end();
  assertStringIncludes(
    stderr,
    "3 workers did not survive it; every pick is refused",
  );
});

Deno.test("two inits take two shutdowns, and a third does nothing", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "deny: true\n");
  await host.command("init");
  await host.command("shutdown");
  assertEquals((await host.pick()).body, DENIED);
  await host.command("shutdown");
  await host.command("shutdown");
  assertEquals((await host.stats()).children, []);
  assertEquals(await host.command("unload"), "ok");
});

Deno.test("a policy's exception gives the answer on failure and tells no secret", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "auth_id: a\n");
  const pickFor = async (what: string) =>
    (await host.call("scheduler.pick", hostileRequest(what))).body;
  assertEquals(await pickFor("throw"), UNHANDLED);
  assertEquals(await pickFor("log"), picked("a"));
  assertEquals(await pickFor("reject"), picked("a"));
  await host.command("sleep", 400);
  assertEquals((await host.pick()).body, UNHANDLED);
  assertEquals((await host.stats()).children.length, 1);
  await host.command("shutdown");
  const { stderr } = await host.end();
  assertEquals(stderr.includes("secret"), false, stderr);
});

Deno.test("nothing that a worker writes to its stderr is passed on, but that it did", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "auth_id: a\n");
  for (let i = 0; i < 3; i++) {
    await host.call("scheduler.pick", hostileRequest("say"));
  }
  await host.command("sleep", 400);
  await host.command("shutdown");
  const { stderr } = await host.end();
  assertEquals(
    stderr.match(/The worker's runtime has written to its stderr/g)?.length,
    1,
    stderr,
  );
  assertEquals(stderr.includes("FORGED"), false, stderr);
  assertEquals(stderr.includes("\x1b"), false, stderr);
});

Deno.test("two copies in one process do not disturb each other", async () => {
  const copy = `${folder}/copy.so`;
  await Deno.copyFile(PLUGIN, copy);
  await using host = await loadedHost(HOST, PLUGIN, "deny: true\n");
  const first = await workerOf(host);
  // The host keeps the first one mapped, and talks to the second.
  assertEquals(await host.command("load", copy), "ok");
  await host.configure(`auth_id: '${ID}'\n`, "plugin.register");
  assertEquals((await host.pick()).body, picked(ID));
  const { children } = await host.stats();
  assertEquals(children.length, 2);
  const second = children.find((pid) => pid !== first)!;
  assertNotEquals(second, undefined);
  Deno.kill(first, "SIGKILL");
  assertEquals((await host.pick()).body, picked(ID));
  await unload(host);
});

Deno.test("the file deleted while loaded is survived, and said once", async () => {
  const copy = `${folder}/deleted.so`;
  await Deno.copyFile(PLUGIN, copy);
  await using host = await loadedHost(HOST, copy, "deny: true\n");
  await Deno.remove(copy);
  assertEquals((await host.pick()).body, DENIED);
  Deno.kill(await workerOf(host), "SIGKILL");
  await host.command("sleep", 1000);
  assertEquals((await host.pick()).body, DENIED);
  await host.command("shutdown");
  assertEquals(await host.command("unload"), "ok");
  const { stderr } = await host.end();
  assertEquals(stderr.match(/Cannot start the worker/g)?.length, 1, stderr);
});
