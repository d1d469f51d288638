/**
 * The built file, closed from the first moment: a first config that may close
 * something is refused by 503 until it is read and good, whoever has the error.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { build } from "../ffi/build/build.ts";
import { SEALED_TEXTS } from "../ffi/build/shim.ts";
import {
  compileHost,
  fixture,
  lifecycleRequest,
  TestHost,
} from "./host/host.ts";
import {
  DENIED,
  picked,
  UNHANDLED,
  unload,
  waitForWorker,
  workerOf,
} from "./host/plugin.ts";

const { file: PLUGIN } = await build();
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const HOST = await compileHost(folder);

const ID = "codex:apikey:543e8bf651b0";
const SEALED = SEALED_TEXTS["SEALED_REFUSAL"]!;
const REGISTRATION = SEALED_TEXTS["SEALED_REGISTRATION"]!;

const MISSPELLED =
  "rules: [{name: a, policy: round_robin, otherwise: refuze}]\n";
const ISOLATING =
  `pools: {a: {id: none}}\nrules: [{name: team-a, use: [a], policy: round_robin, otherwise: refuse}]\n`;
const REFUSED =
  `{"ok":false,"error":{"code":"scheduler_refused","message":"no credential is available for this request","http_status":503}}`;

let copies = 0;

/** A copy of the plugin of this test's own, that cannot be executed. */
async function lockedCopy(): Promise<string> {
  const path = `${folder}/copy-${copies++}.so`;
  await Deno.copyFile(PLUGIN, path);
  await Deno.chmod(path, 0o644);
  return path;
}

async function hostWith(plugin: string): Promise<TestHost> {
  const host = await TestHost.start(HOST);
  assertEquals(await host.command("load", plugin), "ok");
  return host;
}

