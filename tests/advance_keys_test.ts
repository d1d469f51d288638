/**
 * Answers in advance under rules that look at the route and at the client: the
 * built file against a model (`advance/keyed_model.ts`).
 * ADVANCE_SEED repeats a run. @default {ADVANCE_SEED=1}
 */

import { assert, assertEquals } from "@std/assert";
import { build } from "../ffi/build/build.ts";
import { type CandidateList, Lists } from "./advance/candidates.ts";
import { type KeyedConfig, keyedConfigs } from "./advance/keyed_model.ts";
import { Random } from "./advance/random.ts";
import { type PickCall, Requests } from "./advance/requests.ts";
import { respell, RESPELLINGS } from "./advance/respell.ts";
import { compileHost, type TestHost } from "./host/host.ts";
import { loadedHost, unload } from "./host/plugin.ts";

const SEED = Number(Deno.env.get("ADVANCE_SEED") ?? 1);

/** How often late picks are asked for again, 50 ms apart. */
const RETRIES = 60;

const { file: PLUGIN } = await build();
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const HOST = await compileHost(folder);

/** Picks of one test under each config. */
const PICKS = 4000;

/** Makes picks until each has its answer; fails for a wrong one. */
async function run(
  host: TestHost,
  picks: readonly PickCall[],
  { config, threads }: {
    readonly config: KeyedConfig;
    readonly threads: number;
  },
): Promise<void> {
  let left = picks;
  for (let tries = 0; left.length > 0; tries++) {
    assert(tries < RETRIES, `ADVANCE_SEED=${SEED}: late again and again`);
    if (tries > 0) await host.command("sleep", 50);
    const answers = await host.batch(
      left.map(({ text }) => ({ method: "scheduler.pick", request: text })),
      threads,
    );
    const late: PickCall[] = [];
    for (const [index, pick] of left.entries()) {
      const { rc, body } = answers[index]!;
      if (pick.refusable && rc === 1 && body.includes('"plugin_error"')) {
        continue;
      }
      const wanted = pick.refusable
        ? ["an error"]
        : config.answersTo(pick.text);
      if (wanted.includes(body)) continue;
      if (body === config.onFailure) late.push(pick);
      else {
        assertEquals(
          body,
          wanted.join(" or "),
          `ADVANCE_SEED=${SEED}: ${config.name}; ${
            pick.kinds.join("; ")
          }\n${pick.text}`,
        );
      }
    }
    left = late;
  }
}

const CASES: readonly [name: string, sessions: number, lists: number][] = [
  ["few sessions and few lists", 10, 12],
  ["many sessions and few lists", 3000, 6],
  ["few sessions and many lists", 10, 200],
];

for (const [name, sessions, count] of CASES) {
  for (const threads of [1, 8]) {
    Deno.test(`a key is never taken for another: ${name}, ${threads} threads`, async () => {
      const random = new Random(SEED, `${name} ${threads}`);
      const lists = new Lists(random);
      const requests = new Requests(random, sessions);
      const pool: readonly CandidateList[] = lists.pool(
        Math.ceil(count / 14),
      ).slice(0, count);
      await using host = await loadedHost(HOST, PLUGIN, "");
      for (const config of keyedConfigs(requests.sessions)) {
        assertEquals((await host.configure(config.yaml)).rc, 0);
        for (let round = 0; round < 2; round++) {
          const picks = Array.from(
            { length: PICKS / 2 },
            () => requests.host(random.of(pool)),
          );
          await run(host, picks, { config, threads });
        }
      }
      await unload(host);
    });
  }
}

Deno.test("JSON that no host writes gets the answer that it asks for", async () => {
  const random = new Random(SEED, "respelled");
  const lists = new Lists(random);
  const requests = new Requests(random, 8);
  const { sessions } = requests;
  const pool = lists.pool(1).slice(0, 3);
  const counts = Array.from({ length: RESPELLINGS }, () => 0);
  await using host = await loadedHost(HOST, PLUGIN, "");
  for (const config of keyedConfigs(sessions)) {
    assertEquals((await host.configure(config.yaml)).rc, 0);
    for (let round = 0; round < 3; round++) {
      const known = Array.from(
        { length: PICKS / 4 },
        () => requests.host(random.of(pool)),
      );
      const picks = known.flatMap((pick) => {
        const way = random.below(RESPELLINGS);
        const other = respell(pick, way, { random, sessions });
        if (other === undefined) return [pick];
        counts[way]!++;
        return random.once(2) ? [pick, other] : [other, pick];
      });
      await run(host, picks, { config, threads: 1 });
    }
  }
  assert(counts.every((count) => count > 20), `${counts}`);
  await unload(host);
});
