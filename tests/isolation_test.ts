/**
 * Isolation through the built file: a client whose rule has its own pools and
 * refuses otherwise never gets a credential of others, a selector of the host
 * or an answer that is not handled, whatever a pick ends in.
 *
 * ISOLATION_SEED repeats the random picks. @default {ISOLATION_SEED=1}
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { build, makePlugin } from "../ffi/build/build.ts";
import { DIST } from "../ffi/build/paths.ts";
import { Random } from "./advance/random.ts";
import type { BatchAnswer, BatchCall } from "./host/batch.ts";
import { compileHost, lifecycleRequest, type TestHost } from "./host/host.ts";
import {
  loadedHost,
  picked,
  unload,
  waitForWorker,
  workerOf,
} from "./host/plugin.ts";
import {
  type Credential,
  CREDENTIALS,
  isOwn,
  pickOf,
  type PickParts,
  SCOPES,
  tricks,
} from "./isolation/requests.ts";

const SEED = Number(Deno.env.get("ISOLATION_SEED") ?? 1);
const THREADS = 8;

/** Longer than a worker must have served to be started again at once. */
const PROVEN_MS = 1050;

const { file: PLUGIN } = await build();
const HOSTILE = `${DIST}/isolation-${Deno.pid}.so`;
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
  Deno.removeSync(HOSTILE);
});
const HOST = await compileHost(folder);
await makePlugin(HOSTILE, [
  {
    module: "src/policy/policies/kinds.ts",
    by: "tests/hostile/policies.ts",
    within: "src/config",
  },
  {
    module: "src/rpc/dispatcher.ts",
    by: "tests/hostile/shifted_dispatcher.ts",
    within: "src/worker",
  },
]);

// ---- what may come ----

/** The rule's own refusal. */
const REFUSED =
  '{"ok":false,"error":{"code":"scheduler_refused","message":"red has nothing left","http_status":451}}';

/** The refusal while nobody can decide. */
const UNAVAILABLE =
  '{"ok":false,"error":{"code":"scheduler_unavailable","message":"the scheduler cannot decide at the moment","http_status":503}}';

/** Rules in which the client `red` is isolated, and all others are not. */
function rulesWith(policy: string, before = ""): string {
  return `callers:
  red: ${SCOPES.red}
pools:
  own: {note: red}
  more: {note: spare}
rules:
${before}- name: red
  when: {caller: red}
  use: [own, more]
  policy: ${policy}
  otherwise: refuse
  refuse: {status: 451, message: red has nothing left}
- name: rest
  policy: round_robin
`;
}

/** Every policy that may filter; some would rather have what is not own. */
const POLICIES: readonly string[] = [
  "round_robin",
  "fill_first",
  "least_recent",
  "weighted",
  "{name: weighted, weights: {'open-*': 1000, red-1: 3, '*': 1}}",
  "{name: weighted, weights: {'red-*': 0}}",
  "{name: weighted, weights: {'*': 0}}",
  "random",
  "{name: random, weights: {red-1: 1000000, red-2: 1, '*': 0}}",
  "sticky",
  "{name: sticky, key: caller}",
  "{name: sticky, key: 'header:X-Team', otherwise: random}",
  "{name: fixed, id: [open-1, redo-1, red-2, zz-open]}",
  "{name: fixed, id: open-1}",
];

/** What became of a pick of the isolated client. */
type Ending = "own" | "refused" | "unavailable" | "undecodable" | "open";

function endingOf(
  { rc, body }: Pick<BatchAnswer, "rc" | "body">,
  candidates: readonly Credential[],
): Ending {
  if (rc === 0 && body === REFUSED) return "refused";
  if (rc === 0 && body === UNAVAILABLE) return "unavailable";
  const isError = rc === 1 &&
    body.startsWith('{"ok":false,"error":{"code":"plugin_error",');
  if (isError) return "undecodable";
  const own = candidates.filter(isOwn).map(({ id }) => picked(id));
  return rc === 0 && own.includes(body) ? "own" : "open";
}

