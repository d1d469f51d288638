/**
 * What is measured once and not for each number of candidates: the start, and
 * the worker's memory.
 */

import { say } from "../../ffi/build/progress.ts";
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
import { formatCount } from "./units.ts";
import type { Verdicts } from "./verdicts.ts";

/** From dlopen on, in nanoseconds; medians. */
export interface StartFigure {
  readonly case: string;
  readonly registeredNs: number;
  readonly firstPickNs: number;
}

/** The worker's memory. */
export interface MemoryFigure {
  /** What the worker has served. */
  readonly after: string;
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

/**
 * Reads the worker's memory in a fresh process that has served the mix from
 * many threads, and in the one that has served everything else.
 */
export async function measureMemory(
  { harness, files }: Subjects,
  loaded: ReadonlyMap<Subject, Loaded>,
  plan: Plan,
  folder: string,
  verdicts: Verdicts,
): Promise<MemoryFigure[]> {
  say("The worker's memory …");
  const file = files.get("plugin");
  const used = loaded.get("plugin");
  if (file === undefined || used === undefined) return [];
  await using host = await BenchHost.start(harness);
  const fresh = { host, metadata: await host.load(file) };
  await takeMix(fresh, ROUND_ROBIN, folder);
  const sample = await host.time(0, {
    threads: MANY_THREADS,
    picks: Math.ceil(plan.memoryPicks / MANY_THREADS),
    ms: plan.memoryMs,
  });
  await verdicts.judge("plugin", "memory", sample, host);
  return [
    {
      after: `${formatCount(sample.picks)} picks of the mix`,
      residentKib: await host.workerKib(),
    },
    {
      after: "all the other measurements",
      residentKib: await used.host.workerKib(),
    },
  ];
}
