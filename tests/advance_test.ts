/**
 * The built file against a model (`advance/model.ts`): random picks, each of
 * them like others that were answered before, under one config after the
 * other, with one thread and many, with workers that die. Whatever is
 * remembered, every answer must be the one that the request asks for.
 *
 * ADVANCE_SEED repeats a run; ADVANCE_SCALE multiplies the count of picks.
 * @default {ADVANCE_SEED=1 ADVANCE_SCALE=1}
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { build } from "../ffi/build/build.ts";
import {
  type CandidateList,
  Lists,
  OUT_OF_ORDER,
} from "./advance/candidates.ts";
import {
  callOf,
  judge,
  judgeSharedTurns,
  judgeTurns,
  ROUND_ROBIN,
  type Step,
  type Verdict,
} from "./advance/judge.ts";
import { failureOf, type Settings, yamlOf } from "./advance/model.ts";
import { Random } from "./advance/random.ts";
import { type PickCall, Requests } from "./advance/requests.ts";
import { goesRound, Rotation } from "./advance/rotation.ts";
import type { BatchAnswer } from "./host/batch.ts";
import { compileHost, type TestHost } from "./host/host.ts";
import {
  DENIED,
  loadedHost,
  UNHANDLED,
  unload,
  waitForWorker,
  workerOf,
} from "./host/plugin.ts";

const SEED = Number(Deno.env.get("ADVANCE_SEED") ?? 1);
const SCALE = Number(Deno.env.get("ADVANCE_SCALE") ?? 1);

const THREADS = 8;

/** Twelve families make more than twice the lists that are remembered. */
const FAMILIES = 12;

/** Longer than a worker must have served to be started again at once. */
const PROVEN_MS = 1050;

/** How often a late pick is asked for again, 50 ms apart. */
const RETRIES = 60;

/** Findings that a failure shows. */
const SHOWN_FINDINGS = 3;

const { file: PLUGIN } = await build();
const folder = await Deno.makeTempDir();
const HOST = await compileHost(folder);
const counts = new Map<string, number>();
let total = 0;
let allLate = 0;

say(`seed ${SEED}`);
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
  say(`seed ${SEED}: ${total} picks, ${allLate} late, of these`);
  for (const [kind, count] of [...counts].sort()) say(`  ${count} ${kind}`);
});

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

// ---- what the tests share ----

/** Numbers, lists and requests of one test. */
class World {
  readonly random: Random;
  readonly lists: Lists;
  readonly requests: Requests;

  constructor(name: string) {
    this.random = new Random(SEED, name);
    this.lists = new Lists(this.random);
    this.requests = new Requests(this.random);
  }

  /**
   * A pick with one of the lists or, now and then, one never seen; half of
   * them with the credential of the config, if there is one.
   */
  pick(pool: readonly CandidateList[], settings?: Settings): PickCall {
    const { random, lists } = this;
    const id = settings?.policy === "auth_id" && random.once(2)
      ? settings.id
      : undefined;
    const fitting = id === undefined ? pool : listsWith(pool, id);
    const list = fitting.length === 0 || random.once(10)
      ? lists.fresh(id)
      : random.of(fitting);
    return this.requests.any(list);
  }

  /** A config; a credential in it is of the lists, or of none. */
  settings(pool: readonly CandidateList[]): Settings {
    const random = this.random;
    switch (random.below(8)) {
      case 0:
        return { policy: "none" };
      case 1:
        return { policy: "deny" };
      case 2:
        return { policy: "delegate", to: "fill-first" };
      case 3:
        return { policy: "delegate", to: "round-robin" };
      case 4:
        return {
          policy: "round_robin",
          tiers: random.once(2) ? "top" : "all",
        };
      case 5:
        return { policy: "auth_id", id: "absent" };
      default:
        return { policy: "auth_id", id: this.#id(pool) };
    }
  }

  /** The first or last id of a list, if YAML takes it as JSON writes it. */
  #id(pool: readonly CandidateList[]): string {
    for (;;) {
      const id = this.random.of(pool).ids.at(this.random.once(2) ? 0 : -1);
      if (id !== undefined && /^\S+$/.test(id) && isPrintable(id)) return id;
    }
  }
}

function listsWith(
  pool: readonly CandidateList[],
  id: string,
): readonly CandidateList[] {
  return pool.filter(({ ids }) => ids.includes(id));
}

