/**
 * What a process takes while nothing happens: memory, wake-ups and time on a
 * processor, from /proc. Linux only.
 */

/** Figures of one process over a span of time. */
export interface RestFigures {
  /** Memory that is mapped and present, shared or not, in KiB. */
  readonly residentKib: number;
  /** What no other process has: it comes back when this one ends, in KiB. */
  readonly privateKib: number;
  /** The same and its share of what others have too, in KiB. */
  readonly proportionalKib: number;
  /** Threads at the end of the span. */
  readonly threads: number;
  /** How often a thread went to sleep, and so was woken, each second. */
  readonly wakesPerS: number;
  /** Share of one processor, in percent. */
  readonly cpuPercent: number;
}

/** Counters of one process. */
interface Counters {
  readonly atMs: number;
  readonly wakes: number;
  readonly ranNs: number;
  readonly threads: number;
}

function numberAfter(name: string, text: string): number {
  const [, digits] = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text) ?? [];
  return Number(digits ?? 0);
}

async function readCounters(pid: number): Promise<Counters> {
  let wakes = 0;
  let ranNs = 0;
  let threads = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const thread = `/proc/${pid}/task/${name}`;
    const [status, schedule] = await Promise.all([
      Deno.readTextFile(`${thread}/status`),
      Deno.readTextFile(`${thread}/schedstat`),
    ]).catch(() => ["", ""] as const);
    wakes += numberAfter("voluntary_ctxt_switches", status);
    ranNs += Number(schedule.split(" ")[0]);
    threads++;
  }
  return { atMs: performance.now(), wakes, ranNs, threads };
}

/**
 * Watches a process for a while. Threads that end meanwhile take their counts
 * with them.
 *
 * @param pid The process.
 * @param waitMs How long, in milliseconds.
 * @returns The figures.
 */
export async function watchRest(
  pid: number,
  waitMs: number,
): Promise<RestFigures> {
  const before = await readCounters(pid);
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  const after = await readCounters(pid);
  const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
  const seconds = (after.atMs - before.atMs) / 1000;
  return {
    residentKib: numberAfter("Rss", rollup),
    privateKib: numberAfter("Private_Dirty", rollup) +
      numberAfter("Private_Clean", rollup),
    proportionalKib: numberAfter("Pss", rollup),
    threads: after.threads,
    wakesPerS: (after.wakes - before.wakes) / seconds,
    cpuPercent: (after.ranNs - before.ranNs) / 1e7 / seconds,
  };
}
