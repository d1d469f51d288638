/** Which version of a policy is in force, and when it is set aside. */

import { assert, assertEquals } from "@std/assert";
import { compileModule } from "../../src/modules/compile.ts";
import { fingerprintOf, moduleKey } from "../../src/modules/module_key.ts";
import {
  type Culprit,
  PolicyRegistry,
  type RegistryEntry,
  type WatchedModule,
} from "../../src/modules/registry.ts";
import type {
  ModuleSettings,
  ModuleSpec,
} from "../../src/policy/policy_modules.ts";
import { exampleRequest } from "../policy/example_request.ts";
import { policyOf } from "./example_module.ts";

const SPEC: ModuleSpec = { name: "mine", file: "mine.ts", options: "{}" };
const SETTINGS: ModuleSettings = { folder: "policies", specs: [SPEC] };
const KEY = moduleKey("policies", SPEC);

/** A registry with everything around it in memory. */
class World {
  nowMs = 0;
  /** What each look at the clock adds. */
  stepMs = 0;
  /** What each look at the processor's clock adds. */
  stepCpuMs = 0;
  cpuMs = 0;
  readonly again: string[] = [];
  readonly log: RegistryEntry[] = [];
  readonly marks: string[] = [];
  watched: readonly WatchedModule[] = [];
  loaded: readonly number[] = [];
  isAwaited = false;
  readonly registry: PolicyRegistry;

  constructor(
    culprits: readonly Culprit[] = [],
    proven: readonly number[] = [],
  ) {
    this.registry = new PolicyRegistry({
      seed: 1,
      now: () => this.nowMs += this.stepMs,
      cpuNow: () => this.cpuMs += this.stepCpuMs,
      findAgain: (key) => this.again.push(key),
      wallNow: () => 1000 + this.nowMs,
      log: (entry) => this.log.push(entry),
      marks: {
        picking: (fingerprint) => this.marks.push(`picking ${fingerprint}`),
        loading: (fingerprint) => this.marks.push(`loading ${fingerprint}`),
        loaded: (fingerprints) => this.loaded = fingerprints,
      },
      culprits,
      proven,
      isAwaited: () => this.isAwaited,
      watch: (modules) => this.watched = modules,
    });
  }

  /** Its file holds this, and the check finds it good. */
  async save(text: string, key = KEY, isTouched = false): Promise<boolean> {
    const fingerprint = fingerprintOf(key, text);
    const order = this.registry.found(key, fingerprint, isTouched);
    if (order === undefined) return false;
    const made = await compileModule(text, "mine.ts");
    if ("problem" in made) this.registry.refused(key, made.problem);
    else this.registry.checked(key, fingerprint, made);
    return true;
  }

  /** What the policy says of the candidates a and b. */
  ask(spec = SPEC): string {
    const { candidates, ...request } = exampleRequest(["a", "b"]);
    const answer = this.registry.ask(spec, {
      candidates,
      request: { ...request, candidates },
      headers: [],
      nowMs: 0,
    });
    return answer.kind === "choice"
      ? candidates[answer.place]!.id
      : answer.reason;
  }

  get messages(): readonly string[] {
    return this.log.map(({ level, message }) => `${level} ${message}`);
  }
}

function choosing(id: string): string {
  return policyOf(`return { id: '${id}' }`);
}

const THROWING = policyOf("throw new Error('secret')");
const ASIDE = "The policy mine is set aside: 3 picks in a row failed";
const MINUTE_MS = 60_000;

Deno.test("prepare() waits until a file was looked at, and no longer than 2 s", async () => {
  const world = new World();
  assertEquals(world.registry.prepare(SETTINGS), false);
  assertEquals(world.watched, [
    { key: KEY, folder: "policies", file: "mine.ts" },
  ]);
  await world.save(choosing("b"));
  assertEquals(world.registry.prepare(SETTINGS), true);
  const late = new World();
  assertEquals(late.registry.prepare(SETTINGS), false);
  late.nowMs = 2000;
  assertEquals(late.registry.prepare(SETTINGS), true);
  const missing = new World();
  missing.registry.prepare(SETTINGS);
  missing.registry.refused(KEY, { message: "There is no such file" });
  assertEquals(missing.registry.prepare(SETTINGS), true);
});

