/**
 * The built file on a poor system: old kernels, limits reached, nothing
 * mounted, streams closed. Whatever is missing, the host goes on, a pick gets
 * an answer, the reason is said once, and shutdown and unload work.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { build } from "../ffi/build/build.ts";
import {
  C_FOLDER,
  PROGRAM_SOURCES,
  SHIM_SOURCES,
} from "../ffi/build/sources.ts";
import { ROOT } from "../ffi/build/paths.ts";
import { compileC, findCompiler, SEALED_TEXTS } from "../ffi/build/shim.ts";
import {
  compileHost,
  fixture,
  lifecycleRequest,
  TestHost,
} from "./host/host.ts";
import {
  DENIED,
  loadedHost,
  picked,
  UNHANDLED,
  workerOf,
} from "./host/plugin.ts";

const { file: PLUGIN } = await build();
const TESTS = `${ROOT}tests/`;
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const HOST = await compileHost(folder);
const WITHOUT = await compiled("ffi/programs/without_syscall.c");
const BARE_HOST = await compiled("host/bare_host.c");

const ID = "codex:apikey:543e8bf651b0";
const ONE_ID = `auth_id: '${ID}'\n`;
const PICK = "pick-codex-mixed-plans";
const SEALED = SEALED_TEXTS["SEALED_REFUSAL"]!;

/** Long enough for a worker that cannot start to be tried several times. */
const SOME_TRIES_MS = 800;

async function compiled(source: string): Promise<string> {
  const name = source.slice(source.lastIndexOf("/") + 1, -".c".length);
  const program = `${folder}/${name}`;
  await compileC(await findCompiler(), [
    "-std=c11",
    "-O1",
    `${TESTS}${source}`,
    "-pthread",
    "-ldl",
    "-o",
    program,
  ]);
  return program;
}

let wrappers = 0;

/** A program that does some lines of shell before it becomes the host. */
async function hostAfter(lines: string, host = HOST): Promise<string> {
  const path = `${folder}/wrapper-${wrappers++}`;
  const text = `#!/bin/sh\n${lines.replaceAll("HOST", `'${host}'`)}\n`;
  await Deno.writeTextFile(path, text, { mode: 0o755 });
  return path;
}

function hostWithout(calls: string, error: string): Promise<string> {
  return hostAfter(`exec '${WITHOUT}' ${calls} ${error} HOST`);
}

/** Whether a shell line succeeds here. */
async function works(line: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", line],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** How often a text stands in another. */
function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function shutDown(host: TestHost): Promise<string> {
  assertMatch(await host.command("shutdown"), /^ok \d+$/);
  assertEquals(await host.command("unload"), "ok");
  const { code, stderr } = await host.end();
  assertEquals({ code, stderr: code === 0 ? "" : stderr }, {
    code: 0,
    stderr: "",
  });
  return stderr;
}

/** What a tool prints; /proc is closed to Deno itself without all access. */
async function output(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args }).output();
  return new TextDecoder().decode(stdout);
}

/** Ends the worker and waits until another one answers. */
async function replaceWorker(host: TestHost, answer: string): Promise<void> {
  Deno.kill(await workerOf(host), "SIGKILL");
  const wanted = await host.file(answer);
  assertMatch(
    await host.command("await", fixture(PICK), wanted, 20_000),
    /^ms \d+$/,
  );
}

// ---- what may be missing ----

/** How the host is started, and what is said then, once. */
const SERVED: readonly [
  name: string,
  program: Promise<string>,
  said?: string,
][] = [
  [
    "on a kernel without pidfd",
    hostWithout("pidfd_open,pidfd_send_signal", "ENOSYS"),
  ],
  ["on a kernel without close_range", hostWithout("close_range", "ENOSYS")],
  ["on a kernel without clone3", hostWithout("clone3", "ENOSYS")],
  ["on a kernel without getrandom", hostWithout("getrandom", "ENOSYS")],
  [
    "on a kernel without the newer futex calls",
    hostWithout("449,454,455,456", "ENOSYS"),
  ],
  ["on a kernel without io_uring", hostWithout("425,426,427", "ENOSYS")],
  [
    "on a kernel without landlock",
    hostWithout("landlock_create_ruleset,landlock_restrict_self", "ENOSYS"),
  ],
  [
    "on a kernel without seccomp",
    hostWithout("seccomp", "ENOSYS"),
    "without its system call filter",
  ],
  ["with an empty environment", hostAfter("exec env -i HOST")],
  ["with a umask of 777", hostAfter("umask 777\nexec HOST")],
  ["with stacks of any size", hostAfter("ulimit -s unlimited\nexec HOST")],
  [
    "in a folder that was removed",
    hostAfter(`mkdir '${folder}/gone'
cd '${folder}/gone'
rmdir '${folder}/gone'
exec HOST`),
  ],
];

