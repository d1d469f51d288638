import { assertEquals } from "@std/assert";
import { markdown, verdictOf } from "./table.ts";
import { judge } from "./targets.ts";
import { formatCount, formatNs, formatRatio } from "./units.ts";

Deno.test("markdown() aligns its columns", () => {
  assertEquals(
    markdown(["case", "p50"], [["a", "1 ns"], ["floor", "22 ns"]]),
    [
      "| case  |   p50 |",
      "| ----- | ----: |",
      "| a     |  1 ns |",
      "| floor | 22 ns |",
    ].join("\n"),
  );
});

Deno.test("judge() tells on which side of a target a value is, and how far", () => {
  const reached = judge(125, "at least", 100, formatRatio);
  assertEquals(reached.measured, "125x");
  assertEquals(reached.wanted, "at least 100x");
  assertEquals(verdictOf(reached), "reached by 25 %");
  assertEquals(
    verdictOf(judge(5, "at most", 4, formatRatio)),
    "MISSED by 25 %",
  );
  assertEquals(
    verdictOf(judge(25, "at least", 100, formatRatio)),
    "MISSED 4.00x",
  );
  assertEquals(
    verdictOf(judge(100, "at least", 100, formatRatio)),
    "reached by 0.0 %",
  );
});

Deno.test("units have three digits", () => {
  assertEquals(formatNs(83), "83 ns");
  assertEquals(formatNs(1250), "1.25 us");
  assertEquals(formatNs(99_960), "100 us");
  assertEquals(formatNs(12_340_000), "12.3 ms");
  assertEquals(formatNs(null), "–");
  assertEquals(formatCount(830), "830");
  assertEquals(formatCount(3_104_000), "3.10 M");
});