function isPrintable(text: string): boolean {
  return !/[\p{Cc}\ufeff\u2028\u2029]/u.test(text);
}

function note(
  picks: readonly PickCall[],
  answers: readonly BatchAnswer[],
  { late, findings }: Verdict,
): void {
  total += picks.length;
  allLate += late.length;
  for (const kind of picks.flatMap(({ kinds }) => kinds)) count(kind);
  for (const { body } of answers) count(`answer: ${kindOf(body)}`);
  if (findings.length === 0) return;
  const shown = findings.slice(0, SHOWN_FINDINGS).join("\n\n");
  throw new Error(
    `ADVANCE_SEED=${SEED}: ${findings.length} findings\n${shown}`,
  );
}

function count(kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function kindOf(body: string): string {
  if (body.includes('"schema_version"')) return "a registration";
  if (body.startsWith('{"ok":false')) {
    return body === DENIED ? "denied" : "an error";
  }
  if (body === UNHANDLED) return "not handled";
  return body.includes('"AuthID":""') ? "delegated" : "a credential";
}

/** Makes a batch and fails if anything in it does not hold. */
async function run(
  host: TestHost,
  before: Settings,
  steps: readonly Step[],
  options: { threads?: number; meanwhile?: () => Promise<void> } = {},
): Promise<Verdict> {
  const answers = await host.batch(
    steps.map(callOf),
    options.threads,
    options.meanwhile,
  );
  const verdict = judge(before, steps, answers);
  const picks = steps.flatMap((step) => "pick" in step ? [step.pick] : []);
  note(picks, answers, verdict);
  return verdict;
}

/** A slow machine may be late, but not for ever. */
async function askAgain(
  host: TestHost,
  settings: Settings,
  late: readonly PickCall[],
): Promise<void> {
  let left = late.map((pick) => ({ pick }));
  for (let tries = 0; left.length > 0; tries++) {
    assert(
      tries < RETRIES,
      `ADVANCE_SEED=${SEED}: ${JSON.stringify(settings)} gives the answer on ` +
        `failure again and again to ${left[0]?.pick.text.slice(0, 3000)}`,
    );
    if (tries > 0) await host.command("sleep", 50);
    const answers = await host.batch(left.map(callOf));
    const { late, findings } = judge(settings, left, answers);
    assertEquals(findings, []);
    left = late.map((pick) => ({ pick }));
  }
}

async function reconfigure(host: TestHost, settings: Settings): Promise<void> {
  const { rc, body } = await host.configure(yamlOf(settings));
  assertEquals(rc, 0);
  assertStringIncludes(body, '"scheduler":true');
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: Math.ceil(count * SCALE) }, make);
}

// ---- any policy ----

Deno.test("every pick gets its own answer, under one config after the other", async () => {
  const world = new World("one by one");
  const pool = world.lists.pool(FAMILIES);
  await using host = await loadedHost(HOST, PLUGIN, "");
  for (let round = 0; round < 50; round++) {
    const settings = world.settings(pool);
    await reconfigure(host, settings);
    const steps = times(1200, () => ({ pick: world.pick(pool, settings) }));
    const { late } = await run(host, settings, steps);
    await askAgain(host, settings, late);
  }
  await unload(host);
});

Deno.test(`every pick gets its own answer with ${THREADS} threads`, async () => {
  const world = new World("threads");
  const pool = world.lists.pool(FAMILIES);
  await using host = await loadedHost(HOST, PLUGIN, "");
  for (let round = 0; round < 12; round++) {
    const settings = world.settings(pool);
    await reconfigure(host, settings);
    const steps = times(2000, () => ({ pick: world.pick(pool, settings) }));
    const { late } = await run(host, settings, steps, { threads: THREADS });
    await askAgain(host, settings, late);
  }
  await unload(host);
});

Deno.test(`no pick shows the config before, with ${THREADS} threads and configs between`, async () => {
  const world = new World("configs between");
  const pool = world.lists.pool(FAMILIES);
  let settings: Settings = { policy: "none" };
  await using host = await loadedHost(HOST, PLUGIN, yamlOf(settings));
  let late = 0;
  let picks = 0;
  for (let round = 0; round < 12; round++) {
    const steps = times(
      1500,
      (): Step =>
        world.random.once(100)
          ? { config: world.settings(pool) }
          : { pick: world.pick(pool) },
    );
    const verdict = await run(host, settings, steps, { threads: THREADS });
    late += verdict.late.length;
    picks += steps.length;
    settings = world.settings(pool);
    await reconfigure(host, settings);
  }
  assert(late * 2 < picks, `${late} of ${picks} late`);
  await unload(host);
});

