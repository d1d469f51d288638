/**
 * Serves the mix with each plugin, and finds how many of its picks were
 * answered in advance.
 */

import { say } from "../../ffi/build/progress.ts";
import type { Sample } from "./bench_host.ts";
import { DELEGATE, ROUND_ROBIN, type Rule, type Subject } from "./cases.ts";
import { median, medianOf } from "./figures.ts";
import { mixRing } from "./mix.ts";
import type { Plan } from "./plan.ts";
import type { Loaded } from "./rounds.ts";
import type { Verdicts } from "./verdicts.ts";

/**
 * Pause between paced picks, in microseconds: long enough for a worker to go
 * to sleep again, short enough for thousands of picks. A guess.
 */
const PACE_US = 200;

/** The mix, as one plugin serves it. */
export interface MixFigure {
  readonly name: string;
  /** With pauses. */
  readonly share: ShareInAdvance;
  /** Back to back. */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
  readonly picksPerSecond: number;
}

/** How many picks were answered without the worker, between 0 and 1. */
export interface ShareInAdvance {
  /** Picks in which the calling thread did not sleep. */
  readonly share: number;
  /** A lower bound, by how often the worker ran at all. */
  readonly atLeast: number;
  /** p50 of the picks that were answered without the worker. */
  readonly awakeP50Ns: number | null;
  /** p50 of those for which it was asked. */
  readonly sleptP50Ns: number | null;
}

/**
 * The share of picks that were answered in advance, seen from outside. A call
 * that needs the worker waits for it asleep, and the kernel counts that as a
 * voluntary switch of the calling thread (getrusage, RUSAGE_THREAD): a verdict
 * on each pick. A plugin without a worker shows how many sleep for another
 * reason, and the build that must be asked how many are missed.
 *
 * The second figure needs no such reasoning: as the picks come singly with
 * pauses, a worker has answered no more of them than it was given a processor.
 * Its housekeeping and what it prepares for later picks count against it.
 */
export function shareInAdvance(sample: Sample): ShareInAdvance {
  const { picks, workerTurns, slept, awake } = sample;
  return {
    share: (awake?.picks ?? 0) / picks,
    atLeast: Math.max(0, 1 - workerTurns / picks),
    awakeP50Ns: awake?.p50Ns ?? null,
    sleptP50Ns: slept?.p50Ns ?? null,
  };
}

interface Mix {
  readonly subject: Subject;
  readonly name: string;
  readonly rule: Rule;
}

const MIXES: readonly Mix[] = [
  {
    subject: "plugin",
    name: "plugin, `policy: round_robin`",
    rule: ROUND_ROBIN,
  },
  { subject: "go", name: "Go, `delegate`", rule: DELEGATE },
  { subject: "asked", name: "must be asked", rule: ROUND_ROBIN },
  { subject: "plugin", name: "plugin, `delegate`", rule: DELEGATE },
];

/** Puts a rule in force and takes the requests of the mix. */
export async function takeMix(
  { host, metadata }: Loaded,
  rule: Rule,
  folder: string,
): Promise<void> {
  const file = `${folder}/mix`;
  await Deno.writeTextFile(file, mixRing(metadata, rule.answers));
  await host.configure(rule.yaml([]));
  await host.ring(file);
}

function summarizeMix(
  name: string,
  paced: Sample,
  backToBack: readonly Sample[],
): MixFigure {
  return {
    name,
    share: shareInAdvance(paced),
    p50Ns: medianOf(backToBack, "p50Ns"),
    p99Ns: medianOf(backToBack, "p99Ns"),
    p999Ns: medianOf(backToBack, "p999Ns"),
    picksPerSecond: median(
      backToBack.map(({ picks, wallNs }) => picks / wallNs * 1e9),
    ),
  };
}

/** Measures the mix, one plugin after the other. */
export async function measureMix(
  loaded: ReadonlyMap<Subject, Loaded>,
  plan: Plan,
  folder: string,
  verdicts: Verdicts,
): Promise<MixFigure[]> {
  const figures: MixFigure[] = [];
  for (const { subject, name, rule } of MIXES) {
    const plugin = loaded.get(subject);
    if (plugin === undefined) continue;
    say(`The mix: ${name} …`);
    await takeMix(plugin, rule, folder);
    const paced = await plugin.host.waits(PACE_US, plan.mix.paced);
    await verdicts.judge(name, "mix, paced", paced, plugin.host);
    const backToBack: Sample[] = [];
    for (let round = 0; round < plan.mix.rounds; round++) {
      const sample = await plugin.host.time(0, plan.mix.backToBack);
      await verdicts.judge(name, "mix, back to back", sample, plugin.host);
      backToBack.push(sample);
    }
    figures.push(summarizeMix(name, paced, backToBack));
  }
  return figures;
}
