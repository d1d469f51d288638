/**
 * What a process takes while nothing happens: memory, wake-ups and time on a
 * processor, from /proc. Linux only.
 */

/** Figures of one process over a span of time. */
export interface RestFigures {
  /** Memory that is mapped and present, shared or not, in KiB. */
  readonly residentKib: number;
  /** What no file stands for: no other process has it, in KiB. */
  readonly ownKib: number;
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
  /** Name of each thread. */
  readonly threads: readonly string[];
  readonly wakes: number;
  readonly ranNs: number;
}

/** By a command: Deno itself reads there only if it may do anything. */
async function cat(...files: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `cat ${files.join(" ")} 2>/dev/null`],
  }).output();
  return new TextDecoder().decode(stdout);
}

function sumOf(numbers: Iterable<string | undefined>): number {
  let sum = 0;
  for (const number of numbers) sum += Number(number);
  return sum;
}

/**
 * Reads what the threads of a process have done so far.
 *
 * @param pid The process.
 */
export async function readCounters(pid: number): Promise<Counters> {
  const task = `/proc/${pid}/task/*`;
  const text = await cat(`${task}/status`, `${task}/schedstat`);
  const all = (regexp: RegExp) =>
    [...text.matchAll(regexp)].map(([, value]) => value!);
  return {
    atMs: performance.now(),
    threads: all(/^Name:\s+(.*)$/gm),
    wakes: sumOf(all(/^voluntary_ctxt_switches:\s+(\d+)$/gm)),
    ranNs: sumOf(all(/^(\d+) \d+ \d+$/gm)),
  };
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
  const rollup = await cat(`/proc/${pid}/smaps_rollup`);
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(rollup)?.[1]);
  const seconds = (after.atMs - before.atMs) / 1000;
  return {
    residentKib: kib("Rss"),
    ownKib: kib("Anonymous"),
    threads: after.threads.length,
    wakesPerS: (after.wakes - before.wakes) / seconds,
    cpuPercent: (after.ranNs - before.ranNs) / 1e7 / seconds,
  };
}
