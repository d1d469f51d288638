/**
 * What is measured once and not for each number of candidates: the start, and
 * the worker's memory.
 */

import { say } from "../../ffi/progress.ts";
import { BenchHost, type StartUp } from "./bench_host.ts";
import {
  caseRing,
  CASES,
  caseYaml,
  ROUND_ROBIN,
  type Subject,
} from "./cases.ts";
import { median } from "./figures.ts";
import { takeMix } from "./mix_figures.ts";
import { MANY_THREADS, type Plan, USUAL_SIZE } from "./plan.ts";
import type { Loaded } from "./rounds.ts";
import type { Subjects } from "./subjects.ts";
import type { Verdicts } from "./verdicts.ts";

/** From dlopen on, in nanoseconds; medians. */
export interface StartFigure {
  readonly case: string;
  readonly registeredNs: number;
  readonly firstPickNs: number;
}

/** The worker's memory after so many picks. */
export interface MemoryFigure {
  readonly subject: Subject;
  readonly picks: number;
  readonly residentKib: number;
}

/** The cases whose start is timed. */
const STARTED = ["fixed", "go_fixed"];

/** Times the start of each plugin, each in a fresh process. */
export async function measureStarts(
  { harness, files }: Subjects,
  loaded: ReadonlyMap<Subject, Loaded>,
  plan: Plan,
  folder: string,
  verdicts: Verdicts,
): Promise<StartFigure[]> {
  const figures: StartFigure[] = [];
  for (const each of CASES.filter(({ key }) => STARTED.includes(key))) {
    const file = files.get(each.subject);
    const metadata = loaded.get(each.subject)?.metadata;
    if (file === undefined || metadata === undefined) continue;
    say(`The start: ${each.name} …`);
    const ring = `${folder}/start`;
    await Deno.writeTextFile(ring, caseRing(each, USUAL_SIZE, metadata));
    const starts: StartUp[] = [];
    for (let round = 0; round < plan.starts; round++) {
      await using host = await BenchHost.start(harness);
      await host.ring(ring);
      starts.push(await host.startUp(file, caseYaml(each, USUAL_SIZE)));
    }
    if (starts.some(({ good }) => !good)) {
      verdicts.add(`${each.name}: a start gave no right answer`);
    }
    figures.push({
      case: each.key,
      registeredNs: median(starts.map(({ registeredNs }) => registeredNs)),
      firstPickNs: median(starts.map(({ firstPickNs }) => firstPickNs)),
    });
  }
  return figures;
}

/** Serves the mix from many threads, then reads the worker's memory. */
export async function measureMemory(
  loaded: ReadonlyMap<Subject, Loaded>,
  plan: Plan,
  folder: string,
  verdicts: Verdicts,
): Promise<MemoryFigure[]> {
  const figures: MemoryFigure[] = [];
  for (const subject of ["plugin", "asked"] as const) {
    const plugin = loaded.get(subject);
    if (plugin === undefined) continue;
    say(`The worker's memory: ${subject} …`);
    await takeMix(plugin, ROUND_ROBIN, folder);
    const sample = await plugin.host.time(0, {
      threads: MANY_THREADS,
      picks: Math.ceil(plan.memoryPicks / MANY_THREADS),
      ms: plan.memoryMs,
    });
    await verdicts.judge(subject, "memory", sample, plugin.host);
    const residentKib = await plugin.host.workerKib();
    figures.push({ subject, picks: sample.picks, residentKib });
  }
  return figures;
}
