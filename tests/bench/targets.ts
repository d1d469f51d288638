/**
 * What the plugin is meant to reach, and how far it is from that. Pure.
 */

import { IN_ADVANCE, SIZES } from "./cases.ts";
import type { MemoryFigure, StartFigure } from "./extras.ts";
import type { Figures } from "./figures.ts";
import { MANY_THREADS, type Mode, USUAL_SIZE } from "./plan.ts";
import { formatCount, formatNs, formatRatio } from "./units.ts";

/** A measured value beside the wanted one. */
export interface Judgement {
  readonly measured: string;
  /** With `at least` or `at most`. */
  readonly wanted: string;
  readonly reached: boolean;
  /** How far on the right or the wrong side: the greater by the smaller. */
  readonly factor: number;
}

/** One line of targets, a cell for each number of candidates or only one. */
export interface TargetRow {
  readonly name: string;
  /** By number of candidates; `undefined` is a cell without a target. */
  readonly cells: ReadonlyMap<number, Judgement | undefined>;
}

/** All that is wanted of a run. */
export interface Targets {
  /** How many times faster than Go, by p50. */
  readonly speed: readonly TargetRow[];
  /** How many times slower than the floor. */
  readonly floor: readonly TargetRow[];
  /** How many times slower a user's policy is than a shipped one, by p50. */
  readonly user: readonly TargetRow[];
  /** p99 as a multiple of p50, back to back. */
  readonly tail: readonly TargetRow[];
  readonly others: readonly { name: string; judgement: Judgement }[];
}

/** How many times faster than Go, by p50, at each number of candidates. */
const ADVANCE_BACK_TO_BACK = new Map([[1, 100], [10, 200], [100, 400], [
  1000,
  400,
]]);
const ADVANCE_SPARSE = new Map([[1, 30], [10, 40], [100, 100], [1000, 150]]);
const ASKED_BACK_TO_BACK = new Map([[1, 1], [10, 2], [100, 10], [1000, 50]]);
/** The first: at most 1.2 times slower. */
const ASKED_SPARSE = new Map([[1, 1 / 1.2], [10, 1.3], [100, 5], [1000, 50]]);

/** A pick in advance takes at most so many times the floor's. */
const FLOOR_RATIO = 4;
/** A user's policy takes at most so many times a shipped one that is asked. */
const USER_RATIO = 1.5;
/** p99 is at most so many times p50, back to back. */
const TAIL_RATIO = 20;
/** By one thread, with {@link USUAL_SIZE} candidates. */
const PICKS_PER_SECOND = 3e6;
const WORKER_MIB = 80;
/** From dlopen to the first answer, in nanoseconds. */
const START_NS = 150e6;

/**
 * Compares a value with a target.
 *
 * @param format Makes text of both.
 */
export function judge(
  value: number,
  side: "at least" | "at most",
  wanted: number,
  format: (value: number) => string,
): Judgement {
  const ratio = side === "at least" ? value / wanted : wanted / value;
  return {
    measured: format(value),
    wanted: `${side} ${format(wanted)}`,
    reached: ratio >= 1,
    factor: Math.max(ratio, 1 / ratio),
  };
}

function row(
  name: string,
  cell: (candidates: number) => Judgement | undefined,
): TargetRow {
  return { name, cells: new Map(SIZES.map((size) => [size, cell(size)])) };
}

/** Key, Go's case that it is compared with, and name. */
const COMPARED: readonly [key: string, against: string, name: string][] = [
  ["fixed", "go_fixed", "`auth_id`"],
  ["round_robin", "go_fixed", "`policy: round_robin`"],
  ["delegate", "go_delegate", "`delegate`"],
  ["deny", "go_deny", "`deny`"],
];

function speedRow(
  figures: Figures,
  [key, against, name]: readonly [string, string, string],
  mode: Mode,
  wanted: ReadonlyMap<number, number>,
): TargetRow {
  return row(`${name}, ${mode}`, (candidates) => {
    const ratio = figures.timesFaster(key, against, candidates, mode);
    const target = wanted.get(candidates);
    if (ratio === undefined || target === undefined) return undefined;
    return judge(ratio, "at least", target, formatRatio);
  });
}