/** Fails for a pick that was let out; counts how the others ended. */
class Endings {
  readonly #counts = new Map<Ending, number>();

  note(
    answer: Pick<BatchAnswer, "rc" | "body">,
    candidates: readonly Credential[],
    what: string,
  ): Ending {
    const ending = endingOf(answer, candidates);
    assert(
      ending !== "open",
      `ISOLATION_SEED=${SEED}: let out: rc ${answer.rc} ${answer.body}\n${what}`,
    );
    this.#counts.set(ending, this.of(ending) + 1);
    return ending;
  }

  of(ending: Ending): number {
    return this.#counts.get(ending) ?? 0;
  }
}

async function ask(
  host: TestHost,
  parts: PickParts,
  endings: Endings,
  what = "",
): Promise<Ending> {
  const answer = await host.call(
    "scheduler.pick",
    pickOf({ scope: SCOPES.red, ...parts }),
  );
  return endings.note(answer, parts.candidates ?? CREDENTIALS, what);
}

function without(...ids: readonly string[]): readonly Credential[] {
  return CREDENTIALS.filter(({ id }) => !ids.includes(id));
}

// ---- every policy, any list, many clients ----

/** Picks of all clients among lists that change, with tricks or without. */
function* mixedPicks(random: Random, count: number): Generator<{
  readonly isRed: boolean;
  readonly candidates: readonly Credential[];
  readonly text: string;
}> {
  const lists = Array.from(
    { length: 12 },
    (_, index) =>
      index === 0
        ? CREDENTIALS
        : CREDENTIALS.filter((credential) =>
          index % 3 === 0 ? !isOwn(credential) : random.once(2)
        ),
  );
  for (let at = 0; at < count; at++) {
    const candidates = random.once(20)
      ? CREDENTIALS.filter(() => random.once(2))
      : random.of(lists);
    const scope = random.of([
      SCOPES.red,
      SCOPES.red,
      SCOPES.blue,
      SCOPES.green,
      undefined,
    ]);
    const isRed = scope === SCOPES.red;
    const session = {
      headers: { "X-Team": [random.hex(1)], "X-Request": [`${at}`] },
      metadata: { "execution_session_id": `"${random.hex(1)}"` },
    };
    const text = isRed && random.once(4)
      ? random.of(Object.values(tricks(scope, candidates)))
      : pickOf({ scope, candidates, ...random.once(2) && session });
    yield { isRed, candidates, text };
  }
}

for (const policy of POLICIES) {
  Deno.test(`an isolated client gets its own by ${policy}`, async () => {
    const random = new Random(SEED, policy);
    const endings = new Endings();
    let others = 0;
    await using host = await loadedHost(HOST, PLUGIN, rulesWith(policy));
    for (const threads of [1, THREADS]) {
      const picks = [...mixedPicks(random, 1000)];
      const answers = await host.batch(
        picks.map(({ text }) => ({ method: "scheduler.pick", request: text })),
        threads,
      );
      for (const [at, { isRed, candidates, text }] of picks.entries()) {
        const answer = answers[at]!;
        if (isRed) endings.note(answer, candidates, text);
        else if (answer.body.includes("open-")) others++;
      }
      // As the host does at every refresh of a token.
      await host.configure(rulesWith(policy));
    }
    const choosesNone = /id: open-1}|'\*': 0}}$/.test(policy) &&
      !policy.includes("red-1");
    assert(choosesNone || endings.of("own") > 50, `${endings.of("own")} own`);
    assert(endings.of("refused") > 50, `${endings.of("refused")} refused`);
    assert(endings.of("undecodable") > 5);
    assert(others > 50, `${others} picks of others`);
    await unload(host);
  });
}