Deno.test("ask() gives the answer of the version that was saved last", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  assertEquals(world.ask(), "The policy mine is not loaded");
  await world.save(choosing("a"));
  assertEquals(world.ask(), "a");
  await world.save(choosing("b"));
  assertEquals(world.ask(), "b");
  assertEquals(world.messages, [
    "info Policy mine: mine.ts is loaded",
    "info Policy mine: mine.ts is live",
  ]);
});

Deno.test("a bad version, or none, leaves the good one in force and says why", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(choosing("a"));
  await world.save("export default {\n  pick( { }");
  assertEquals(world.ask(), "a");
  await world.save("throw new Error('secret');\nexport default { pick() {} }");
  assertEquals(world.ask(), "a");
  world.registry.refused(KEY, { message: "There is no such file" });
  assertEquals(world.ask(), "a");
  const [, syntax, thrown, gone] = world.messages;
  assert(syntax?.startsWith("error Policy mine: mine.ts:2:"), syntax);
  assertEquals(
    thrown,
    "error Policy mine: mine.ts:1:7: It threw Error; the one that is loaded stays",
  );
  assertEquals(
    gone,
    "error Policy mine: mine.ts: There is no such file in policies, looked for " +
      "from where the host was started; the one that is loaded stays",
  );
  assertEquals(JSON.stringify(world.log).includes("secret"), false);
});

Deno.test("a file that is missing is told with its folder as the config has it", () => {
  const world = new World();
  const folder = "/srv/policies";
  world.registry.adopt({ ...SETTINGS, folder });
  const [watched] = world.watched;
  world.registry.refused(watched!.key, { message: "There is no such file" });
  assertEquals(world.messages, [
    "error Policy mine: mine.ts: There is no such file in /srv/policies",
  ]);
});

Deno.test("a trial gets the last question, and the state of the version in force", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(policyOf("context.state.n = 1; return { id: 'a' }"));
  world.ask();
  const order = world.registry.found(KEY, 7);
  assertEquals(order?.state, '{"n":1}');
  assertEquals(order?.trial?.candidates.map(({ id }) => id), ["a", "b"]);
  await world.save(
    policyOf("return { id: context.state.n === 1 ? 'b' : 'a' }"),
  );
  assertEquals(world.ask(), "b");
});

Deno.test("three failures in a row set a version aside until another is saved", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(THROWING);
  for (let i = 0; i < 3; i++) {
    assertEquals(
      world.ask(),
      "The policy mine failed: mine.ts:4:11: It threw Error",
    );
  }
  assertEquals(world.ask(), ASIDE);
  assertEquals(world.registry.facts(), [{
    name: "mine",
    file: "mine.ts",
    state: "set aside",
    sinceMs: 1000,
    calls: 3,
    failures: 3,
    meanUs: 0,
    problem: "mine.ts:4:11: It threw Error",
    aside: { why: "3 picks in a row failed", sinceMs: 1000, nextMs: 61_000 },
  }]);
  assertEquals(world.messages.slice(1), [
    "warn Policy mine: mine.ts:4:11: It threw Error",
    "error Policy mine: mine.ts: It is set aside for 1 minute: 3 picks in a row failed",
  ]);
  await world.save(choosing("b"));
  assertEquals(world.ask(), "b");
});

Deno.test("a good answer, or none, ends a row of failures", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(policyOf(
    "const n = context.state.n = (context.state.n ?? 0) + 1; if (n % 3) throw 1; return n % 2 ? null : { id: 'a' }",
  ));
  for (let i = 0; i < 12; i++) world.ask();
  assertEquals(world.registry.facts()[0]?.state, "loaded");
  assertEquals(world.registry.facts()[0]?.failures, 8);
});

Deno.test("an answer that took longer than its share is none", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(choosing("a"));
  world.stepMs = 26;
  const late = "The policy mine failed: mine.ts: It took longer than 25 ms";
  assertEquals([world.ask(), world.ask(), world.ask(), world.ask()], [
    late,
    late,
    late,
    ASIDE,
  ]);
});