function speedTargets(figures: Figures): TargetRow[] {
  const asked = ["asked", "go_fixed", "must be asked"] as const;
  return [
    ...COMPARED.map((compared) =>
      speedRow(figures, compared, "back to back", ADVANCE_BACK_TO_BACK)
    ),
    ...COMPARED.map((compared) =>
      speedRow(figures, compared, "sparse", ADVANCE_SPARSE)
    ),
    speedRow(figures, asked, "back to back", ASKED_BACK_TO_BACK),
    speedRow(figures, asked, "sparse", ASKED_SPARSE),
  ];
}

/** Time per pick of a whole loop, in nanoseconds. */
function loopNs(
  figures: Figures,
  key: string,
  candidates: number,
): number | undefined {
  const figure = figures.find({
    case: key,
    candidates,
    mode: "loop",
    threads: 1,
  });
  return figure && 1e9 / figure.picksPerSecond;
}

/** Back to back by the loop: a clock read at each pick would flatter. */
function floorTargets(figures: Figures): TargetRow[] {
  const times: Record<
    string,
    (key: string, size: number) => number | undefined
  > = {
    "whole loop": (key, size) => loopNs(figures, key, size),
    "sparse": (key, size) => figures.p50(key, size, "sparse"),
  };
  return Object.entries(times).flatMap(([mode, time]) =>
    COMPARED.map(([key, , name]) =>
      row(`${name}, ${mode}`, (candidates) => {
        const mine = time(key, candidates);
        const floor = time("floor", candidates);
        if (mine === undefined || floor === undefined) return undefined;
        return judge(mine / floor, "at most", FLOOR_RATIO, formatRatio);
      })
    )
  );
}

function userTargets(figures: Figures): TargetRow[] {
  const modes: readonly Mode[] = ["back to back", "sparse"];
  return modes.map((mode) =>
    row(`against \`least_recent\`, ${mode}`, (candidates) => {
      const ratio = figures.timesFaster(
        "least_recent",
        "user",
        candidates,
        mode,
      );
      return ratio === undefined
        ? undefined
        : judge(ratio, "at most", USER_RATIO, formatRatio);
    })
  );
}

function tailTargets(figures: Figures): TargetRow[] {
  const asked = ["asked", "go_fixed", "must be asked"] as const;
  return [...COMPARED, asked].map(([key, , name]) =>
    row(name, (candidates) => {
      const figure = figures.find({
        case: key,
        candidates,
        mode: "back to back",
        threads: 1,
      });
      if (!figure?.p50Ns || !figure.p99Ns) return undefined;
      const ratio = figure.p99Ns / figure.p50Ns;
      return judge(ratio, "at most", TAIL_RATIO, formatRatio);
    })
  );
}

function throughput(
  figures: Figures,
  key: string,
  threads: number,
): number | undefined {
  const of = { case: key, candidates: USUAL_SIZE, threads };
  return figures.find({ ...of, mode: "loop" })?.picksPerSecond;
}

function throughputTargets(figures: Figures): Targets["others"] {
  return COMPARED.flatMap(([key, , name]) => {
    const one = throughput(figures, key, 1);
    const many = throughput(figures, key, MANY_THREADS);
    if (one === undefined || many === undefined) return [];
    return [{
      name: `picks per second, one thread, ${USUAL_SIZE} candidates, ${name}`,
      judgement: judge(one, "at least", PICKS_PER_SECOND, formatCount),
    }, {
      name: `the same from ${MANY_THREADS} threads, ${name}`,
      judgement: judge(many, "at least", one, formatCount),
    }];
  });
}

function formatMib(mib: number): string {
  return `${mib.toFixed(1)} MiB`;
}

/** Every target, judged. */
export function judgeTargets(
  figures: Figures,
  starts: readonly StartFigure[],
  memory: readonly MemoryFigure[],
): Targets {
  const start = starts.find((figure) => figure.case === IN_ADVANCE[0]);
  return {
    speed: speedTargets(figures),
    floor: floorTargets(figures),
    user: userTargets(figures),
    tail: tailTargets(figures),
    others: [
      ...throughputTargets(figures),
      ...memory.map(({ after, residentKib }) => ({
        name: `worker's memory after ${after}`,
        judgement: judge(residentKib / 1024, "at most", WORKER_MIB, formatMib),
      })),
      ...start === undefined ? [] : [{
        name: "dlopen to the first answered pick",
        judgement: judge(start.firstPickNs, "at most", START_NS, formatNs),
      }],
    ],
  };
}