Deno.test("tricks in a request open nothing, after the same picks of others", async () => {
  const endings = new Endings();
  await using host = await loadedHost(HOST, PLUGIN, rulesWith("fill_first"));
  const none = without("red-1", "red-2", "red-3", "spare-1");
  for (const candidates of [CREDENTIALS, none]) {
    for (let round = 0; round < 3; round++) {
      for (const scope of [SCOPES.blue, SCOPES.green, undefined]) {
        const pick = pickOf({ scope, candidates });
        await host.call("scheduler.pick", pick);
      }
      for (
        const [name, text] of Object.entries(tricks(SCOPES.red, candidates))
      ) {
        const answer = await host.call("scheduler.pick", text);
        const ending = endings.note(answer, candidates, name);
        if (/^twice|case|cut/.test(name)) assertEquals(ending, "undecodable");
        else if (name === "metadata twice") continue;
        else if (candidates === none || /null|no cand/.test(name)) {
          assertEquals([name, ending], [name, "refused"]);
        } else assertEquals([name, answer.body], [name, picked("red-1")]);
      }
    }
  }
  await unload(host);
});

for (const policy of ["round_robin", "sticky", "fill_first", "random"]) {
  Deno.test(`retries end in the refusal when nothing is left, by ${policy}`, async () => {
    const endings = new Endings();
    await using host = await loadedHost(HOST, PLUGIN, rulesWith(policy));
    for (let round = 0; round < 10; round++) {
      let candidates = CREDENTIALS;
      const tried: string[] = [];
      for (;;) {
        const last = tried.at(-1);
        const metadata: Record<string, string> = last === undefined
          ? {}
          : { "selected_auth_id": `"${last}"`, "selected_auth_index": '"a1"' };
        const pick = pickOf({ scope: SCOPES.red, candidates, metadata });
        // Another client has the same candidates, and fails on them too.
        const other = pickOf({ scope: SCOPES.blue, candidates, metadata });
        await host.call("scheduler.pick", other);
        const answer = await host.call("scheduler.pick", pick);
        const ending = endings.note(answer, candidates, pick);
        if (ending === "refused") break;
        if (ending === "unavailable") continue;
        const { AuthID: id } = JSON.parse(answer.body).result;
        tried.push(id);
        candidates = candidates.filter((credential) => credential.id !== id);
      }
      assertEquals(tried.toSorted(), ["red-1", "red-2", "red-3", "spare-1"]);
      assertEquals(tried.at(-1), "spare-1");
    }
    await unload(host);
  });
}

// ---- faults ----

/** Makes one fault; a worker may be dead or dying when it returns. */
type Fault = (host: TestHost, endings: Endings) => Promise<Ending | void>;

function byPolicy(model: string): Fault {
  return (host, endings) => ask(host, { model }, endings, model);
}

function bySignal(signal: Deno.Signal): Fault {
  return async (host) => Deno.kill(await workerOf(host), signal);
}

const FAULTS: Readonly<Record<string, { fault: Fault; ending?: Ending }>> = {
  "policy chooses nothing": { fault: byPolicy("none"), ending: "refused" },
  "policy throws": { fault: byPolicy("throw"), ending: "refused" },
  "policy throws nothing": {
    fault: byPolicy("throw nothing"),
    ending: "refused",
  },
  "policy recurses": { fault: byPolicy("recurse"), ending: "refused" },
  "policy loops": { fault: byPolicy("loop"), ending: "unavailable" },
  "policy fills the heap": { fault: byPolicy("heap"), ending: "unavailable" },
  "policy fills the memory": {
    fault: byPolicy("buffers"),
    ending: "unavailable",
  },
  "worker is killed": { fault: bySignal("SIGKILL") },
  "worker is stopped": { fault: bySignal("SIGSTOP") },
  "worker overwrites the channel": {
    fault: async (host) => {
      await host.call("hostile:scribble", "{}");
    },
  },
};

/** Configs that are not accepted. */
const BAD_CONFIGS = [
  "rules: [",
  "rules: [{name: a, use: nowhere}]\n",
  "otherwise: host\nrules: []\ndeny: maybe\n",
];