/** Picks without a pause: each takes so much, whoever else has the processor. */
async function saturate(
  world: World,
  picks: { readonly costMs: number; readonly tookMs: number },
  seconds: number,
): Promise<{ readonly answered: number; readonly busyMs: number }> {
  world.registry.adopt(SETTINGS);
  await world.save(choosing("a"));
  let answered = 0;
  const endMs = world.nowMs + seconds * 1000;
  world.stepCpuMs = picks.costMs;
  while (world.nowMs < endMs) {
    const calls = world.registry.facts()[0]!.calls;
    world.ask();
    const isAsked = world.registry.facts()[0]!.calls > calls;
    world.nowMs += isAsked ? picks.tookMs : 0.1;
    if (isAsked) answered++;
  }
  return { answered, busyMs: answered * picks.tookMs };
}

Deno.test("a policy that is just quick enough at each pick leaves others most of the time", async () => {
  for (const ms of [9.9, 5, 1, 0.5]) {
    const world = new World();
    const picks = { costMs: ms, tookMs: ms };
    const { busyMs } = await saturate(world, picks, 4);
    assert(busyMs < 4000 * 0.25 + 300, `${ms}: ${busyMs}`);
    assert(busyMs > 4000 * 0.2, `${ms}: ${busyMs}`);
    let answer = "a";
    while (answer === "a") answer = world.ask();
    assertEquals(answer, "The policy mine has used up its time");
    const said = world.messages.filter((one) => one.includes("time of others"));
    assertEquals(said, [
      "warn Policy mine: mine.ts: It takes too much of the time of others: a pick gets no answer",
    ]);
    // It is never set aside for that, and goes on by itself.
    world.nowMs += 1000;
    assertEquals(world.ask(), "a");
    assertEquals(world.registry.facts()[0]?.state, "loaded");
  }
});

Deno.test("the log says once a minute how many picks got no answer for want of time", async () => {
  const world = new World();
  await saturate(world, { costMs: 20, tookMs: 20 }, 61);
  const said = world.messages.filter((one) => one.includes("time of others"));
  assertEquals(said.length, 2);
  assert(/others: \d{3,} picks got no answer$/.test(said[1]!), said[1]);
});

Deno.test("a quick policy may take all the time, also on a machine that is busy", async () => {
  for (
    const picks of [
      { costMs: 0.02, tookMs: 0.02 },
      { costMs: 0.3, tookMs: 0.3 },
      { costMs: 0.49, tookMs: 0.49 },
      // Others have the processor most of the time.
      { costMs: 0.3, tookMs: 20 },
    ]
  ) {
    const world = new World();
    const { busyMs } = await saturate(world, picks, 3);
    assert(busyMs >= 3000 - 2 * picks.tookMs, JSON.stringify(picks));
    assertEquals(world.messages.length, 1);
  }
});

Deno.test("all policies together leave others most of the time", async () => {
  const world = new World();
  const specs = ["a", "b", "c", "d"].map((name) => ({ ...SPEC, name }));
  world.registry.adopt({ folder: "policies", specs });
  for (const spec of specs) {
    await world.save(choosing("a"), moduleKey("policies", spec));
  }
  world.stepCpuMs = 9;
  let busyMs = 0;
  while (world.nowMs < 10_000) {
    for (const spec of specs) {
      const isAsked = world.ask(spec) === "a";
      world.nowMs += isAsked ? 9 : 0.1;
      busyMs += isAsked ? 9 : 0;
    }
  }
  assert(busyMs < 10_000 * 0.4 + 500, `${busyMs}`);
});

Deno.test("after a pause one pick tries it again; each pause is twice as long, up to an hour", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(THROWING);
  for (let i = 0; i < 3; i++) world.ask();
  assertEquals(world.ask(), ASIDE);
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    world.nowMs += minutes * MINUTE_MS - 1;
    const before = world.ask();
    assert(before.startsWith("The policy mine is set aside: "), before);
    world.nowMs += 1;
    assertEquals(
      world.ask(),
      "The policy mine failed: mine.ts:4:11: It threw Error",
    );
    assertEquals(
      world.ask(),
      "The policy mine is set aside: the pick that tried it again failed",
    );
  }
  const again = world.messages.filter((one) => one.includes("tried it again"));
  assertEquals(
    again[0],
    "error Policy mine: mine.ts: It is set aside for 2 minutes: the pick that tried it again failed",
  );
  assertEquals(again.length, 8);
  assertEquals(JSON.stringify(world.log).includes("secret"), false);
});