for (const [name, program, said] of SERVED) {
  Deno.test(`the plugin serves ${name}`, async () => {
    await using host = await loadedHost(await program, PLUGIN, ONE_ID);
    assertEquals((await host.pick()).body, picked(ID));
    const stderr = await shutDown(host);
    if (said !== undefined) assertEquals(count(stderr, said), 1, stderr);
  });
}

const IS_ROOT = await works('test "$(id -u)" = 0');

/** Root may mount where it likes; others in a user namespace, if at all. */
const OWN_MOUNTS = IS_ROOT ? "unshare -m" : "unshare -rm";
const MOUNTS_ALLOWED = await works(`${OWN_MOUNTS} mount -t tmpfs none /mnt`);

async function hostWithMounts(lines: string): Promise<string> {
  return await hostAfter(`exec ${OWN_MOUNTS} HOST`, await hostAfter(lines));
}

Deno.test({
  name: "the plugin serves in a folder on a full disk",
  ignore: !MOUNTS_ALLOWED,
  fn: async () => {
    const disk = `${folder}/disk`;
    await Deno.mkdir(disk);
    const program = await hostWithMounts(`
mount -t tmpfs -o size=4k none '${disk}' || exit 1
cd '${disk}'
head -c 8192 /dev/zero >fill 2>/dev/null
TMPDIR='${disk}' HOME='${disk}' exec HOST`);
    await using host = await loadedHost(program, PLUGIN, ONE_ID);
    assertEquals((await host.pick()).body, picked(ID));
    await replaceWorker(host, picked(ID));
    await shutDown(host);
  },
});

// ---- what no worker can do without ----

/** How the host is started, and why there is no worker then. */
const UNSERVED: readonly [
  name: string,
  program: Promise<string>,
  why: string,
][] = [
  [
    "on a kernel without memfd_create",
    hostWithout("memfd_create", "ENOSYS"),
    "memfd_create: Function not implemented",
  ],
  [
    "on a kernel that refuses memfd_create",
    hostWithout("memfd_create", "EPERM"),
    "memfd_create: Operation not permitted",
  ],
  [
    "when no memory can be reserved",
    hostWithout("fallocate", "ENOSPC"),
    "reserving the shared memory: No space left on device",
  ],
  [
    "when no socket can be made",
    hostWithout("socketpair", "ENFILE"),
    "opening its life line: Too many open files in system",
  ],
  [
    "within a limit of file sizes",
    hostAfter("ulimit -f 1\nexec HOST"),
    "sizing the shared memory: File too large",
  ],
  [
    "within a limit of address space",
    hostAfter("ulimit -v 4000000\nexec HOST"),
    "Fatal process out of memory",
  ],
  [
    "within a limit of descriptors",
    hostAfter("ulimit -n 12\nexec HOST"),
    "Too many open files",
  ],
];

async function isUnserved(program: string, why: string): Promise<void> {
  await using host = await TestHost.start(program);
  assertEquals(await host.command("load", PLUGIN), "ok");
  assertEquals(await host.pick(), { rc: 0, body: UNHANDLED });
  await host.command("sleep", SOME_TRIES_MS);
  assertEquals(await host.pick(), { rc: 0, body: UNHANDLED });
  assertEquals((await host.configure(ONE_ID, "plugin.register")).rc, 1);
  assertEquals(await host.pick(), { rc: 0, body: UNHANDLED });
  // What may close something does, from the first moment.
  assertEquals((await host.configure("policy: refuse\n")).rc, 0);
  assertEquals(await host.pick(), { rc: 0, body: SEALED });
  const stderr = await shutDown(host);
  assertEquals(count(stderr, why), 1, stderr);
  assertEquals(count(stderr, "Cannot start the worker"), 1, stderr);
}

