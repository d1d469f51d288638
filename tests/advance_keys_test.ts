/**
 * Answers in advance of a policy that looks at the route and at the client:
 * a build with `advance/keyed_policy.ts` in it, against a model.
 * ADVANCE_SEED repeats a run. @default {ADVANCE_SEED=1}
 */

import { assert, assertEquals } from "@std/assert";
import { makePlugin } from "../ffi/build.ts";
import { DIST } from "../ffi/paths.ts";
import { type CandidateList, Lists } from "./advance/candidates.ts";
import { keyedAnswer } from "./advance/keyed_model.ts";
import { Random } from "./advance/random.ts";
import { type PickCall, Requests } from "./advance/requests.ts";
import { compileHost, type TestHost } from "./host/host.ts";
import { loadedHost, UNHANDLED, unload } from "./host/plugin.ts";

const SEED = Number(Deno.env.get("ADVANCE_SEED") ?? 1);

/** How often late picks are asked for again, 50 ms apart. */
const RETRIES = 60;

/**
 * No host sends these, and they may be taken for one another: the key is
 * looked for by its bytes.
 */
const NO_HOST_SENDS = /caller_scope (nested alone|in escapes|twice)/;

const PLUGIN = `${DIST}/keyed-${Deno.pid}.so`;
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
  Deno.removeSync(PLUGIN);
});
const HOST = await compileHost(folder);
await makePlugin(PLUGIN, [{
  module: "src/policy/round_robin.ts",
  by: "tests/advance/keyed_policy.ts",
  within: "src/policy",
}]);

/** Makes picks until each has its answer; fails for a wrong one. */
async function run(
  host: TestHost,
  picks: readonly PickCall[],
  threads: number,
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
      const { body } = answers[index]!;
      const wanted = keyedAnswer(pick.text);
      if (body === wanted) continue;
      if (body === UNHANDLED) late.push(pick);
      else {
        assertEquals(
          body,
          wanted,
          `ADVANCE_SEED=${SEED}: ${pick.kinds.join("; ")}\n${pick.text}`,
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
      await using host = await loadedHost(
        HOST,
        PLUGIN,
        "policy: round_robin\n",
      );
      for (let round = 0; round < 5; round++) {
        const picks = Array.from(
          { length: 2000 },
          () => requests.host(random.of(pool)),
        ).filter(({ kinds }) => !NO_HOST_SENDS.test(kinds.join(" ")));
        await run(host, picks, threads);
      }
      await unload(host);
    });
  }
}