Deno.test("no fault lets an isolated client out, reconfigured meanwhile and under load", async () => {
  const yaml = rulesWith("hostile");
  const endings = new Endings();
  await using host = await loadedHost(HOST, HOSTILE, yaml);
  const registration = await host.configure(yaml);
  // What the load asks for is not known in advance: it is asked each time.
  const asking = yaml.replace(
    "rules:\n",
    `rules:
- name: load
  when: {caller: red, header: {X-Load: '*'}}
  use: own
  policy: least_recent
  otherwise: refuse
`,
  );
  assertEquals(await host.configure(asking), registration);
  const load = pickOf({
    scope: SCOPES.red,
    candidates: without("red-2", "red-3"),
    headers: { "X-Load": ["1"] },
  });
  await host.command(
    "load-start",
    THREADS,
    await host.file(load),
    await host.file(picked("red-1")),
    await host.file(UNAVAILABLE),
  );
  for (const [name, { fault, ending }] of Object.entries(FAULTS)) {
    // Known in advance from now on, as long as the config is in force.
    await ask(host, {}, endings, name);
    const ended = await fault(host, endings);
    if (ending !== undefined) assertEquals([name, ended], [name, ending]);
    for (const bad of BAD_CONFIGS) {
      assertEquals(await host.configure(bad), registration, name);
      await ask(host, {}, endings, name);
      await ask(host, { candidates: without("red-1") }, endings, name);
      const none = CREDENTIALS.filter((credential) => !isOwn(credential));
      await ask(host, { candidates: none }, endings, name);
    }
    assertEquals(await host.configure(asking), registration, name);
    await host.command("sleep", PROVEN_MS);
    await waitForWorker(host);
  }
  await host.command("load-stop");
  const report = await host.command("load-report");
  assertMatch(report, /^picks \d{3,} late [1-9]\d* wrong 0 /);
  for (const ending of ["own", "refused", "unavailable"] as const) {
    assert(endings.of(ending) >= 3, `${endings.of(ending)} ${ending}`);
  }
  await host.command("shutdown");
  const { stderr } = await host.end();
  assertEquals(stderr.includes("secret"), false, stderr);
});

Deno.test("a worker that restarts lets no pick of an isolated client out", async () => {
  const endings = new Endings();
  await using host = await loadedHost(HOST, PLUGIN, rulesWith("round_robin"));
  const random = new Random(SEED, "restarts");
  for (let round = 0; round < 2; round++) {
    const picks = [...mixedPicks(random, 4000)];
    await host.command("sleep", PROVEN_MS);
    const worker = await workerOf(host);
    const answers = await host.batch(
      picks.map(({ text }) => ({ method: "scheduler.pick", request: text })),
      4,
      async () => {
        await new Promise((resolve) => setTimeout(resolve, random.below(40)));
        Deno.kill(worker, round % 2 === 0 ? "SIGKILL" : "SIGSTOP");
      },
    );
    for (const [at, { isRed, candidates, text }] of picks.entries()) {
      if (isRed) endings.note(answers[at]!, candidates, text);
    }
    // The first picks right after the restart.
    for (let late = true; late;) {
      late = await ask(host, {}, endings) === "unavailable";
    }
  }
  assert(endings.of("own") > 100);
  await unload(host);
});

// ---- configs ----

Deno.test("a storm of configs shows an isolated client only what one of them gives", async () => {
  const first = rulesWith("{name: fixed, id: red-1}");
  const second = rulesWith("{name: fixed, id: [open-1, red-2]}");
  const third = rulesWith("{name: fixed, id: open-1}");
  await using host = await loadedHost(HOST, PLUGIN, first);
  const wanted = [
    [first, picked("red-1")],
    [second, picked("red-2")],
    [third, REFUSED],
  ] as const;
  const words: string[] = [];
  for (const [yaml, answer] of wanted) {
    words.push(
      await host.file(lifecycleRequest(yaml)),
      await host.file(answer),
      await host.file(UNAVAILABLE),
    );
  }
  const pick = await host.file(pickOf({ scope: SCOPES.red }));
  const line = await host.command("storm", THREADS, 1000, pick, ...words);
  assertMatch(line, /^picks 8000 wrong 0 late \d+ changes [1-9]\d* /);
  await unload(host);
});

