/**
 * How much is measured: enough for a figure that holds, or a look in under a
 * minute.
 */

import type { Limits } from "./bench_host.ts";

/** How requests come. */
export type Mode = "sparse" | "back to back" | "loop";

/** One way to measure a case. */
export interface Measurement extends Limits {
  readonly mode: Mode;
}

/** Pause before each sparse pick, in microseconds. */
export const SPARSE_US = 2000;

/** Threads that pick at once, where it is not one. */
export const MANY_THREADS = 16;

/** The number of candidates at which more is measured. */
export const USUAL_SIZE = 10;

/** What a run does. */
export interface Plan {
  readonly quick: boolean;
  readonly rounds: number;
  /** Before each case, unmeasured, in milliseconds. */
  readonly warmUpMs: number;
  readonly starts: number;
  /** Picks after which the worker's memory is read. */
  readonly memoryPicks: number;
  /** The longest that those picks may take, in milliseconds. */
  readonly memoryMs: number;
  readonly mix: {
    readonly rounds: number;
    readonly paced: Limits;
    readonly backToBack: Limits;
  };
  /** How a case with so many candidates is measured. */
  readonly measurements: (size: number) => readonly Measurement[];
}

/** Enough single picks for a p99 where a pick takes milliseconds, and no more
 * of the fast ones than a p99.9 wants. */
function backToBack(size: number): { picks: number; ms: number } {
  if (size >= 1000) return { picks: 5000, ms: 900 };
  if (size >= 100) return { picks: 50_000, ms: 250 };
  return { picks: 200_000, ms: 150 };
}

function full(size: number): readonly Measurement[] {
  const usual = size === USUAL_SIZE;
  const one: readonly Measurement[] = [
    { mode: "sparse", threads: 1, picks: usual ? 1000 : 120, ms: 4000 },
    { mode: "back to back", threads: 1, ...backToBack(size) },
    { mode: "loop", threads: 1, picks: 2_000_000, ms: 200 },
  ];
  const many: readonly Measurement[] = [
    { mode: "sparse", threads: MANY_THREADS, picks: 100, ms: 2000 },
    { mode: "back to back", threads: MANY_THREADS, picks: 20_000, ms: 150 },
    { mode: "loop", threads: MANY_THREADS, picks: 400_000, ms: 200 },
  ];
  return usual ? [...one, ...many] : one;
}

function quick(size: number): readonly Measurement[] {
  return full(size).map((measurement) => ({
    ...measurement,
    ...measurement.mode === "sparse"
      ? { picks: 25, ms: 300 }
      : { picks: Math.ceil(measurement.picks / 4), ms: 35 },
  }));
}

/** For figures that are kept: some six minutes. */
export const FULL: Plan = {
  quick: false,
  rounds: 5,
  warmUpMs: 40,
  starts: 7,
  memoryPicks: 1_000_000,
  memoryMs: 90_000,
  mix: {
    rounds: 3,
    paced: { threads: 1, picks: 4096, ms: 10_000 },
    backToBack: { threads: 1, picks: 200_000, ms: 500 },
  },
  measurements: full,
};

/** For a look: under a minute. */
export const QUICK: Plan = {
  quick: true,
  rounds: 2,
  warmUpMs: 20,
  starts: 3,
  memoryPicks: 50_000,
  memoryMs: 2000,
  mix: {
    rounds: 1,
    paced: { threads: 1, picks: 2048, ms: 1000 },
    backToBack: { threads: 1, picks: 50_000, ms: 150 },
  },
  measurements: quick,
};
