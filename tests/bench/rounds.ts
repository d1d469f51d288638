/**
 * Measures every case of every plugin in turn, several times over, each
 * second time backwards: what else the machine does meanwhile falls on all of
 * them alike.
 */

import { say } from "../../ffi/build/progress.ts";
import type { BenchHost, Sample } from "./bench_host.ts";
import {
  type Case,
  caseRing,
  CASES,
  caseYaml,
  SIZES,
  type Subject,
} from "./cases.ts";
import { type Figure, type FigureKey, summarize } from "./figures.ts";
import { type Measurement, type Plan, SPARSE_US } from "./plan.ts";
import type { Metadata } from "./requests.ts";
import type { Verdicts } from "./verdicts.ts";

/** A plugin under measurement. */
export interface Loaded {
  readonly host: BenchHost;
  readonly metadata: Metadata;
}

interface Prepared extends Loaded {
  readonly case: Case;
  readonly candidates: number;
  readonly yaml: string;
  readonly ring: string;
}

async function prepare(
  loaded: ReadonlyMap<Subject, Loaded>,
  candidates: number,
  folder: string,
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const each of CASES) {
    const subject = loaded.get(each.subject);
    if (subject === undefined) continue;
    const ring = `${folder}/ring-${each.key}`;
    await Deno.writeTextFile(
      ring,
      caseRing(each, candidates, subject.metadata),
    );
    const yaml = caseYaml(each, candidates);
    prepared.push({ ...subject, case: each, candidates, yaml, ring });
  }
  return prepared;
}

async function measure(
  host: BenchHost,
  measurement: Measurement,
): Promise<Sample> {
  switch (measurement.mode) {
    case "sparse":
      return await host.time(SPARSE_US, measurement);
    case "back to back":
      return await host.time(0, measurement);
    case "loop":
      return await host.loop(measurement);
  }
}

/** Samples by what they are of. */
class Samples {
  readonly #of = new Map<string, { key: FigureKey; samples: Sample[] }>();

  add(key: FigureKey, sample: Sample): void {
    const name = JSON.stringify(key);
    const entry = this.#of.get(name) ?? { key, samples: [] };
    entry.samples.push(sample);
    this.#of.set(name, entry);
  }

  summarize(): Figure[] {
    return Array.from(
      this.#of.values(),
      ({ key, samples }) => summarize(key, samples),
    );
  }
}

async function measureCase(
  prepared: Prepared,
  plan: Plan,
  samples: Samples,
  verdicts: Verdicts,
): Promise<void> {
  const { host, candidates } = prepared;
  await host.configure(prepared.yaml);
  await host.ring(prepared.ring);
  await host.time(0, { threads: 1, picks: 100_000, ms: plan.warmUpMs });
  for (const measurement of plan.measurements(candidates)) {
    const { mode, threads } = measurement;
    const sample = await measure(host, measurement);
    const key = { case: prepared.case.key, candidates, mode, threads };
    samples.add(key, sample);
    const how = `candidates ${candidates}, ${mode}, threads ${threads}`;
    await verdicts.judge(prepared.case.name, how, sample, host);
  }
}

/** Measures everything that `plan` wants. */
export async function measureRounds(
  loaded: ReadonlyMap<Subject, Loaded>,
  plan: Plan,
  folder: string,
  verdicts: Verdicts,
): Promise<Figure[]> {
  const samples = new Samples();
  for (const candidates of SIZES) {
    const prepared = await prepare(loaded, candidates, folder);
    for (let round = 0; round < plan.rounds; round++) {
      say(`Candidates ${candidates}: round ${round + 1} of ${plan.rounds} …`);
      const order = round % 2 === 0 ? prepared : prepared.toReversed();
      for (const each of order) {
        await measureCase(each, plan, samples, verdicts);
      }
    }
  }
  return samples.summarize();
}