Deno.test("a batch of picks and configs, good and bad, lets no isolated client out", async () => {
  const endings = new Endings();
  const random = new Random(SEED, "configs");
  await using host = await loadedHost(HOST, PLUGIN, rulesWith("fill_first"));
  const picks = [...mixedPicks(random, 3000)];
  const calls = picks.map(({ text }): BatchCall => {
    if (!random.once(40)) return { method: "scheduler.pick", request: text };
    const yaml = random.once(3)
      ? random.of(BAD_CONFIGS)
      : rulesWith(random.of(POLICIES));
    return { method: "plugin.reconfigure", request: lifecycleRequest(yaml) };
  });
  const answers = await host.batch(calls, THREADS);
  for (const [at, { isRed, candidates, text }] of picks.entries()) {
    if (!isRed || calls[at]!.method !== "scheduler.pick") continue;
    endings.note(answers[at]!, candidates, text);
  }
  assert(endings.of("own") > 50 && endings.of("refused") > 50);
  await unload(host);
});

Deno.test("isolation that was given while there was no worker is in force with the next one", async () => {
  const copy = `${folder}/gone-and-back.so`;
  await Deno.copyFile(PLUGIN, copy);
  const open = "policy: round_robin\n";
  const yaml = rulesWith("fill_first");
  const endings = new Endings();
  await using host = await loadedHost(HOST, copy, yaml);
  await Deno.rename(copy, `${copy}.away`);
  Deno.kill(await workerOf(host), "SIGKILL");
  await host.configure(open);
  await host.configure(yaml);
  const registration = await host.configure("rules: [");
  assertMatch(registration.body, /^\{"ok":true,/);
  for (let round = 0; round < 10; round++) {
    assertEquals(await ask(host, {}, endings), "unavailable");
  }
  await Deno.rename(`${copy}.away`, copy);
  await waitForWorker(host);
  for (let round = 0; round < 10; round++) {
    await ask(host, {}, endings);
  }
  assert(endings.of("own") > 0);
  await unload(host);
});

// ---- time ----

const NOON_IN_MS = 600;
const AFTER_NOON_MS = 300;

/** The worker's clock and this one tell whole milliseconds. */
const SLACK_MS = 2;

for (const isStopped of [false, true]) {
  const worker = isStopped ? "a stopped worker" : "a worker";
  Deno.test(`a window that ends takes its answers in advance with it, with ${worker}`, async () => {
    const yaml = rulesWith(
      "fill_first",
      `- name: morning
  when: {time: '00:00-12:00 UTC'}
  policy: fill_first
`,
    );
    const endings = new Endings();
    await using host = await loadedHost(HOST, HOSTILE, yaml);
    const file = await host.file(pickOf({ scope: SCOPES.red }));
    const pick = async () => {
      const line = await host.command("call", "scheduler.pick", file);
      return { rc: Number(line.slice(3, 4)), body: line.slice(5) };
    };
    const setFrom = Date.now();
    const { body } = await host.call("hostile:noon", `${NOON_IN_MS}`);
    assertEquals(body, '{"ok":true,"result":{}}');
    const setTo = Date.now();
    for (let tries = 0; (await pick()).body !== picked("open-1"); tries++) {
      assert(tries < 10, "Late again and again");
    }
    if (isStopped) Deno.kill(await workerOf(host), "SIGSTOP");
    let morning = 0;
    for (;;) {
      const began = Date.now();
      const answer = await pick();
      const ended = Date.now();
      if (began > setTo + NOON_IN_MS + AFTER_NOON_MS) break;
      if (ended < setFrom + NOON_IN_MS) {
        assertEquals(answer.body, picked("open-1"));
        morning++;
      } else if (began > setTo + NOON_IN_MS + SLACK_MS) {
        const ending = endings.note(answer, CREDENTIALS, "after noon");
        if (isStopped) assertEquals(ending, "unavailable");
      }
    }
    assert(morning > 10, `${morning} before noon`);
    assert(endings.of(isStopped ? "unavailable" : "own") > 0);
    await unload(host);
  });
}