/** What the host logged, at its end. */
async function logOf(host: TestHost): Promise<string> {
  await host.command("shutdown");
  return (await host.end()).stderr;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Waits until a pick is answered so. */
async function awaitPick(host: TestHost, answer: string): Promise<void> {
  const wanted = await host.file(answer);
  const line = await host.command(
    "await",
    fixture("pick-codex-mixed-plans"),
    wanted,
    20_000,
  );
  assertMatch(line, /^ms \d+$/);
}

async function replaceWorker(host: TestHost): Promise<void> {
  Deno.kill(await workerOf(host), "SIGKILL");
  await waitForWorker(host);
}

// ---- read by a worker ----

Deno.test("a first config with an error that may close something is sealed, through everything but a good one", async () => {
  await using host = await hostWith(PLUGIN);
  const { rc, body } = await host.configure(MISSPELLED, "plugin.register");
  assertEquals(rc, 0);
  assertStringIncludes(body, '"scheduler_across_priorities":true');
  assertEquals(await host.pick(), { rc: 0, body: SEALED });
  await host.configure(MISSPELLED);
  assertEquals(await host.pick(), { rc: 0, body: SEALED });
  await replaceWorker(host);
  assertEquals(await host.pick(), { rc: 0, body: SEALED });
  Deno.kill(await workerOf(host), "SIGSTOP");
  assertEquals(await host.pick(), { rc: 0, body: SEALED });
  Deno.kill(await workerOf(host), "SIGKILL");
  await waitForWorker(host);
  // Its other methods are what they are.
  assertStringIncludes(
    (await host.call("plugin.quiesce", "{}")).body,
    "unknown method: plugin.quiesce",
  );
  assertEquals(
    (await host.call("usage.handle", "{}")).body,
    '{"ok":true,"result":{}}',
  );
  await host.configure(`auth_id: '${ID}'\n`);
  assertEquals((await host.pick()).body, picked(ID));
  // From now on the last good one stays.
  await host.configure(MISSPELLED);
  assertEquals((await host.pick()).body, picked(ID));
  const log = await logOf(host);
  assertEquals(
    count(log, "Sealed: Cannot read the config: rules[0]") >= 4,
    true,
    log,
  );
});

Deno.test("a sealed plugin can be shut down and loaded again, and is sealed no more then", async () => {
  await using host = await hostWith(PLUGIN);
  await host.configure(MISSPELLED, "plugin.register");
  await host.command("shutdown");
  assertEquals(await host.command("unload"), "ok");
  assertEquals(await host.command("load", PLUGIN), "ok");
  assertEquals((await host.pick()).body, UNHANDLED);
  await host.configure("", "plugin.register");
  assertEquals((await host.pick()).body, UNHANDLED);
  await unload(host);
});

Deno.test("a first config of the example's keys that has an error is one, and opens what was sealed", async () => {
  await using host = await hostWith(PLUGIN);
  assertEquals(
    (await host.configure("deny: maybe\n", "plugin.register")).rc,
    1,
  );
  assertEquals((await host.pick()).body, UNHANDLED);
  assertEquals((await host.configure(MISSPELLED)).rc, 0);
  assertEquals((await host.pick()).body, SEALED);
  assertEquals((await host.configure("deny: maybe\n")).rc, 1);
  assertEquals((await host.pick()).body, UNHANDLED);
  await unload(host);
});

// ---- no worker to read it ----

/** What may close something by its bytes, though it is as good as it looks. */
const UNREAD:
  readonly (readonly [name: string, yaml: string, picks: string])[] = [
    ["isolates", ISOLATING, REFUSED],
    ["denies", "deny: true\n", DENIED],
    [
      "has the word in a comment",
      `# or otherwise\nauth_id: '${ID}'\n`,
      picked(ID),
    ],
  ];

for (const [name, yaml, picks] of UNREAD) {
  Deno.test(`a first config that ${name} is sealed while no worker starts, and in force when one has read it`, async () => {
    const plugin = await lockedCopy();
    await using host = await hostWith(plugin);
    assertEquals(await host.configure(yaml, "plugin.register"), {
      rc: 0,
      body: REGISTRATION,
    });
    assertEquals(await host.pick(), { rc: 0, body: SEALED });
    assertEquals(await host.configure(yaml), { rc: 0, body: REGISTRATION });
    assertEquals(await host.pick(), { rc: 0, body: SEALED });
    await Deno.chmod(plugin, 0o755);
    // By itself, without a word of the host.
    await awaitPick(host, picks);
    const log = await logOf(host);
    assertEquals(count(log, "Sealed: no worker can read the config"), 2, log);
    assertStringIncludes(log, "The worker runs again");
  });
}

Deno.test("a reconfigure starts a worker at once, however often it failed before", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  await host.configure(ISOLATING, "plugin.register");
  // Enough tries for the wait between them to be seconds.
  await host.command("sleep", 3500);
  await Deno.chmod(plugin, 0o755);
  const { rc, body } = await host.configure(ISOLATING);
  assertEquals([rc, body === REGISTRATION], [0, false]);
  assertEquals((await host.pick()).body, REFUSED);
  await unload(host);
});

Deno.test("a config that was answered with an error is read when a worker comes, and the log says what the host was told", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  assertEquals(
    (await host.configure(`auth_id: '${ID}'\n`, "plugin.register")).rc,
    1,
  );
  assertEquals((await host.pick()).body, UNHANDLED);
  await Deno.chmod(plugin, 0o755);
  await awaitPick(host, picked(ID));
  const log = await logOf(host);
  assertStringIncludes(log, "it takes effect at the host's next reload");
});

Deno.test("the log says that the host does not know yet what a config asks for that came while no worker started", async () => {
  const plugin = await lockedCopy();
  await Deno.chmod(plugin, 0o755);
  await using host = await hostWith(plugin);
  const before = await host.configure("policy: round_robin\n");
  await Deno.chmod(plugin, 0o644);
  Deno.kill(await workerOf(host), "SIGKILL");
  assertEquals(
    await host.configure("policy: round_robin\ntiers: all\n"),
    before,
  );
  await Deno.chmod(plugin, 0o755);
  await waitForWorker(host);
  const log = await logOf(host);
  assertStringIncludes(log, "the host sends them from its next reload on");
});

