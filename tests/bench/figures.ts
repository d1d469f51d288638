/**
 * From the samples of several rounds to figures: medians, since the machine
 * may do other things meanwhile, and how far the rounds lie apart.
 */

import type { Quantiles, Sample } from "./bench_host.ts";
import type { Mode } from "./plan.ts";

/** One way in which one case was measured, over all rounds. */
export interface Figure {
  /** Key of the case. */
  readonly case: string;
  readonly candidates: number;
  readonly mode: Mode;
  readonly threads: number;
  readonly picks: number;
  readonly unhandled: number;
  /** Of single picks; null for a loop, or where a sample was too small. */
  readonly p50Ns: number | null;
  /** Least and greatest p50 of a round; for a loop, time per pick. */
  readonly spreadNs: readonly [number, number];
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly picksPerSecond: number;
  /** Processor time per pick, of the host's process and of the worker. */
  readonly hostCpuNs: number;
  readonly workerCpuNs: number;
}

/** What a figure is of. */
export type FigureKey = Pick<
  Figure,
  "case" | "candidates" | "mode" | "threads"
>;

/** The middle one, or the mean of the two middle ones; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) /
    2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Median of a quantile of each sample; null if one of them is. */
export function medianOf(
  samples: readonly Sample[],
  quantile: Exclude<keyof Quantiles, "picks">,
): number | null {
  const values = samples.map(({ all }) => all?.[quantile] ?? null);
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? median(known) : null;
}

/** Medians over the samples of one measurement. */
export function summarize(
  key: FigureKey,
  samples: readonly Sample[],
): Figure {
  const middles = samples.map(({ all, wallNs, picks }) =>
    all?.p50Ns ?? wallNs / picks
  );
  const perPick = (of: (sample: Sample) => number) =>
    median(samples.map((sample) => of(sample) / sample.picks));
  return {
    ...key,
    picks: sum(samples.map(({ picks }) => picks)),
    unhandled: sum(samples.map(({ unhandled }) => unhandled)),
    p50Ns: medianOf(samples, "p50Ns"),
    spreadNs: [Math.min(...middles), Math.max(...middles)],
    p99Ns: medianOf(samples, "p99Ns"),
    p999Ns: medianOf(samples, "p999Ns"),
    picksPerSecond: median(
      samples.map(({ picks, wallNs }) => picks / wallNs * 1e9),
    ),
    hostCpuNs: perPick(({ hostCpuNs }) => hostCpuNs),
    workerCpuNs: perPick(({ workerCpuNs }) => workerCpuNs),
  };
}

/** Figures, found by what they are of. */
export class Figures {
  readonly list: readonly Figure[];

  /** @param list In any order. */
  constructor(list: readonly Figure[]) {
    this.list = list;
  }

  /** The figure, or undefined if it was not measured. */
  find(key: FigureKey): Figure | undefined {
    return this.list.find((figure) =>
      figure.case === key.case && figure.candidates === key.candidates &&
      figure.mode === key.mode && figure.threads === key.threads
    );
  }

  /** p50 of single picks by one thread, in nanoseconds. */
  p50(of: string, candidates: number, mode: Mode): number | undefined {
    const key = { case: of, candidates, mode, threads: 1 };
    return this.find(key)?.p50Ns ?? undefined;
  }

  /** How many times faster `of` is than `than`, by p50. */
  timesFaster(
    of: string,
    than: string,
    candidates: number,
    mode: Mode,
  ): number | undefined {
    const mine = this.p50(of, candidates, mode);
    const other = this.p50(than, candidates, mode);
    if (mine === undefined || other === undefined) return undefined;
    return other / mine;
  }
}
