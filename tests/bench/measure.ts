/**
 * Measures the plugin beside a Go plugin and the least any plugin could do,
 * prints tables and targets, and keeps results.json and results.svg in this
 * folder.
 *
 *   measure.ts [--quick]   --quick: under a minute, and nothing is kept
 *
 * The exit code is 1 only if an answer was wrong. Started by `run.ts`.
 */

import { runTask } from "../../ffi/build/build.ts";
import { ROOT } from "../../ffi/build/paths.ts";
import { say } from "../../ffi/build/progress.ts";
import { BenchHost, type Clock } from "./bench_host.ts";
import type { Subject } from "./cases.ts";
import { measureMemory, measureStarts } from "./extras.ts";
import { Figures } from "./figures.ts";
import { measureMix } from "./mix_figures.ts";
import { drawPicture } from "./picture.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";
import { type Loaded, measureRounds } from "./rounds.ts";
import { type Subjects, withSubjects } from "./subjects.ts";
import { figureTables, mixTable, targetTables } from "./table.ts";
import { judgeTargets } from "./targets.ts";
import { formatNs } from "./units.ts";
import { Verdicts } from "./verdicts.ts";

const FOLDER = `${ROOT}tests/bench/`;

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Each plugin in a process of its own, all of them there at once. */
async function loadAll(
  { harness, files }: Subjects,
  processes: AsyncDisposableStack,
): Promise<Map<Subject, Loaded>> {
  const loaded = new Map<Subject, Loaded>();
  for (const [subject, file] of files) {
    const host = processes.use(await BenchHost.start(harness));
    loaded.set(subject, { host, metadata: await host.load(file) });
  }
  return loaded;
}

function describe(plan: Plan, clock: Clock): string {
  return [
    `Medians of ${plan.rounds} rounds, the plugins in turn; ${navigator.hardwareConcurrency} processors.`,
    "A pick: the call, one reading of its answer, free_buffer; its request was copied to fresh memory right before.",
    `Each time includes one reading of the clock, ${
      formatNs(clock.between.p50Ns)
    } here, in steps of ${formatNs(clock.stepNs)}: nothing is subtracted.`,
    "Picks per second and CPU back to back come from loops without a clock or a copy; sparse CPU includes the pause and the copy.",
  ].join("\n");
}

async function measureAll(subjects: Subjects, plan: Plan): Promise<void> {
  await using processes = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir();
  processes.defer(() => Deno.remove(folder, { recursive: true }));
  const loaded = await loadAll(subjects, processes);
  const verdicts = new Verdicts();
  const clock = await loaded.get("floor")!.host.clock();
  const starts = await measureStarts(subjects, loaded, plan, folder, verdicts);
  const list = await measureRounds(loaded, plan, folder, verdicts);
  const mix = await measureMix(loaded, plan, folder, verdicts);
  const memory = await measureMemory(subjects, loaded, plan, folder, verdicts);
  const figures = new Figures(list);
  const targets = judgeTargets(figures, starts, memory);
  print(describe(plan, clock));
  print(`\n${figureTables(figures)}\n\n${mixTable(mix)}`);
  print(`\n${targetTables(targets)}\n`);
  if (!plan.quick) {
    await keep({ clock, figures: list, mix, starts, memory }, figures);
  }
  for (const problem of verdicts.problems) print(`WRONG: ${problem}`);
  if (verdicts.problems.length > 0) Deno.exitCode = 1;
}

/** No more digits than are worth keeping. */
function fourDigits(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value;
}

async function keep(results: object, figures: Figures): Promise<void> {
  await Deno.writeTextFile(
    `${FOLDER}results.json`,
    `${JSON.stringify(results, fourDigits, 2)}\n`,
  );
  await Deno.writeTextFile(`${FOLDER}results.svg`, drawPicture(figures));
  say(`Kept ${FOLDER}results.json and results.svg`);
}

await runTask(async () => {
  const plan = Deno.args.includes("--quick") ? QUICK : FULL;
  const folder = await Deno.makeTempDir();
  try {
    await withSubjects(folder, (subjects) => measureAll(subjects, plan));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
