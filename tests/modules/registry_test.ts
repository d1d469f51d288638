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
      wallNow: () => 1000,
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
  async save(text: string, key = KEY): Promise<boolean> {
    const fingerprint = fingerprintOf(key, text);
    if (this.registry.found(key, fingerprint) === undefined) return false;
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
const ASIDE = "The policy mine is set aside until its file changes";

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

Deno.test("three failures in a row set a version aside until its file changes", async () => {
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
  }]);
  assertEquals(world.messages.slice(1), [
    "warn Policy mine: mine.ts:4:11: It threw Error",
    "error Policy mine: mine.ts: It is set aside until the file changes: 3 picks in a row failed",
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

Deno.test("what takes too much of the time of others is set aside", async () => {
  const world = new World();
  world.registry.adopt(SETTINGS);
  await world.save(choosing("a"));
  // Each pick takes 20 ms, which is its right, and there is no pause between.
  world.stepMs = 20;
  const answers = Array.from({ length: 40 }, () => world.ask());
  assertEquals(answers[0], "a");
  assertEquals(answers.at(-1), ASIDE);
  assert(world.messages.at(-1)?.endsWith("too much of the time of others"));
  // With enough time between it goes on for ever.
  const patient = new World();
  patient.registry.adopt(SETTINGS);
  await patient.save(choosing("a"));
  patient.stepMs = 20;
  for (let i = 0; i < 200; i++) {
    patient.nowMs += 100;
    assertEquals(patient.ask(), "a");
  }
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
      assert(world.messages[0]?.includes("set aside until the file changes"));
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
