/**
 * Shares of many picks through the built file, answers in advance and all:
 * exact where candidates take turns by weights, within the bounds of chance
 * where they are random. Chance differs at each run: a good plugin fails less
 * than once in 10^9 runs.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { build } from "../ffi/build/build.ts";
import { compileHost, type TestHost } from "./host/host.ts";
import { loadedHost, picked, unload } from "./host/plugin.ts";
import { type Credential, pickOf } from "./isolation/requests.ts";

const { file: PLUGIN } = await build();
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const HOST = await compileHost(folder);

const PICKS = 100_000;
/** Picks of one batch: some megabytes. */
const BATCH = 20_000;
const THREADS = 4;

/** How often a good plugin may fail, of which each check takes a part. */
const FAILURE_CHANCE = 1e-10;

/** IDs of the answers, in their order with one thread; late ones left out. */
async function pickMany(
  host: TestHost,
  candidates: readonly Credential[],
  threads: number,
): Promise<string[]> {
  const request = pickOf({ candidates });
  const ids = new Map(candidates.map(({ id }) => [picked(id), id]));
  const all: string[] = [];
  // Known in advance before many threads ask for it at once.
  const { body } = await host.call("scheduler.pick", request);
  assert(ids.has(body), body);
  for (let made = 0; made < PICKS; made += BATCH) {
    const calls = Array.from(
      { length: BATCH },
      () => ({ method: "scheduler.pick", request }) as const,
    );
    for (const { body } of await host.batch(calls, threads)) {
      const id = ids.get(body);
      if (id !== undefined) all.push(id);
    }
  }
  const late = PICKS - all.length;
  assert(late < PICKS / 1000, `${late} late`);
  return all;
}

/** How often each candidate was picked. */
function countOf(
  picks: readonly string[],
  candidates: readonly Credential[],
): number[] {
  const counts = new Map<string, number>();
  for (const id of picks) counts.set(id, (counts.get(id) ?? 0) + 1);
  return candidates.map(({ id }) => counts.get(id) ?? 0);
}

// ---- chance ----

function chiSquare(
  counts: readonly number[],
  shares: readonly number[],
): number {
  const picks = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, place) => {
    const expected = shares[place]! * picks;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/**
 * The chance of a statistic that is as high or higher, for an even number of
 * degrees of freedom:
 * https://en.wikipedia.org/wiki/Chi-squared_distribution#Cumulative_distribution_function
 */
function chanceOf(statistic: number, freedom: number): number {
  let term = 1;
  let sum = 1;
  for (let i = 1; i < freedom / 2; i++) {
    term *= statistic / 2 / i;
    sum += term;
  }
  return Math.exp(-statistic / 2) * sum;
}

Deno.test("chanceOf() knows the table", () => {
  assertEquals(chanceOf(9.21, 2).toFixed(4), "0.0100");
  assertEquals(chanceOf(26.125, 8).toFixed(4), "0.0010");
});

// ---- random ----

const RANDOM: readonly Credential[] = [
  { id: "a", weight: 5 },
  { id: "b", weight: 0 },
  { id: "c", weight: 3 },
  { id: "d", weight: 2 },
];
const RANDOM_SHARES = [0.5, 0.3, 0.2];

/** Of those that weigh something; the others must have none. */
function checkShares(picks: readonly string[]): void {
  const [a, b, c, d] = countOf(picks, RANDOM);
  assertEquals(b, 0);
  const statistic = chiSquare([a!, c!, d!], RANDOM_SHARES);
  const chance = chanceOf(statistic, 2);
  assert(chance > FAILURE_CHANCE, `${a} ${c} ${d}: a chance of ${chance}`);
}

Deno.test("random gives each its share, and no pick tells the next", async () => {
  await using host = await loadedHost(HOST, PLUGIN, "policy: random\n");
  const picks = await pickMany(host, RANDOM, 1);
  checkShares(picks);
  const pairs = Array.from(
    { length: Math.floor(picks.length / 2) },
    (_, at) => `${picks[2 * at]}${picks[2 * at + 1]}`,
  );
  const ids = ["a", "c", "d"];
  const kinds = ids.flatMap((first) =>
    ids.map((second) => ({ id: first + second }))
  );
  const shares = RANDOM_SHARES.flatMap((first) =>
    RANDOM_SHARES.map((second) => first * second)
  );
  const counts = countOf(pairs, kinds);
  const chance = chanceOf(chiSquare(counts, shares), 8);
  assert(chance > FAILURE_CHANCE, `${counts}: a chance of ${chance}`);
  // Another worker, another sequence: 50 picks are the same once in 10^21.
  await using other = await loadedHost(HOST, PLUGIN, "policy: random\n");
  const others: string[] = [];
  for (let at = 0; at < 50; at++) {
    const { body } = await other.call(
      "scheduler.pick",
      pickOf({ candidates: RANDOM }),
    );
    others.push(body);
  }
  const same = picks.slice(0, others.length).map(picked);
  assertNotEquals(others, same);
  await unload(other);
  await unload(host);
});

Deno.test(`random gives each its share with ${THREADS} threads`, async () => {
  await using host = await loadedHost(HOST, PLUGIN, "policy: random\n");
  checkShares(await pickMany(host, RANDOM, THREADS));
  await unload(host);
});

// ---- weighted ----

/**
 * Weights, and how far a count may be from its share: picks whose turn comes in
 * a period that is not over, or that were late.
 */
const WEIGHTED: readonly [
  name: string,
  weights: readonly number[],
  tolerance: number,
][] = [
  ["one period of 10", [5, 0, 3, 2], 0],
  ["a period of 1000, of weights in thousands", [997_000, 2000, 1000], 0],
  // A period that is too long to be told whole: a step by the golden ratio is
  // off by a few at most, see src/policy/policies/spread_turns.ts.
  ["a period beyond all picks", [700_001, 200_003, 100_003], 10],
];

for (const [name, weights, tolerance] of WEIGHTED) {
  for (const threads of [1, THREADS]) {
    Deno.test(`weighted gives each its share by ${name}, with ${threads} threads`, async () => {
      const candidates = weights.map((weight, at) => ({
        id: `c${at}`,
        weight,
      }));
      await using host = await loadedHost(HOST, PLUGIN, "policy: weighted\n");
      const picks = await pickMany(host, candidates, threads);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      // A late pick may have used up its turn.
      const bound = tolerance + PICKS - picks.length;
      for (const [place, count] of countOf(picks, candidates).entries()) {
        const share = PICKS * weights[place]! / total;
        assert(
          Math.abs(count - share) <= bound,
          `${count} of ${share} with the weight ${weights[place]}`,
        );
        if (weights[place] === 0) assertEquals(count, 0);
      }
      await unload(host);
    });
  }
}