for (const [name, program, why] of UNSERVED) {
  Deno.test(`picks are not handled or, by the config, refused, and the reason is said once, ${name}`, async () => {
    await isUnserved(await program, why);
  });
}

Deno.test({
  name:
    "picks are not handled, and the reason is said once, where /proc is not mounted",
  ignore: !MOUNTS_ALLOWED,
  fn: async () => {
    await isUnserved(
      await hostWithMounts("mount -t tmpfs none /proc || exit 1\nexec HOST"),
      "is /proc mounted?",
    );
  },
});

// ---- what init can not do without ----

/** Root's processes are not counted: another user's, with root's access. */
const AS_SOMEBODY = IS_ROOT
  ? "setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps +dac_override --ambient-caps +dac_override"
  : "";
const PROCESSES_COUNT = await works(
  `${AS_SOMEBODY} head -c1 '${HOST}' && ! ${AS_SOMEBODY} prlimit --nproc=1: sh -c 'true & wait $!'`,
);

async function initFails(program: string, why: string): Promise<void> {
  await using host = await TestHost.start(program);
  assertEquals(await host.command("load", PLUGIN), "error init returned 1");
  const { code, stderr } = await host.end();
  assertEquals(code, 0);
  assertEquals(count(stderr, why), 1, stderr);
}

Deno.test("init fails with a sentence, and the host goes on, without a descriptor", async () => {
  const eventfd2 = "290";
  await initFails(
    await hostWithout(eventfd2, "EMFILE"),
    "Cannot start the plugin: Too many open files",
  );
});

Deno.test({
  name: "init fails with a sentence, and the host goes on, without a thread",
  ignore: !PROCESSES_COUNT,
  fn: async () => {
    await initFails(
      await hostAfter(`exec ${AS_SOMEBODY} prlimit --nproc=1: HOST`),
      "Cannot start the plugin: Resource temporarily unavailable",
    );
  },
});

// ---- limits that are reached while the plugin serves ----

/** A limit that is set on the running host, its size, and the reason then. */
interface Limit {
  readonly name: string;
  readonly key: string;
  readonly size: number;
  readonly why: string;
  /** Who runs the host. */
  readonly as?: string;
}

const LIMITS: readonly Limit[] = [
  { name: "descriptors", key: "nofile", size: 12, why: "Too many open files" },
  {
    name: "file sizes",
    key: "fsize",
    size: 4096,
    why: "sizing the shared memory: File too large",
  },
  {
    name: "address space",
    key: "as",
    size: 1 << 20,
    why: "Cannot allocate memory",
  },
  {
    name: "processes",
    key: "nproc",
    size: 1,
    why: "Resource temporarily unavailable",
    as: AS_SOMEBODY,
  },
];

/** Sets the soft limit alone, so that everybody may lift it again. */
async function limitHost(
  host: TestHost,
  { as = "", key }: Limit,
  size: number | string,
): Promise<void> {
  assert(await works(`${as} prlimit --pid ${host.pid} --${key}=${size}:`));
}

async function liftLimit(host: TestHost, limit: Limit): Promise<void> {
  const { as = "", key } = limit;
  const hard = await output(
    "sh",
    "-c",
    `${as} prlimit --pid ${host.pid} --${key} --output HARD --noheadings`,
  );
  await limitHost(host, limit, hard.trim());
}

for (const limit of LIMITS) {
  Deno.test({
    name: `a limit of ${limit.name} that is reached and lifted costs no denial`,
    ignore: limit.as !== undefined && !PROCESSES_COUNT,
    fn: async () => {
      const program = await hostAfter(`exec ${limit.as ?? ""} HOST`);
      await using host = await loadedHost(program, PLUGIN, "deny: true\n");
      await limitHost(host, limit, limit.size);
      Deno.kill(await workerOf(host), "SIGKILL");
      for (let i = 0; i < 4; i++) {
        assertEquals((await host.pick()).body, DENIED);
        await host.command("sleep", SOME_TRIES_MS / 4);
      }
      await liftLimit(host, limit);
      assertStringIncludes((await host.configure(ONE_ID)).body, '"ok":true');
      const wanted = await host.file(picked(ID));
      assertMatch(
        await host.command("await", fixture(PICK), wanted, 20_000),
        /^ms \d+$/,
      );
      const stderr = await shutDown(host);
      assertEquals(count(stderr, limit.why), 1, stderr);
    },
  });
}

