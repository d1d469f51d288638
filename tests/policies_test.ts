/**
 * Policies that users write, in the built file, beside the picks of other rules
 * from several threads: live on save, and harmless whatever they do. Times are
 * printed, never asserted.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { PLUGIN_FILE } from "../ffi/build/paths.ts";
import { compileHost, TestHost } from "./host/host.ts";
import { picked, UNHANDLED, unload, workerOf } from "./host/plugin.ts";

const FOLDER = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(FOLDER, { recursive: true });
});
const HOST = await compileHost(FOLDER);

const THREADS = 8;

/** A pick as the host writes it, so that its answer can be known in advance. */
function requestOf(model: string): string {
  const rest = { Priority: 0, Status: "active", Attributes: null };
  return JSON.stringify({
    Plugin: { Name: "scheduler" },
    Provider: "codex",
    Providers: ["codex"],
    Model: model,
    Stream: false,
    Options: { Headers: { Accept: ["*/*"] }, Metadata: { generate: true } },
    Candidates: ["a", "b"].map((ID) => ({
      ID,
      Provider: "codex",
      ...rest,
      Metadata: null,
    })),
  });
}

const MINE = requestOf("mine");
const OTHER = requestOf("other");
const ASKED = requestOf("asked");

/** Model mine goes by the policy; the others by rules that are not to notice. */
const CONFIG = `
policies:
  mine: { module: mine.ts, options: { last: b } }
rules:
  - { name: mine, when: { model: mine }, policy: mine }
  - { name: asked, when: { model: asked }, policy: least_recent, use: [one] }
  - { name: others, policy: { name: fixed, id: b } }
pools:
  one: { id: b }
`;

function policyOf(body: string, before = ""): string {
  return `${before}
export default {
  pick(candidates: readonly { id: string }[], context: any) {
    ${body}
  },
};
`;
}

function choosing(id: string): string {
  return policyOf(`return { id: "${id}", reason: "It is a test" };`);
}

/** A host that runs in a folder of its own, with a policy in it. */
class World implements AsyncDisposable {
  readonly host: TestHost;
  readonly cwd: string;

  private constructor(host: TestHost, cwd: string) {
    this.host = host;
    this.cwd = cwd;
  }

  static async start(text: string | undefined, yaml = CONFIG): Promise<World> {
    const cwd = await Deno.makeTempDir({ dir: FOLDER });
    const host = await TestHost.start(HOST, { cwd });
    const world = new World(host, cwd);
    if (text !== undefined) await world.save(text);
    assertEquals(await host.command("load", PLUGIN_FILE), "ok");
    const { rc, body } = await host.configure(yaml, "plugin.register");
    assertEquals({ rc, ok: body.slice(0, 11) }, { rc: 0, ok: '{"ok":true,' });
    return world;
  }

  get file(): string {
    return `${this.cwd}/scheduler-policies/mine.ts`;
  }

  async save(text: string): Promise<void> {
    await Deno.mkdir(`${this.cwd}/scheduler-policies`, { recursive: true });
    await Deno.writeTextFile(this.file, text);
  }

  async ask(request = MINE): Promise<string> {
    return (await this.host.call("scheduler.pick", request)).body;
  }

  /** Asks until this is the answer; returns after how many milliseconds. */
  async until(answer: string, request = MINE): Promise<number> {
    const [pick, wanted] = [
      await this.host.file(request),
      await this.host.file(answer),
    ];
    const line = await this.host.command("await", pick, wanted, 20_000);
    assertMatch(line, /^ms \d+$/, `never ${answer}`);
    return Number(line.slice(3));
  }

  /** Other threads pick all the time; `late` is what they may also get. */
  async load(
    request: string,
    late: string,
    threads = THREADS,
  ): Promise<void> {
    await this.host.command(
      "load-start",
      threads,
      await this.host.file(request),
      await this.host.file(picked("b")),
      await this.host.file(late),
    );
  }