Deno.test("a pick that goes well brings it back, and a good run makes the next pause short", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  // Three failures for one client, then good ones, and again.
  await world.save(policyOf(
    "const n = context.state.n = (context.state.n ?? 0) + 1; const at = n % 1000; if (at <= 3 || n > 2000 && n < 2010) throw 1; return { id: 'a' }",
  ));
  const pauses = () =>
    world.messages.filter((one) => one.includes("is set aside for")).map((
      one,
    ) => /for (\d+ minutes?)/.exec(one)?.[1]);
  for (let i = 0; i < 3; i++) world.ask();
  assertEquals(world.ask(), ASIDE);
  world.nowMs += MINUTE_MS;
  assertEquals(world.ask(), "a");
  assertEquals(world.ask(), "a");
  assertEquals(world.registry.facts()[0]?.state, "loaded");
  assertEquals(world.registry.facts()[0]?.problem, undefined);
  assertEquals(
    world.messages.at(-1),
    "info Policy mine: mine.ts: It is back: a pick went well",
  );
  for (let i = 0; i < 1000; i++) world.ask();
  assertEquals(pauses(), ["1 minute", "1 minute"]);
});

Deno.test("while it is tried again a guard stops it", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(policyOf(
    "if ((context.state.n = (context.state.n ?? 0) + 1) > 3) for (;;); throw 1",
  ));
  for (let i = 0; i < 3; i++) world.ask();
  world.nowMs += MINUTE_MS;
  assertEquals(
    world.ask(),
    "The policy mine failed: mine.ts: It was stopped after 25 ms",
  );
  assertEquals(world.registry.facts()[0]?.state, "set aside");
});

Deno.test("a touched file is loaded anew, with its memory", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  const text = policyOf(
    "const n = context.state.n = (context.state.n ?? 0) + 1; if (n <= 3) throw 1; return { id: 'a' }",
  );
  await world.save(text);
  for (let i = 0; i < 3; i++) world.ask();
  assertEquals(world.ask(), ASIDE);
  assert(await world.save(text, KEY, true));
  assertEquals(world.ask(), "a");
});

Deno.test("memory that is no object is dropped with a word, and no later version fails for it", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(
    policyOf("context.state.toJSON = () => null; return { id: 'a' }"),
  );
  world.ask();
  const next = policyOf("context.state.n = 1; return { id: 'b' }");
  await world.save(next);
  assertEquals(world.ask(), "b");
  assertEquals(world.messages.slice(1), [
    "warn Policy mine: mine.ts: Its memory begins empty: context.state must be a plain object",
    "info Policy mine: mine.ts is live",
  ]);
  await world.save(choosing("a"));
  assertEquals(world.ask(), "a");
});

Deno.test("after one pick that took longer than its share all are guarded", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(policyOf(
    "if ((context.state.n = (context.state.n ?? 0) + 1) > 1) for (;;); return { id: 'a' }",
  ));
  world.stepMs = 30;
  world.ask();
  world.stepMs = 0;
  assertEquals(
    world.ask(),
    "The policy mine failed: mine.ts: It was stopped after 25 ms",
  );
});

Deno.test("the host's side knows at all times what runs", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  const text = choosing("a");
  const fingerprint = fingerprintOf(KEY, text);
  await world.save(text);
  world.ask();
  assertEquals(world.marks, [
    `loading ${fingerprint}`,
    "loading 0",
    `loading ${fingerprint}`,
    "loading 0",
    `picking ${fingerprint}`,
    "picking 0",
  ]);
});

const TEXT = policyOf("for (;;);");
const FINGERPRINT = fingerprintOf(KEY, TEXT);

/** How often the worker ended in it, and whether it is loaded after. */
const ENDS: readonly (readonly [picks: number, loads: number, boolean])[] = [
  [1, 0, true],
  [2, 0, true],
  [3, 0, false],
  [0, 1, false],
];

