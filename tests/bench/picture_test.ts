import { assert, assertEquals } from "@std/assert";
import { SIZES } from "./cases.ts";
import { type Figure, Figures } from "./figures.ts";
import { drawPicture, spreadNames } from "./picture.ts";

function figure(of: string, candidates: number, p50Ns: number): Figure {
  return {
    case: of,
    candidates,
    mode: "sparse",
    threads: 1,
    picks: 1,
    unhandled: 0,
    p50Ns,
    spreadNs: [p50Ns, p50Ns],
    p99Ns: null,
    p999Ns: null,
    picksPerSecond: 1,
    hostCpuNs: 0,
    workerCpuNs: 0,
  };
}

/** Elements that are open at the end, or closed without being open. */
function unbalanced(xml: string): string[] {
  const open: string[] = [];
  for (
    const [, slash, name, own] of xml.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)
  ) {
    if (slash === "") {
      if (own === "") open.push(name ?? "");
    } else if (open.pop() !== name) return [name ?? ""];
  }
  return open;
}

Deno.test("drawPicture() is well-formed and has a point for each figure", () => {
  const figures = SIZES.flatMap((size) => [
    figure("fixed", size, 80 + size),
    figure("go_fixed", size, 30_000 * size),
  ]);
  const svg = drawPicture(new Figures(figures));
  assertEquals(unbalanced(svg), []);
  assertEquals(svg.match(/<circle/g)?.length, figures.length);
  assert(!/NaN|Infinity|undefined/.test(svg), svg);
});

Deno.test("drawPicture() draws the axes when there is no Go to compare with", () => {
  const svg = drawPicture(new Figures([figure("fixed", 10, 100)]));
  assertEquals(unbalanced(svg), []);
  assert(!/NaN|Infinity|undefined/.test(svg), svg);
});

Deno.test("spreadNames() keeps names apart and in their order", () => {
  assertEquals(spreadNames([100, 10, 101]), [100, 10, 115]);
});
