/**
 * The compiled file, driven through the host's C interface by the test host,
 * and run as a program.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { build } from "../ffi/build/build.ts";
import { LAYOUT } from "../src/channel/layout.ts";
import { VERSION } from "../src/version.ts";
import {
  compileHost,
  fixture,
  lifecycleRequest,
  TestHost,
} from "./host/host.ts";
import {
  delegated,
  DENIED,
  loadedHost,
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

function loaded(
  yaml: string,
  options: { plugin?: string; cwd?: string } = {},
): Promise<TestHost> {
  return loadedHost(HOST, options.plugin ?? PLUGIN, yaml, options);
}

function isRunning(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) Z /.test(stat);
  } catch {
    return false;
  }
}

/** Waits until the process is gone; fails after a second. */
async function assertEnds(pid: number): Promise<void> {
  for (let waited = 0; isRunning(pid); waited += 10) {
    assert(waited < 1000, `process ${pid} still runs after a second`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// ---- answers ----

const ANSWERS: readonly [name: string, yaml: string, answer: string][] = [
  ["nothing", "enabled: true\npriority: 0\n", UNHANDLED],
  [
    "auth_id",
    "auth_id: codex-bob@example.com-pro.json\n",
    picked("codex-bob@example.com-pro.json"),
  ],
  ["delegate", "delegate: round-robin\n", delegated("round-robin")],
  ["deny", "deny: true\n", DENIED],
];

for (const [name, yaml, answer] of ANSWERS) {
  Deno.test(`the plugin answers a pick under ${name}`, async () => {
    await using host = await loaded(yaml);
    assertEquals(await host.pick(), { rc: 0, body: answer });
    await unload(host);
  });
}

Deno.test("the plugin registers byte for byte as the contract says", async () => {
  await using host = await TestHost.start(HOST);
  await host.command("load", PLUGIN);
  const expected = await Deno.readTextFile(
    new URL("./fixtures/registration.json", import.meta.url),
  );
  assertEquals(await host.configure("deny: true\n", "plugin.register"), {
    rc: 0,
    body: expected.trim().replace("$VERSION", VERSION),
  });
  await unload(host);
});

Deno.test("the plugin's edges: NULL table, method, request and response", async () => {
  await using host = await loaded("auth_id: a\n");
  assertEquals(await host.command("init"), "rc 1 0 1");
  assertEquals(
    await host.command("call-null"),
    'rc 1 {"ok":false,"error":{"code":"invalid_method","message":"method is required"}}',
  );
  assertEquals((await host.call("scheduler.pick", undefined)).rc, 1);
  assertEquals((await host.call("plugin.reconfigure", undefined)).rc, 0);
  assertEquals((await host.call("scheduler.pick", undefined)).rc, 0);
  const deny = await host.file(lifecycleRequest("deny: true\n"));
  assertEquals(
    await host.command("call-no-answer", "plugin.reconfigure", deny),
    "rc 0",
  );
  assertEquals((await host.pick()).body, DENIED);
  await unload(host);
});

for (
  const method of [
    "",
    "foo<bar",
    "plugin.quiesce",
    "plugin.shutdown",
    "Plugin.Register",
  ]
) {
  Deno.test(`the plugin does not know the method "${method}"`, async () => {
    await using host = await loaded("");
    const name = method.replace("<", "\\u003c");
    assertEquals(await host.call(method, "{}"), {
      rc: 0,
      body:
        `{"ok":false,"error":{"code":"unknown_method","message":"unknown method: ${name}"}}`,
    });
    await unload(host);
  });
}

Deno.test("a bad config at the first register is an error, and the next one counts", async () => {
  await using host = await TestHost.start(HOST);
  await host.command("load", PLUGIN);
  const { rc, body } = await host.configure("deny: [1]\n", "plugin.register");
  assertEquals(rc, 1);
  assertStringIncludes(body, '"code":"plugin_error"');
  assertEquals((await host.configure("deny: true\n", "plugin.register")).rc, 0);
  assertEquals((await host.pick()).body, DENIED);
  await unload(host);
});

Deno.test("a bad config after a good one answers OK and changes nothing", async () => {
  await using host = await loaded("deny: true\n");
  const registration = await host.configure("deny: true\n");
  for (const bad of ["deny: [1]\n", "a: b: c\n", "auth_id: x\nauth_id: y\n"]) {
    assertEquals(await host.configure(bad), registration);
    assertEquals((await host.pick()).body, DENIED);
  }
  assertEquals(await host.call("plugin.reconfigure", "{broken"), registration);
  await host.command("shutdown");
  const { stderr } = await host.end();
  assertStringIncludes(stderr, "deny");
});

Deno.test("a request of 64 MiB is answered", async () => {
  await using host = await loaded("auth_id: a\n");
  const padding = "x".repeat((64 << 20) - 200);
  const request = `{"Model":"${padding}","Candidates":[{"ID":"a"}]}`;
  let answer = await host.call("scheduler.pick", request);
  // A slow machine may be late.
  for (let i = 0; i < 5 && answer.body === UNHANDLED; i++) {
    await host.command("sleep", 500);
    answer = await host.call("scheduler.pick", request);
  }
  assertEquals(answer, { rc: 0, body: picked("a") });
  await unload(host);
});

Deno.test("an answer larger than a slot is whole", async () => {
  const id = "x".repeat(300_000);
  await using host = await loaded(`auth_id: ${id}\n`);
  const request = JSON.stringify({ Candidates: [{ ID: id }] });
  assertEquals((await host.call("scheduler.pick", request)).body, picked(id));
  await unload(host);
});

const BROKEN: readonly [name: string, request: string | Uint8Array][] = [
  ["no JSON", "hello"],
  ["cut short", '{"Candidates":[{"ID":"a"'],
  ["wrong types", '{"Candidates":[{"ID":1}]}'],
  ["not UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ["nested without end", "[".repeat(1_000_000)],
];

for (const [name, request] of BROKEN) {
  Deno.test(`a request that is ${name} is a plugin_error, and the next call works`, async () => {
    await using host = await loaded("auth_id: a\n");
    const { rc, body } = await host.call("scheduler.pick", request);
    assertEquals(rc, 1);
    assertStringIncludes(body, '"code":"plugin_error"');
    assertEquals((await host.pick()).body, UNHANDLED);
    await unload(host);
  });
}

// ---- many threads ----

/** Tries to have a storm in which the machine lets the worker live. */
const STORMS = 4;

Deno.test("a pick begun after a reconfigure returned shows the new config, under 64 threads", async () => {
  await using host = await loaded("");
  const id = "codex:apikey:543e8bf651b0";
  const configs: [yaml: string, answer: string, late: string][] = [
    ["deny: true\n", DENIED, DENIED],
    [
      "delegate: fill-first\n",
      delegated("fill-first"),
      delegated("fill-first"),
    ],
    [`auth_id: '${id}'\n`, picked(id), UNHANDLED],
  ];
  const words: string[] = [];
  for (const [yaml, answer, late] of configs) {
    words.push(await host.file(lifecycleRequest(yaml)));
    words.push(await host.file(answer), await host.file(late));
  }
  const storm = () =>
    host.command(
      "storm",
      64,
      100_000,
      fixture("pick-codex-mixed-plans"),
      ...words,
    );
  let line = "";
  let lived = false;
  for (let tries = 0; tries < STORMS; tries++) {
    const worker = await workerOf(host);
    line = await storm();
    await waitForWorker(host);
    // A worker that got no processor for a second is replaced, and a config
    // that nobody could read meanwhile is in force only later.
    lived = worker === await workerOf(host);
    if (lived) break;
  }
  const [, picks, wrong, late, changes] =
    /^picks (\d+) wrong (\d+) late (\d+) changes (\d+)/.exec(line) ?? [];
  assertEquals(picks, "6400000", line);
  if (!lived) return await unload(host);
  assertEquals(wrong, "0", line);
  // A slow machine may be late, but not always.
  assert(Number(late) < Number(picks), line);
  assert(Number(changes) > 0, line);
  await unload(host);
});

// ---- life and death ----

Deno.test("the plugin loads and unloads 50 times in one process and leaves nothing", async () => {
  await using host = await TestHost.start(HOST);
  const cycle = async () => {
    assertEquals(await host.command("load", PLUGIN), "ok");
    await host.configure("deny: true\n", "plugin.register");
    assertEquals((await host.pick()).body, DENIED);
    await host.command("shutdown");
    await host.command("unload");
  };
  await cycle();
  const before = await host.stats();
  for (let i = 0; i < 49; i++) await cycle();
  const after = await host.stats();
  assertEquals(after, { ...before, maps: after.maps });
  assert(after.maps <= before.maps + 2, `${before.maps} -> ${after.maps}`);
});

Deno.test("the worker ends when the host shuts the plugin down", async () => {
  await using host = await loaded("");
  const worker = await workerOf(host);
  await unload(host);
  assert(!isRunning(worker));
});

for (const signal of ["SIGKILL", "SIGTERM", "SIGSEGV"] as const) {
  Deno.test(`the worker ends within a second when the host ends by ${signal}`, async () => {
    await using host = await loaded("");
    const worker = await workerOf(host);
    host.kill(signal);
    await assertEnds(worker);
  });
}

Deno.test("the worker ends when the host's main returns without a shutdown", async () => {
  await using host = await loaded("");
  const worker = await workerOf(host);
  await host.end();
  await assertEnds(worker);
});

for (
  const [name, yaml, answer] of ANSWERS.filter(([name]) => name !== "auth_id")
) {
  Deno.test(`a pick without a worker gets the answer on failure of ${name}`, async () => {
    await using host = await loaded(yaml);
    const worker = await workerOf(host);
    Deno.kill(worker, "SIGSTOP");
    assertEquals(await host.pick(), { rc: 0, body: answer });
    Deno.kill(worker, "SIGKILL");
    assertEquals(await host.pick(), { rc: 0, body: answer });
    await unload(host);
  });
}

Deno.test("a reconfigure without a worker answers with the last registration, and counts later", async () => {
  await using host = await loaded("deny: true\n");
  const registration = await host.configure("deny: true\n");
  Deno.kill(await workerOf(host), "SIGKILL");
  assertEquals(await host.configure("delegate: fill-first\n"), registration);
  let answer = await host.pick();
  for (let i = 0; i < 200 && answer.body === DENIED; i++) {
    await host.command("sleep", 10);
    answer = await host.pick();
  }
  assertEquals(answer.body, delegated("fill-first"));
  await unload(host);
});

/** What a tool prints; /proc is closed to Deno itself without all access. */
async function output(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("the worker inherits the channel, the life line and stderr alone", async () => {
  // A host with a descriptor that every child of it inherits.
  const leaky = `${folder}/leaky-host`;
  await Deno.writeTextFile(
    leaky,
    `#!/bin/sh\nexec 9</etc/hostname\nexec '${HOST}'\n`,
    { mode: 0o755 },
  );
  await using host = await TestHost.start(leaky);
  await host.command("load", PLUGIN);
  await host.configure("", "plugin.register");
  const worker = await workerOf(host);
  const files = new Map(
    [...(await output("ls", "-l", `/proc/${worker}/fd`))
      .matchAll(/ (\d+) -> (.+)$/gm)].map(([, fd, to]) => [Number(fd), to!]),
  );
  assertEquals(files.get(0), "/dev/null");
  assertEquals(files.get(1), "/dev/null");
  assertMatch(files.get(3)!, /^\/memfd:scheduler-channel/);
  assertMatch(files.get(4)!, /^socket:/);
  // The rest is the program's own; libffi makes a file of its own where the
  // program's path holds a space.
  const own = /^(anon_inode:|pipe:|socket:|\/dev\/null$|\/memfd:libffi)/;
  assertEquals(
    [...files].filter(([fd, to]) => fd > 4 && !own.test(to) && to !== PLUGIN),
    [],
  );
  await unload(host);
});

Deno.test("the worker's environment holds nothing of the host's", async () => {
  await using host = await loaded("");
  const worker = await workerOf(host);
  const environment = await output("cat", `/proc/${worker}/environ`);
  assertEquals(
    environment.split("\0").filter((item) => !item.startsWith("TZ=")),
    ["NO_COLOR=1", ""],
  );
  await unload(host);
});

Deno.test("the worker is told where the host stands", async () => {
  const cwd = `${folder}/a földer`;
  await Deno.mkdir(cwd);
  await using host = await loaded("", { cwd });
  const worker = await workerOf(host);
  assertEquals(
    (await output("cat", `/proc/${worker}/cmdline`)).split("\0"),
    ["scheduler.so", "serve", await Deno.realPath(cwd), ""],
  );
  await unload(host);
});

/** Words of the header that a worker shares with its host. */
async function headerWords(
  worker: number,
  offset: number,
  count: number,
): Promise<number[]> {
  const { stdout } = await new Deno.Command("dd", {
    args: [
      `if=/proc/${worker}/fd/3`,
      "iflag=skip_bytes,count_bytes",
      `skip=${offset}`,
      `count=${4 * count}`,
    ],
    stderr: "null",
  }).output();
  return [...new Uint32Array(stdout.slice().buffer)];
}

/** Ends a worker as if it had been at this policy, below 256. */
async function endAtPolicy(worker: number, policy: number): Promise<void> {
  const { success } = await new Deno.Command("sh", {
    args: [
      "-c",
      `printf '\\${policy.toString(8)}' | ` +
      `dd of=/proc/${worker}/fd/3 bs=1 seek=${LAYOUT.policy} conv=notrunc`,
    ],
    stderr: "null",
  }).output();
  assert(success);
  Deno.kill(worker, "SIGKILL");
}

Deno.test("a worker is told at which policies those before it ended", async () => {
  await using host = await loaded("");
  const told: number[][] = [];
  for (const policy of [42, 0, 43, 42]) {
    await waitForWorker(host);
    const worker = await workerOf(host);
    told.push(await headerWords(worker, LAYOUT.culpritCount, 7));
    await endAtPolicy(worker, policy);
  }
  await waitForWorker(host);
  told.push(await headerWords(await workerOf(host), LAYOUT.culpritCount, 7));
  assertEquals(told, [
    [0, 0, 0, 0, 0, 0, 0],
    [1, 42, 1, 0, 0, 0, 0],
    [1, 42, 1, 0, 0, 0, 0],
    [2, 42, 1, 0, 43, 1, 0],
    [2, 42, 2, 0, 43, 1, 0],
  ]);
  await unload(host);
});

// ---- the file ----

Deno.test("the file exports the host's symbol and what Deno loads, no more", async () => {
  const { stdout } = await new Deno.Command("nm", {
    args: ["-D", "--defined-only", PLUGIN],
  }).output();
  const symbols = new TextDecoder().decode(stdout).trim().split("\n")
    .map((line) => line.split(" ").at(-1));
  assertEquals(symbols, [
    "cliproxy_plugin_init",
    "sched_board_read",
    "sched_board_workers",
    "sched_worker_attach",
    "sched_worker_cpu_ms",
    "sched_worker_layout",
    "sched_worker_log",
    "sched_worker_rest",
    "sched_worker_ring",
    "sched_worker_rings",
    "sched_worker_segment",
    "sched_worker_serve",
  ]);
});

Deno.test("the file needs no glibc newer than its program does", async () => {
  const { stdout } = await new Deno.Command("nm", {
    args: ["-D", "--undefined-only", PLUGIN],
  }).output();
  const newest = [
    ...new TextDecoder().decode(stdout)
      .matchAll(/@GLIBC_2\.(\d+)/g),
  ].map((match) => Number(match[1]))
    .reduce((a, b) => Math.max(a, b));
  assert(newest <= 27, `GLIBC_2.${newest}`);
});

/** Copies the plugin to a new folder and tries it there. */
async function tryAt(
  name: string,
  prepare: (path: string) => Promise<{ plugin: string; cwd?: string }>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    const path = `${home}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), {
      recursive: true,
    });
    await Deno.copyFile(PLUGIN, path);
    const options = await prepare(path);
    await using host = await loaded("deny: true\n", options);
    assertEquals((await host.pick()).body, DENIED);
    await unload(host);
    const { code, stdout } = await new Deno.Command(options.plugin, {
      args: ["version"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    }).output();
    assertEquals(code, 0);
    assertStringIncludes(new TextDecoder().decode(stdout), VERSION);
  } finally {
    await Deno.chmod(home, 0o755);
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("the file works from a path with spaces and other letters", async () => {
  await tryAt(
    "mein Ordner é 世界/scheduler 'x'.so",
    (plugin) => Promise.resolve({ plugin }),
  );
});

Deno.test("the file works through a symlink", async () => {
  await tryAt("real.so", async (path) => {
    const link = `${path.slice(0, -"real.so".length)}link.so`;
    await Deno.symlink("real.so", link);
    return { plugin: link };
  });
});

Deno.test("the file works by a relative path", async () => {
  await tryAt(
    "plugins/linux/amd64/scheduler-v0.1.0.so",
    (path) =>
      Promise.resolve({
        plugin: "./linux/amd64/scheduler-v0.1.0.so",
        cwd: path.slice(0, path.indexOf("/linux/")),
      }),
  );
});

Deno.test("the file works from a read-only folder", async () => {
  await tryAt("only/scheduler.so", async (plugin) => {
    await Deno.chmod(plugin.slice(0, plugin.lastIndexOf("/")), 0o555);
    return { plugin };
  });
});

Deno.test("a host whose folder was deleted has a worker, and a command says why not", async () => {
  const gone = await Deno.makeTempDir();
  const inGone = (command: string) =>
    `cd '${gone}' && rmdir '${gone}' && exec ${command}`;
  const script = `${folder}/deleted-folder-host`;
  await Deno.writeTextFile(script, `#!/bin/sh\n${inGone(`'${HOST}'`)}\n`, {
    mode: 0o755,
  });
  await using host = await TestHost.start(script);
  assertEquals(await host.command("load", PLUGIN), "ok");
  await host.configure("deny: true\n", "plugin.register");
  assertEquals((await host.pick()).body, DENIED);
  await unload(host);
  await Deno.mkdir(gone);
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", inGone(`'${PLUGIN}' version`)],
  }).output();
  assertEquals(code, 127);
  assertEquals(
    new TextDecoder().decode(stderr),
    "scheduler: the current folder does not exist any more: change to another one\n",
  );
});

Deno.test("a first register does not wait for a worker that cannot start", async () => {
  const path = `${folder}/never.so`;
  await Deno.copyFile(PLUGIN, path);
  await Deno.chmod(path, 0o644);
  await using host = await TestHost.start(HOST);
  await host.command("load", path);
  const { rc, body } = await host.configure("", "plugin.register");
  assertEquals(rc, 1);
  assertStringIncludes(body, "its worker process does not run");
  await host.command("shutdown");
});

Deno.test("a copy without the execute bit loads, and says why it has no worker", async () => {
  const path = `${folder}/no-execute.so`;
  await Deno.copyFile(PLUGIN, path);
  await Deno.chmod(path, 0o644);
  await using host = await TestHost.start(HOST);
  assertEquals(await host.command("load", path), "ok");
  assertEquals((await host.pick()).body, UNHANDLED);
  await host.command("sleep", 200);
  await host.command("shutdown");
  const { stderr } = await host.end();
  assertStringIncludes(stderr, "no-execute.so: Permission denied");
});

Deno.test("the file leaves nothing in the temporary folder", async () => {
  const own = await Deno.makeTempDir();
  try {
    await new Deno.Command(PLUGIN, {
      args: ["version"],
      env: { TMPDIR: own, HOME: own, DENO_DIR: `${own}/deno` },
    }).output();
    assertEquals(await Array.fromAsync(Deno.readDir(own)), []);
  } finally {
    await Deno.remove(own, { recursive: true });
  }
});

Deno.test("serve refuses to run from a shell", async () => {
  const { code, stderr } = await new Deno.Command(PLUGIN, {
    args: ["serve"],
  }).output();
  assertEquals(code, 2);
  assertEquals(
    new TextDecoder().decode(stderr),
    "Cannot serve: it was not started by the plugin: run `help` for what can be run\n",
  );
});

Deno.test("pick into head is no error", async () => {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [
      "-c",
      '"$0" pick "$1" | head -n 1',
      PLUGIN,
      fixture("pick-codex-mixed-plans"),
    ],
  }).output();
  assertEquals(code, 0);
  assertEquals(new TextDecoder().decode(stdout).split("\n").length, 2);
  assertEquals(new TextDecoder().decode(stderr), "");
});