Deno.test("no pick shows the config before, asked at once after a reconfigure", async () => {
  const world = new World("a config each");
  const pool = world.lists.pool(1);
  let settings: Settings = { policy: "none" };
  await using host = await loadedHost(HOST, PLUGIN, yamlOf(settings));
  for (let round = 0; round < 5; round++) {
    const steps: Step[] = times(400, () => {
      const config = world.settings(pool);
      const picks = Array.from({ length: 4 }, () => ({
        pick: world.requests.host(world.random.of(pool)),
      }));
      return [{ config }, ...picks];
    }).flat();
    await run(host, settings, steps);
    settings = steps.findLast((step) => "config" in step)!.config;
  }
  await unload(host);
});

Deno.test("lists around and above 1 MiB get their own answers", async () => {
  const world = new World("large");
  const sizes = [1 << 19, (1 << 20) - 2000, (1 << 20) + 2000, 3 << 19];
  const pool = sizes.flatMap((bytes) => [
    world.lists.large(bytes, 1),
    world.lists.large(bytes, 2000),
  ]);
  await using host = await loadedHost(HOST, PLUGIN, "");
  const configs: readonly Settings[] = [
    { policy: "auth_id", id: pool[1]!.ids[0]! },
    { policy: "auth_id", id: pool[5]!.ids.at(-1)! },
    { policy: "deny" },
    ROUND_ROBIN,
  ];
  for (const settings of configs) {
    await reconfigure(host, settings);
    for (const threads of [1, 2]) {
      const steps = times(24, () => ({
        pick: world.requests.host(world.random.of(pool)),
      }));
      const { late } = await run(host, settings, steps, { threads });
      await askAgain(host, settings, late);
    }
  }
  await unload(host);
});

Deno.test("a worker killed in between costs answers on failure alone", async () => {
  const world = new World("killed");
  const pool = world.lists.pool(FAMILIES);
  await using host = await loadedHost(HOST, PLUGIN, "");
  for (let round = 0; round < 8; round++) {
    const settings: Settings = round % 4 === 0
      ? { policy: "deny" }
      : world.settings(pool);
    await reconfigure(host, settings);
    const proven = host.command("sleep", PROVEN_MS);
    const steps = times(1200, () => ({ pick: world.pick(pool, settings) }));
    await proven;
    const worker = await workerOf(host);
    const afterMs = world.random.below(60);
    const { late } = await run(host, settings, steps, {
      threads: 4,
      meanwhile: async () => {
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        Deno.kill(worker, "SIGKILL");
      },
    });
    await waitForWorker(host);
    await askAgain(host, settings, late);
    const { late: after } = await run(host, settings, steps.slice(0, 300));
    await askAgain(host, settings, after);
  }
  await unload(host);
});

// ---- round robin ----

/** Lists as the host sends them: their order is that of the turns. */
function sortedLists(world: World, families: number): CandidateList[] {
  return world.lists.pool(families)
    .filter(({ kind }) => kind !== OUT_OF_ORDER);
}

/** Picks one by one, each in its list's turn. */
async function runTurns(
  host: TestHost,
  rotation: Rotation,
  picks: readonly PickCall[],
): Promise<Verdict> {
  const answers = await host.batch(picks.map((pick) => callOf({ pick })));
  const verdict = judgeTurns(rotation, picks, answers);
  note(picks, answers, verdict);
  return verdict;
}

Deno.test("picks go round each of 60 lists, one by one", async () => {
  const world = new World("turns");
  const pool = sortedLists(world, 5).slice(0, 60);
  await using host = await loadedHost(HOST, PLUGIN, yamlOf(ROUND_ROBIN));
  const rotation = new Rotation();
  let late = 0;
  for (let round = 0; round < 6; round++) {
    const picks = times(1500, () => world.requests.host(world.random.of(pool)));
    late += (await runTurns(host, rotation, picks)).late.length;
    // As the host does at every refresh of a token.
    await reconfigure(host, ROUND_ROBIN);
  }
  assert(late < 900 * SCALE, `${late} late`);
  await unload(host);
});

