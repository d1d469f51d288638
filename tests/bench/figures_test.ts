import { assertEquals } from "@std/assert";
import { Figures, median, summarize } from "./figures.ts";

function sample(p50Ns: number, p999Ns: number | null = null) {
  return {
    picks: 10,
    unhandled: 1,
    wrong: 0,
    wallNs: 10 * p50Ns,
    hostCpuNs: 50,
    workerCpuNs: 20,
    workerTurns: 0,
    all: { picks: 10, p50Ns, p99Ns: 3 * p50Ns, p999Ns },
  };
}

const KEY = {
  case: "fixed",
  candidates: 10,
  mode: "sparse",
  threads: 1,
} as const;

Deno.test("median() is the middle, or the mean of the two middle ones", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 2, 3]), 2.5);
  assertEquals(median([]), 0);
});

Deno.test("summarize() takes medians of the rounds and adds up the picks", () => {
  const figure = summarize(KEY, [sample(300), sample(100), sample(200)]);
  assertEquals(figure, {
    ...KEY,
    picks: 30,
    unhandled: 3,
    p50Ns: 200,
    spreadNs: [100, 300],
    p99Ns: 600,
    p999Ns: null,
    picksPerSecond: 5_000_000,
    hostCpuNs: 5,
    workerCpuNs: 2,
  });
});

Deno.test("timesFaster() compares the p50 of two cases, if both are there", () => {
  const figures = new Figures([
    summarize(KEY, [sample(100)]),
    summarize({ ...KEY, case: "go_fixed" }, [sample(250)]),
  ]);
  assertEquals(figures.timesFaster("fixed", "go_fixed", 10, "sparse"), 2.5);
  assertEquals(figures.timesFaster("fixed", "deny", 10, "sparse"), undefined);
});