  /** Ends the load: how many got what they may also get, and something else. */
  async loadReport(): Promise<{ picks: number; late: number; wrong: number }> {
    await this.host.command("load-stop");
    const line = await this.host.command("load-report");
    const [, picks, late, wrong] =
      /^picks (\d+) late (\d+) wrong (\d+)/.exec(line) ?? [];
    return { picks: Number(picks), late: Number(late), wrong: Number(wrong) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
  }
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Nobody may get this. */
const NOTHING_ELSE = "there is no other answer";

Deno.test("a policy is in force when the register returns, with its options", async () => {
  await using world = await World.start(
    policyOf("return { id: context.options.last };"),
  );
  assertEquals(await world.ask(), picked("b"));
  // Each pick is asked: it may look at anything.
  await world.save(choosing("a"));
  say(`live after ${await world.until(picked("a"))} ms`);
  await unload(world.host);
});

/** What `policy list` says of the policies of this world. */
async function listOf(world: World): Promise<Record<string, unknown>[]> {
  const { code, stdout } = await new Deno.Command(PLUGIN_FILE, {
    args: ["policy", "list", "--json"],
  }).output();
  assertEquals(code, 0);
  const { workers } = JSON.parse(new TextDecoder().decode(stdout)) as {
    workers: {
      pid: number;
      host: { pid: number; folder: string };
      policies: Record<string, unknown>[];
    }[];
  };
  const pid = await workerOf(world.host);
  const { host, policies } = workers.find((worker) => worker.pid === pid)!;
  assertEquals(host, { pid: world.host.pid, folder: world.cwd });
  return policies;
}

Deno.test("policy list shows what the worker has loaded, and how it does", async () => {
  await using world = await World.start(choosing("a"));
  for (let i = 0; i < 3; i++) await world.ask();
  await world.host.command("sleep", 600);
  await world.save("export default {");
  await world.host.command("sleep", 1000);
  const [policy] = await listOf(world);
  assertEquals(
    [policy!["name"], policy!["state"], policy!["calls"], policy!["failures"]],
    ["mine", "loaded", 3, 0],
  );
  assertMatch(String(policy!["problem"]), /^mine\.ts:1:\d+: /);
  assert(Number(policy!["meanUs"]) > 0);
  await unload(world.host);
});

/** Ways to save, as editors and people have them. */
const SAVES: Readonly<
  Record<string, (world: World, text: string) => Promise<void>>
> = {
  "in place": (world, text) => world.save(text),
  "atomically": async ({ file }, text) => {
    await Deno.writeTextFile(`${file}~`, text);
    await Deno.rename(`${file}~`, file);
  },
  "in halves": async ({ file, host }, text) => {
    await Deno.writeTextFile(file, text.slice(0, text.length / 2));
    await host.command("sleep", 350);
    await Deno.writeTextFile(file, text);
  },
  "by removing it first": async ({ file, host }, text) => {
    await Deno.remove(file);
    await host.command("sleep", 350);
    await Deno.writeTextFile(file, text);
  },
  "as a link": async ({ file }, text) => {
    const target = `${file}.${crypto.randomUUID()}.real`;
    await Deno.writeTextFile(target, text);
    await Deno.remove(file);
    await Deno.symlink(target, file);
  },
  "with its folder": async ({ cwd, file }, text) => {
    const folder = `${cwd}/scheduler-policies`;
    await Deno.rename(folder, `${folder}.${crypto.randomUUID()}`);
    await Deno.mkdir(folder);
    await Deno.writeTextFile(file, text);
  },
};

for (const [how, save] of Object.entries(SAVES)) {
  Deno.test(`a policy is live when it is saved ${how}, and nobody is harmed meanwhile`, async () => {
    await using world = await World.start(choosing("a"));
    await world.until(picked("a"));
    await world.load(OTHER, NOTHING_ELSE);
    for (const id of ["b", "a", "b"]) {
      await save(world, choosing(id));
      say(`live after ${await world.until(picked(id))} ms`);
    }
    const { picks, late, wrong } = await world.loadReport();
    assertEquals({ late, wrong }, { late: 0, wrong: 0 });
    assert(picks > 100);
    await unload(world.host);
  });
}

Deno.test("a policy whose folder comes later is live then", async () => {
  await using world = await World.start(undefined);
  assertEquals(await world.ask(), UNHANDLED);
  await world.save(choosing("b"));
  await world.until(picked("b"));
  await unload(world.host);
});

/** What cannot be loaded, and what the log says of it. */
const UNLOADABLE:
  readonly (readonly [what: string, text: string, said: RegExp])[] = [
    ["a syntax error", "export default {\n  pick( { }\n", /mine\.ts:2:\d+: /],
    [
      "no default export",
      "export const a = 1;",
      /mine\.ts:1:1: The file has no default export/,
    ],
    [
      "several default exports",
      "export default {};\nexport default {};",
      /mine\.ts:2:\d+: /,
    ],
    ["a class", "export default class { pick() {} }", /got a class/],
    ["an async function", "export default { async pick() {} }", /cannot wait/],
    [
      "a top-level await",
      "await 1;\nexport default { pick() {} }",
      /cannot wait/,
    ],
    [
      "an import",
      'import "node:fs";\nexport default { pick() {} }',
      /mine\.ts:1:1: A policy cannot import/,
    ],
    ["a dynamic import", policyOf('import("node:fs");'), /cannot import/],
    [
      "10 MB of source",
      `//${"x".repeat(10 << 20)}\nexport default {}`,
      /larger than 256 KiB/,
    ],
    [
      "a loop at load",
      "for (;;);\nexport default { pick() {} }",
      /It was stopped after/,
    ],
    [
      "recursion at load",
      "const f = () => f(); f();\nexport default { pick() {} }",
      /It threw RangeError/,
    ],
    [
      "brackets without end",
      `export default ${"[".repeat(100_000)}`,
      /mine\.ts/,
    ],
    [
      "a throw at load",
      'throw new Error("secret");\nexport default { pick() {} }',
      /mine\.ts:1:7: It threw Error/,
    ],
    [
      "a trial that throws",
      policyOf('throw new Error("secret");'),
      /mine\.ts:4:11: The trial pick failed: It threw Error/,
    ],
    [
      "an unknown id",
      policyOf('return { id: "c" };'),
      /The trial pick failed: id must be that of a candidate/,
    ],
    [
      "a trial that hangs",
      policyOf("for (;;);"),
      /The trial pick failed: It was stopped/,
    ],
    [
      "a trial that is slow",
      policyOf(
        "const until = 3e8; let n = 0; while (n < until) n++; return { id: 'a' };",
      ),
      /The trial pick/,
    ],
  ];

Deno.test("nothing that cannot be loaded takes the place of what is, or harms others", async () => {
  await using world = await World.start(choosing("a"));
  await world.until(picked("a"));
  const worker = await workerOf(world.host);
  await world.load(OTHER, NOTHING_ELSE);
  for (const [, text] of UNLOADABLE) {
    await world.save(text);
    // As long as a check takes, and a guard.
    await world.host.command("sleep", 1800);
    assertEquals(await world.ask(), picked("a"));
  }
  await world.save(choosing("b"));
  await world.until(picked("b"));
  const { late, wrong } = await world.loadReport();
  assertEquals({ late, wrong }, { late: 0, wrong: 0 });
  assertEquals(await workerOf(world.host), worker, "no worker was lost");
  assertMatch(await world.host.command("shutdown"), /^ok \d+$/);
  assertEquals(await world.host.command("unload"), "ok");
  const { stderr } = await world.host.end();
  for (const [what, , said] of UNLOADABLE) assertMatch(stderr, said, what);
  assertEquals(stderr.includes("secret"), false);
});

/** What fails at a pick after the trial, and costs no worker. */
const FAILING: Readonly<Record<string, string>> = {
  "throws": 'throw new Error("secret");',
  "throws nothing": "throw undefined;",
  "returns nonsense": "return 42;",
  "returns an unknown id": 'return { id: "c" };',
  "returns a getter that throws":
    'return { get id() { throw new Error("secret"); } };',
  "returns a proxy that throws":
    'return new Proxy({}, { get() { throw new Error("secret"); } });',
  "recurses": "const f = (): void => f(); f();",
};

for (const [what, body] of Object.entries(FAILING)) {
  Deno.test(`a policy that ${what} gives no answer, and is set aside after three`, async () => {
    await using world = await World.start(choosing("a"));
    await world.until(picked("a"));
    const worker = await workerOf(world.host);
    await world.load(ASKED, UNHANDLED);
    // Good enough for the trials, which begin with a state of their own.
    await world.save(policyOf(
      `context.state.n = (context.state.n ?? 0) + 1;
       if (context.state.n <= 5) return { id: "b" };
       ${body}`,
    ));
    await world.until(picked("b"));
    await world.until(UNHANDLED);
    for (let i = 0; i < 5; i++) assertEquals(await world.ask(), UNHANDLED);
    await world.save(choosing("a"));
    await world.until(picked("a"));
    const { wrong, late, picks } = await world.loadReport();
    assertEquals(wrong, 0);
    say(`${what}: others made ${picks} picks, ${late} late`);
    assertEquals(await workerOf(world.host), worker, "no worker was lost");
    await world.host.command("shutdown");
    await world.host.command("unload");
    const { stderr } = await world.host.end();
    assertMatch(stderr, /set aside for 1 minute: 3 picks in a row/);
    assertEquals(stderr.includes("secret"), false);
  });
}

/** What is odd, and harms nobody but the policy itself. */
const ODD: Readonly<Record<string, string>> = {
  "patches prototypes": `
    const nothing = (): never => { throw new Error("tampered"); };
    Object.assign(Object.prototype, { id: "c", toJSON: nothing });
    Object.assign(Array.prototype, { map: nothing, filter: nothing, find: nothing });
    Object.assign(Map.prototype, { get: nothing });
    Object.assign(String.prototype, { slice: nothing, indexOf: nothing });
    Object.assign(JSON, { parse: nothing, stringify: nothing });
    return { id: "a" };`,
  "returns a proxy":
    'return new Proxy({}, { get: (_, key) => key === "id" ? "a" : undefined });',
  "returns what changes after":
    'const d = { id: "a" }; context.state.d ??= d; context.state.d.id = "c"; let n = 0; return { get id() { return n++ === 0 ? "a" : "c"; } };',
};

for (const [what, body] of Object.entries(ODD)) {
  Deno.test(`a policy that ${what} changes no decision but its own`, async () => {
    await using world = await World.start(choosing("b"));
    await world.until(picked("b"));
    await world.load(ASKED, UNHANDLED);
    // From the sixth on, after the trials and the first picks.
    await world.save(policyOf(
      `context.state.n = (context.state.n ?? 0) + 1;
       if (context.state.n <= 6) return { id: "a" };
       ${body}`,
    ));
    await world.until(picked("a"));
    for (let i = 0; i < 10; i++) {
      const own = await world.ask();
      // What it patches may spoil its own decisions, and no others.
      assert([picked("a"), UNHANDLED].includes(own), own);
      assertEquals(await world.ask(OTHER), picked("b"));
      assertEquals(await world.ask(ASKED), picked("b"));
    }
    assertEquals((await world.loadReport()).wrong, 0);
    await unload(world.host);
  });
}

/** More than can be answered in turn within the time that a pick has. */
const MANY_THREADS = 24;

Deno.test("a policy that takes just less than its share leaves others most of the worker", async () => {
  // Some milliseconds, warm or not: there is no clock in it.
  await using world = await World.start(policyOf(
    `const id = candidates[candidates.length - 1]!.id;
     return { id, reason: String(JSON.parse(TEXT).length) };`,
    "const TEXT = JSON.stringify(Array.from({ length: 1e5 }, (_, i) => i));",
  ));
  await world.until(picked("b"));
  await world.load(MINE, UNHANDLED, MANY_THREADS);
  await world.host.command("sleep", 1500);
  let answered = 0;
  for (let i = 0; i < 200; i++) {
    if (await world.ask(ASKED) === picked("b")) answered++;
  }
  say(`${answered} of 200 picks of another rule were answered`);
  assert(answered >= 150, `${answered}`);
  assertEquals((await world.loadReport()).wrong, 0);
  await world.host.command("shutdown");
  await world.host.command("unload");
  const { stderr } = await world.host.end();
  assertMatch(stderr, /mine\.ts: It takes too much of the time of others: /);
  assert(!stderr.includes("set aside"), stderr);
});

Deno.test("a quick policy is never short of time, however often it is asked", async () => {
  await using world = await World.start(choosing("b"));
  await world.load(MINE, UNHANDLED, MANY_THREADS);
  await world.host.command("sleep", 4000);
  const { wrong, picks } = await world.loadReport();
  say(`${picks} picks by a quick policy`);
  await world.host.command("shutdown");
  await world.host.command("unload");
  const { stderr } = await world.host.end();
  assert(!stderr.includes("time of others"), stderr);
  assertEquals(wrong, 0);
});

Deno.test("a policy that was set aside is loaded anew when its file is touched", async () => {
  await using world = await World.start(policyOf(
    `context.state.n = (context.state.n ?? 0) + 1;
     if (context.state.n % 10 < 4) throw new Error("secret");
     return { id: "a" };`,
  ));
  const answers = new Set<string>();
  for (let i = 0; i < 5; i++) answers.add(await world.ask());
  assertEquals([...answers], [UNHANDLED]);
  await Deno.utime(world.file, new Date(), new Date());
  await world.until(picked("a"));
  await unload(world.host);
});

/** What costs the worker. */
const DEADLY: Readonly<Record<string, string>> = {
  "loops": "for (;;);",
  "exhausts the heap":
    "const a: unknown[] = []; for (;;) a.push(new Array(1e5).fill(a));",
  "exhausts memory":
    "const a: Uint8Array[] = []; for (;;) a.push(new Uint8Array(1 << 24).fill(1));",
};

for (const [what, body] of Object.entries(DEADLY)) {
  Deno.test(`a policy that ${what} is the culprit, and set aside while others go on`, async () => {
    await using world = await World.start(choosing("a"));
    await world.until(picked("a"));
    const worker = await workerOf(world.host);
    await world.load(OTHER, NOTHING_ELSE);
    await world.save(policyOf(
      `context.state.n = (context.state.n ?? 0) + 1;
       if (context.state.n <= 4 || context.request.stream) return { id: "b" };
       ${body}`,
    ));
    await world.until(picked("b"));
    await world.until(UNHANDLED);
    // The next worker begins with no state: its first picks are good.
    for (let waited = 0; waited < 20_000; waited += 100) {
      await world.ask();
      await world.host.command("sleep", 100);
      const { children } = await world.host.stats();
      if (children[0] !== undefined && children[0] !== worker) break;
    }
    assertNotEquals(await workerOf(world.host), worker);
    for (let i = 0; i < 60; i++) {
      await world.ask();
      await world.host.command("sleep", 100);
    }
    assertEquals(await world.ask(), UNHANDLED);
    const survivor = await workerOf(world.host);
    for (let i = 0; i < 10; i++) assertEquals(await world.ask(), UNHANDLED);
    assertEquals(await workerOf(world.host), survivor);
    await world.save(choosing("a"));
    await world.until(picked("a"));
    const { wrong, late, picks } = await world.loadReport();
    assertEquals({ wrong, late }, { wrong: 0, late: 0 });
    say(`${what}: others made ${picks} picks meanwhile`);
    await world.host.command("shutdown");
    await world.host.command("unload");
    const { stderr } = await world.host.end();
    assertMatch(
      stderr,
      /Policy mine: mine\.ts: It is set aside for 10? minutes?: /,
    );
  });
}

Deno.test("a policy that refuses stays closed whatever its module does", async () => {
  const yaml = `
policies: { mine: { module: mine.ts } }
rules: [{ name: mine, policy: mine, otherwise: refuse }]
`;
  await using world = await World.start(undefined, yaml);
  const refused = (body: string) =>
    assertMatch(body, /^\{"ok":false,"error":\{"code":"scheduler_/);
  refused(await world.ask());
  await world.save(policyOf("for (;;);"));
  for (let i = 0; i < 30; i++) {
    refused(await world.ask());
    await world.host.command("sleep", 100);
  }
  await world.save(choosing("b"));
  await world.until(picked("b"));
  await unload(world.host);
});

/** Ends the worker, and waits for the next one. */
async function restart(world: World): Promise<void> {
  const before = await workerOf(world.host);
  Deno.kill(before, "SIGKILL");
  for (let waited = 0; waited < 20_000; waited += 50) {
    const { children } = await world.host.stats();
    if (children.length === 1 && children[0] !== before) break;
    await world.host.command("sleep", 50);
  }
  assertNotEquals(await workerOf(world.host), before);
}

/** Nobody can decide, and some rule isolates. */
const UNAVAILABLE =
  '{"ok":false,"error":{"code":"scheduler_unavailable","message":"the scheduler cannot decide at the moment","http_status":503}}';

const CLOSED = `${CONFIG}  closed: { id: nobody }
`.replace(
  "rules:",
  "rules:\n  - { name: red, when: { model: red }, use: [closed], otherwise: refuse }",
);

Deno.test("a restart never opens what otherwise: host of a policy's rule would", async () => {
  await using world = await World.start(choosing("b"), CLOSED);
  await world.until(picked("b"));
  await world.load(MINE, UNAVAILABLE);
  await restart(world);
  await world.until(picked("b"));
  // What is broken now was not when it was loaded: the next worker has none.
  await world.save("export default {");
  await world.host.command("sleep", 500);
  assertEquals(await world.ask(), picked("b"));
  await restart(world);
  // Once it answers others, it knows the config.
  await world.until(picked("b"), ASKED);
  for (let i = 0; i < 10; i++) assertEquals(await world.ask(), UNAVAILABLE);
  assertEquals(await world.ask(OTHER), picked("b"));
  await world.save(choosing("b"));
  await world.until(picked("b"));
  assertEquals((await world.loadReport()).wrong, 0);
  await unload(world.host);
});

Deno.test("policies that hang while they load hold up nobody at a restart", async () => {
  const hanging = ["h0", "h1", "h2"];
  const yaml = CONFIG.replace(
    "policies:",
    `policies:${
      hanging.map((name) => `\n  ${name}: { module: h.ts }`).join("")
    }`,
  );
  await using world = await World.start(choosing("a"), yaml);
  await world.until(picked("a"));
  await Deno.writeTextFile(
    `${world.cwd}/scheduler-policies/h.ts`,
    "for (;;);\nexport default { pick() {} };",
  );
  await world.host.command("sleep", 6000);
  await restart(world);
  await world.until(picked("b"), ASKED);
  // A second passes until each of them is stopped, and none was waited for.
  const list = await listOf(world);
  const settled = list.filter(({ problem }) => problem !== undefined);
  assert(settled.length < 2, JSON.stringify(list));
  say(`the policy answers after ${await world.until(picked("a"))} ms`);
  await world.host.command("sleep", 6000);
  assertMatch(await world.host.command("shutdown"), /^ok \d+$/);
  assertEquals(await world.host.command("unload"), "ok");
  const { stderr } = await world.host.end();
  const said = stderr.split("\n").filter((line) => line.includes("Policy "));
  const last = said.slice(
    said.findLastIndex((line) => line.includes("mine.ts is loaded")),
  );
  // What was in force before came before what hangs, which stands first.
  const stopped = last.filter((line) => line.includes("It was stopped after"));
  assertEquals(stopped.length, hanging.length, said.join("\n"));
});