Deno.test(
  "picks of a remembered list go on, among more lists than can be",
  async () => {
    const world = new World("crowd");
    const pool = sortedLists(world, FAMILIES);
    await using host = await loadedHost(HOST, PLUGIN, yamlOf(ROUND_ROBIN));
    const rotation = new Rotation();
    let late = 0;
    for (let round = 0; round < 8; round++) {
      const picks = times(250, () => {
        const list = world.random.once(4)
          ? world.lists.fresh()
          : world.random.of(pool);
        return Array.from(
          { length: 1 + world.random.below(8) },
          () => world.requests.any(list),
        );
      }).flat();
      late += (await runTurns(host, rotation, picks)).late.length;
    }
    assert(late < 900 * SCALE, `${late} late`);
    await unload(host);
  },
);

Deno.test(
  "the first list after a register begins at its first candidate",
  async () => {
    const world = new World("first");
    for (let round = 0; round < 5; round++) {
      await using host = await loadedHost(HOST, PLUGIN, yamlOf(ROUND_ROBIN));
      const [list] = world.lists.plain(3, 1);
      const picks = times(20, () => world.requests.host(list!));
      const { late } = await runTurns(host, new Rotation(), picks);
      assertEquals(late.length, 0);
      await unload(host);
    }
  },
);

for (const threads of [2, THREADS, 32]) {
  Deno.test(
    `picks of ${threads} threads go round each list together`,
    async () => {
      const world = new World(`turns of ${threads}`);
      const pool = [1, 2, 3, 5, 12].flatMap((candidates) =>
        world.lists.plain(candidates, 2)
      );
      await using host = await loadedHost(HOST, PLUGIN, yamlOf(ROUND_ROBIN));
      const rotation = new Rotation();
      // Which thread's first pick is the first of all is not known.
      rotation.forget();
      let good = 0;
      for (let round = 0; round < 8; round++) {
        // All at one list, or spread over many.
        const lists = round % 2 === 0 ? pool : [world.random.of(pool)];
        const picks = times(
          750,
          () => world.requests.host(world.random.of(lists)),
        ).filter(({ refusable }) => !refusable);
        const answers = await host.batch(
          picks.map((pick) => callOf({ pick })),
          threads,
        );
        const verdict = judgeSharedTurns(rotation, picks, answers);
        note(picks, answers, verdict);
        if (verdict.late.length === 0) good++;
      }
      assert(good > 0, "Some pick was late in every round");
      await unload(host);
    },
  );
}

Deno.test(
  "picks go round after other configs and after a worker's end",
  async () => {
    const world = new World("back");
    const pool = sortedLists(world, 4);
    await using host = await loadedHost(HOST, PLUGIN, yamlOf(ROUND_ROBIN));
    const rotation = new Rotation();
    for (let round = 0; round < 4; round++) {
      const picks = times(
        500,
        () => world.requests.host(world.random.of(pool)),
      );
      const { late } = await runTurns(host, rotation, picks);
      assert(late.length < picks.length, "All picks were late");
      if (round % 2 === 0) {
        const other = world.settings(pool);
        await reconfigure(host, other);
        await run(host, other, picks.slice(0, 100).map((pick) => ({ pick })));
        await reconfigure(host, ROUND_ROBIN);
      } else {
        await host.command("sleep", PROVEN_MS);
        Deno.kill(await workerOf(host), "SIGKILL");
        await waitForWorker(host);
      }
      rotation.forget();
    }
    await unload(host);
  },
);

// ---- the model itself ----

Deno.test("goesRound() knows turns that cannot be", () => {
  const after = (places: readonly number[]) =>
    places.map((place, index) => ({
      place,
      began: 2 * index,
      ended: 2 * index + 1,
    }));
  assert(goesRound(after([0, 1, 2, 0, 1]), 3, 0));
  assert(goesRound(after([2, 0, 1]), 3, 2));
  assert(!goesRound(after([0, 2, 1]), 3, 0));
  assert(!goesRound(after([0, 0, 1]), 3, 0));
  assert(!goesRound(after([1, 2, 0]), 3, 0));
  const together = [0, 0, 1].map((place) => ({ place, began: 0, ended: 9 }));
  assert(!goesRound(together, 3, 0));
  assert(goesRound(together, 2, 0));
});

Deno.test("the model's failures are its own answers where no worker decides", () => {
  assertEquals(failureOf(ROUND_ROBIN), UNHANDLED);
  assertEquals(failureOf({ policy: "auth_id", id: "a" }), UNHANDLED);
});