Deno.test("what was sealed by its bytes and closes nothing is opened when a worker has read it, and the log says so", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  assertEquals(
    (await host.configure("deny: maybe\n", "plugin.register")).rc,
    0,
  );
  assertEquals((await host.pick()).body, SEALED);
  await Deno.chmod(plugin, 0o755);
  await awaitPick(host, UNHANDLED);
  assertEquals((await host.configure("deny: maybe\n")).rc, 1);
  const log = await logOf(host);
  assertStringIncludes(
    log,
    "it closes nothing, so every pick is left to the host",
  );
});

Deno.test("what was sealed by its bytes and has an error stays sealed when a worker has read it", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  await host.configure(MISSPELLED, "plugin.register");
  await Deno.chmod(plugin, 0o755);
  await waitForWorker(host);
  assertEquals((await host.pick()).body, SEALED);
  const log = await logOf(host);
  assertStringIncludes(log, "Sealed: Cannot read the config: rules[0]");
});

Deno.test("a first config that closes nothing is an error while no worker starts", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  for (const yaml of ["", "deny: false\n", "auth_id: a\n"]) {
    assertEquals((await host.configure(yaml)).rc, 1);
    assertEquals((await host.pick()).body, UNHANDLED);
  }
  await unload(host);
});

Deno.test("a config that the host gave between two others counts while no worker starts", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  await host.configure(`auth_id: '${ID}'\n`, "plugin.register");
  assertEquals((await host.configure("deny: true\n")).rc, 0);
  assertEquals((await host.configure("deny: [\n")).rc, 0);
  await Deno.chmod(plugin, 0o755);
  await awaitPick(host, DENIED);
  await unload(host);
});

Deno.test("a request that is too large for a worker is judged by its bytes", async () => {
  await using host = await hostWith(PLUGIN);
  const large = lifecycleRequest(" ".repeat(50 << 20) + "\nx: refuse\n");
  assertEquals(await host.call("plugin.register", large), {
    rc: 0,
    body: REGISTRATION,
  });
  assertEquals((await host.pick()).body, SEALED);
  await unload(host);
});

// ---- what the log is told of refusals ----

Deno.test("the first refusal of a rule is logged with its reason, and others that are served in advance are not", async () => {
  await using host = await hostWith(PLUGIN);
  await host.configure(ISOLATING, "plugin.register");
  for (let times = 0; times < 20; times++) {
    assertEquals((await host.pick()).body, REFUSED);
  }
  const log = await logOf(host);
  assertMatch(
    log,
    /Refused a pick: rule team-a: pool a has no member among \d+ candidates/,
  );
  assertEquals(count(log, "Refused"), 1, log);
  assertStringIncludes(log, "The config is in force: 1 rule, 1 isolates");
});

Deno.test("a refusal while no worker can decide is logged once, and one while sealed", async () => {
  const plugin = await lockedCopy();
  await using host = await hostWith(plugin);
  await host.configure(ISOLATING, "plugin.register");
  for (let times = 0; times < 20; times++) await host.pick();
  await Deno.chmod(plugin, 0o755);
  await waitForWorker(host);
  await host.configure(`${ISOLATING}# another\n`);
  await Deno.chmod(plugin, 0o644);
  Deno.kill(await workerOf(host), "SIGKILL");
  for (let times = 0; times < 20; times++) {
    assertStringIncludes((await host.pick()).body, "scheduler_unavailable");
  }
  const log = await logOf(host);
  assertEquals(count(log, "Refused a pick: sealed"), 1, log);
  assertEquals(count(log, "Refused a pick: nobody can decide"), 1, log);
  assertEquals(count(log, "Refused"), 2, log);
});

Deno.test("a denial is logged once, though it is served in advance", async () => {
  await using host = await hostWith(PLUGIN);
  await host.configure("deny: true\n", "plugin.register");
  for (let times = 0; times < 20; times++) {
    assertEquals((await host.pick()).body, DENIED);
  }
  const log = await logOf(host);
  assertEquals(count(log, "Refused"), 1, log);
  assertStringIncludes(log, "the config refuses every pick");
});

Deno.test("what registers without a worker asks for everything, in a schema that every host has", () => {
  const { ok, result } = JSON.parse(REGISTRATION);
  assertEquals(ok, true);
  assertEquals(result.schema_version, 1);
  assertEquals(result.capabilities, {
    scheduler: true,
    scheduler_across_priorities: true,
  });
});