for (const [picks, loads, isLoaded] of ENDS) {
  Deno.test(`after ${picks} ends at picks and ${loads} at loads it is ${isLoaded ? "guarded" : "set aside"}`, async () => {
    const world = new World([{ fingerprint: FINGERPRINT, picks, loads }]);
    world.registry.adopt(SETTINGS);
    assertEquals(await world.save(TEXT), isLoaded);
    if (!isLoaded) {
      assertEquals(world.ask(), "The policy mine is not loaded");
      assert(world.messages[0]?.includes("It is set aside for 10 minutes: "));
      const [facts] = world.registry.facts();
      assertEquals([facts?.state, facts?.aside?.nextMs], [
        "set aside",
        601_000,
      ]);
      assert(await world.save(choosing("a")));
      assertEquals(world.ask(), "a");
      return;
    }
    // A guard stops it, so that the worker lives.
    for (let i = picks; i < 3; i++) {
      assertEquals(
        world.ask(),
        "The policy mine failed: mine.ts: It was stopped after 25 ms",
      );
    }
    assertEquals(world.ask(), ASIDE);
  });
}

/** How often the worker ended in it, and minutes until it is tried again. */
const PAUSES: readonly (readonly [picks: number, loads: number, number])[] = [
  [3, 0, 10],
  [4, 0, 20],
  [6, 0, 60],
  [0, 1, 10],
  [1, 2, 20],
  [2, 9, 60],
];

for (const [picks, loads, minutes] of PAUSES) {
  Deno.test(`after ${picks} ends at picks and ${loads} at loads it is tried again in ${minutes} minutes`, async () => {
    const text = choosing("a");
    const fingerprint = fingerprintOf(KEY, text);
    const world = new World([{ fingerprint, picks, loads }]);
    world.registry.adopt(SETTINGS);
    assertEquals(await world.save(text), false);
    world.nowMs += minutes * MINUTE_MS - 1;
    world.registry.turn();
    assertEquals(world.again, []);
    // Found once more for another reason, it is no other one.
    assertEquals(await world.save(text), false);
    world.nowMs += 1;
    world.registry.turn();
    world.registry.turn();
    assertEquals(world.again, [KEY]);
    assertEquals(world.registry.facts()[0]?.state, "set aside");
    assert(await world.save(text));
    assertEquals(world.ask(), "a");
    assertEquals(world.registry.facts()[0]?.state, "loaded");
  });
}

Deno.test("a file that is touched is tried at once, though the worker ended in it", async () => {
  const text = choosing("a");
  const fingerprint = fingerprintOf(KEY, text);
  const world = new World([{ fingerprint, picks: 3, loads: 1 }]);
  world.registry.adopt(SETTINGS);
  assertEquals(await world.save(text), false);
  assert(await world.save(text, KEY, true));
  assertEquals(world.ask(), "a");
  world.nowMs += 60 * MINUTE_MS;
  world.registry.turn();
  assertEquals(world.again, []);
});

Deno.test("a load that was stopped is tried again, and then given up", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save("for (;;);\nexport default { pick() {} }");
  assertEquals(world.messages, []);
  for (let i = 0; i < 4; i++) world.registry.turn();
  assertEquals(world.messages, [
    "error Policy mine: mine.ts: It was stopped after 50 ms",
  ]);
  world.registry.turn();
  assertEquals(world.messages.length, 1);
});

Deno.test("adopt() forgets policies of the config before, and keeps the others", async () => {
  const world = new World();
  const other: ModuleSpec = { ...SPEC, name: "other", options: '{"a":1}' };
  world.registry.adopt({ folder: "policies", specs: [SPEC, other] });
  await world.save(choosing("a"));
  await world.save(choosing("b"), moduleKey("policies", other));
  assertEquals([world.ask(), world.ask(other)], ["a", "b"]);
  // Read again, it is another object.
  world.registry.adopt({ folder: "policies", specs: [{ ...SPEC }] });
  assertEquals([world.ask({ ...SPEC }), world.ask({ ...other })], [
    "a",
    "The policy other is not loaded",
  ]);
  assertEquals(world.watched.length, 1);
  world.registry.adopt({ folder: "elsewhere", specs: [SPEC] });
  assertEquals(world.ask(), "The policy mine is not loaded");
  world.registry.adopt({ folder: "policies", specs: [] });
  assertEquals([world.watched, world.loaded], [[], []]);
  // What comes late is of no use.
  assertEquals(world.registry.found(KEY, 1), undefined);
  world.registry.refused(KEY, { message: "late" });
  assertEquals(world.registry.facts(), []);
});