// ---- streams and signals ----

/** A pipe as stderr that nobody reads; descriptor 3 keeps it open. */
const FULL_PIPE = `${folder}/full`;

/** What the host's stderr is. */
const STREAMS: readonly [name: string, lines: string][] = [
  ["closed", "exec HOST 2>&-"],
  ["a full disk", "exec HOST 2>/dev/full"],
  [
    "a pipe whose reader is gone",
    `mkfifo '${folder}/unread'
true <'${folder}/unread' &
exec 4>'${folder}/unread'
wait
exec HOST 2>&4 4>&-`,
  ],
  [
    "a full pipe",
    `mkfifo '${FULL_PIPE}'
exec 3<>'${FULL_PIPE}'
dd if=/dev/zero of='${FULL_PIPE}' bs=4096 count=1000 oflag=nonblock 2>/dev/null
exec HOST 2>&3`,
  ],
];

for (const [name, lines] of STREAMS) {
  Deno.test(`the plugin serves when the host's stderr is ${name}`, async () => {
    await using host = await loadedHost(
      await hostAfter(lines),
      PLUGIN,
      "deny: true\n",
    );
    // There is something to say now, and this host says it on stderr.
    await replaceWorker(host, DENIED);
    await host.configure(ONE_ID);
    assertEquals((await host.pick()).body, picked(ID));
    // The host's own call, which waits for a reader, must be let go.
    if (name === "a full pipe") await output("head", "-c4096", FULL_PIPE);
    await shutDown(host);
  });
}

Deno.test("the plugin keeps clear of the standard streams' numbers in a host that closed them", async () => {
  const files = { config: lifecycleRequest(ONE_ID), answer: picked(ID) };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  const { code } = await new Deno.Command(BARE_HOST, {
    args: [
      PLUGIN,
      `${folder}/config`,
      fixture(PICK),
      `${folder}/answer`,
    ],
  }).output();
  assertEquals(code, 0);
});

const IGNORING = "env --ignore-signal=CHLD --ignore-signal=PIPE";

Deno.test({
  name:
    "the plugin serves, and replaces a worker, in a host that ignores SIGCHLD",
  ignore: !await works(`${IGNORING} true`),
  fn: async () => {
    const program = await hostAfter(`exec ${IGNORING} HOST`);
    await using host = await loadedHost(program, PLUGIN, ONE_ID);
    assertEquals((await host.pick()).body, picked(ID));
    await replaceWorker(host, picked(ID));
    await host.command("shutdown");
    assertEquals((await host.stats()).children, []);
    await host.command("unload");
    assertEquals((await host.end()).code, 0);
  },
});

// ---- the clock ----

/** What depends on the time of day, which may be set at any moment. */
const TIME_OF_DAY_REGEXP = new RegExp(
  [
    /\bCLOCK_REALTIME\b/,
    /\bCLOCK_TAI\b/,
    /\bFUTEX_CLOCK_REALTIME\b/,
    /\bFUTEX_LOCK_PI\b/,
    /\bTIMER_ABSTIME\b/,
    /\b(?:time|gettimeofday|ftime|localtime|mktime|alarm)\s*\(/,
    /\b(?:sem_timedwait|mq_timed\w+|pthread_timedjoin_np)\s*\(/,
    /\bpthread_(?:mutex_timedlock|rwlock_timed\w+)\s*\(/,
    // A condition without attributes waits by the time of day.
    /\bpthread_cond_init\s*\([^,]*,\s*(?:NULL|0)\s*\)/,
    /\bPTHREAD_COND_INITIALIZER\b/,
  ].map(({ source }) => source).join("|"),
);

for (const name of [...SHIM_SOURCES, ...PROGRAM_SOURCES]) {
  Deno.test(`ffi/${name} waits by no clock that can be set`, async () => {
    const text = await Deno.readTextFile(`${C_FOLDER}${name}`);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
    assertEquals(TIME_OF_DAY_REGEXP.exec(code)?.[0], undefined);
    // Conditions are made with attributes: those must name the clock.
    assertEquals(
      count(code, "pthread_cond_init("),
      count(code, "setclock(&monotonic, CLOCK_MONOTONIC)"),
    );
  });
}