Deno.test("prepare() waits for no policy while picks wait for this worker", async () => {
  const world = new World();
  world.isAwaited = true;
  assert(world.registry.prepare(SETTINGS));
  world.registry.adopt(SETTINGS);
  assertEquals(world.ask(), "The policy mine is not loaded");
  await world.save(choosing("a"));
  assertEquals(world.ask(), "a");
  // Later configs wait as ever.
  world.isAwaited = false;
  const later: ModuleSpec = { ...SPEC, name: "later" };
  assert(!world.registry.prepare({ ...SETTINGS, specs: [SPEC, later] }));
});

Deno.test("found() asks for no trial of a version that an earlier worker had loaded", () => {
  const world = new World([], [7]);
  world.registry.adopt(SETTINGS);
  assertEquals(world.registry.found(KEY, 7)?.isProven, true);
  assertEquals(world.registry.found(KEY, 8)?.isProven, undefined);
  // Unless one ended in it.
  const warned = new World([{ fingerprint: 7, picks: 0, loads: 1 }], [7]);
  warned.registry.adopt(SETTINGS);
  assertEquals(warned.registry.found(KEY, 7), undefined);
});

Deno.test("the host's side knows which versions are loaded", async () => {
  const world = new World();
  const other: ModuleSpec = { ...SPEC, name: "other" };
  const otherKey = moduleKey("policies", other);
  world.registry.adopt({ folder: "policies", specs: [SPEC, other] });
  assertEquals(world.loaded, []);
  const [a, b] = [choosing("a"), choosing("b")];
  await world.save(a);
  await world.save(a, otherKey);
  assertEquals(world.loaded, [
    fingerprintOf(KEY, a),
    fingerprintOf(otherKey, a),
  ]);
  // A bad version takes no place, a good one does.
  await world.save("export default {");
  await world.save(b, otherKey);
  assertEquals(world.loaded, [
    fingerprintOf(KEY, a),
    fingerprintOf(otherKey, b),
  ]);
  world.registry.adopt(SETTINGS);
  assertEquals(world.loaded, [fingerprintOf(KEY, a)]);
});

Deno.test("what is checked elsewhere is blamed while nothing runs here", async () => {
  const world = new World();
  const other: ModuleSpec = { ...SPEC, name: "other" };
  const otherKey = moduleKey("policies", other);
  world.registry.adopt({ folder: "policies", specs: [SPEC, other] });
  await world.save("for (;;);\nexport default { pick() {} }");
  world.registry.found(otherKey, 7);
  world.marks.length = 0;
  // The first one is tried again meanwhile.
  world.registry.turn();
  assertEquals(world.marks.at(-1), "loading 7");
  world.registry.refused(otherKey, { message: "It is no good" });
  assertEquals(world.marks.at(-1), "loading 0");
});

Deno.test("turn() tries one load at a time, so that picks come between", async () => {
  const world = new World();
  const specs = ["one", "two", "three"].map((name) => ({ ...SPEC, name }));
  world.registry.adopt({ folder: "policies", specs });
  for (const spec of specs) {
    await world.save(
      "for (;;);\nexport default { pick() {} }",
      moduleKey("policies", spec),
    );
  }
  assert(world.registry.isWaiting);
  const triesInTurn = () => {
    world.marks.length = 0;
    world.registry.turn();
    return world.marks.filter((mark) => !mark.endsWith(" 0")).length;
  };
  // Each was tried once when it came.
  const tries = Array.from({ length: 13 }, triesInTurn);
  assertEquals(tries, [...Array(12).fill(1), 0]);
  assert(!world.registry.isWaiting);
  assertEquals(world.messages.length, 3);
});
