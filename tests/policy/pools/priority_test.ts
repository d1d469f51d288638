import { assertEquals } from "@std/assert";
import type { Matcher } from "../../../src/policy/pool.ts";
import { priority } from "../../../src/policy/pools/priority.ts";
import { candidateWith } from "./example_candidate.ts";

function made(texts: readonly string[]): Matcher {
  const matcher = priority.create(texts);
  if (typeof matcher === "string") throw new TypeError(matcher);
  return matcher;
}

const { check, pattern = "" } = priority.shape.of;

const MATCHES: readonly (readonly [readonly string[], readonly number[]])[] = [
  [["10"], [10]],
  [["-1"], [-1]],
  [["0", "9"], [0, 9]],
  [[">=10"], [10, 11]],
  [[">10"], [11]],
  [["<0"], [-2, -1]],
  [["<=0"], [-2, -1, 0]],
  [["9..10"], [9, 10]],
  [["-2..-1"], [-2, -1]],
  [["0..0"], [0]],
  [["<-1", "1..8", "11"], [-2, 8, 11]],
];

for (const [texts, expected] of MATCHES) {
  Deno.test(`priority ${texts.join(", ")} matches ${expected.join(", ")}`, () => {
    const matcher = made(texts);
    const found = [-2, -1, 0, 8, 9, 10, 11].filter((priority) =>
      matcher.matches(candidateWith({ priority }))
    );
    assertEquals(found, expected);
  });
}

for (const text of MATCHES.flatMap(([texts]) => texts)) {
  Deno.test(`priority likes ${text}`, () => {
    assertEquals(check?.(text), undefined);
    assertEquals(new RegExp(pattern).test(text), true);
  });
}

const WRONG = [
  "",
  "high",
  "1.5",
  "+1",
  "0x10",
  "1_000",
  "1234567890",
  "> 10",
  "=10",
  "=>10",
  "5..",
  "..5",
  "5...10",
  ">=5..10",
];

for (const text of WRONG) {
  Deno.test(`priority refuses "${text}"`, () => {
    assertEquals(
      check?.(text),
      "must be a whole number or a range, such as 10, >=10 or 5..10",
    );
    assertEquals(new RegExp(pattern).test(text), false);
  });
}

Deno.test("priority refuses a range without members", () => {
  assertEquals(
    check?.("10..5"),
    "must be a range that begins below its end, such as 5..10",
  );
});

Deno.test("priority explains what was wanted and found", () => {
  assertEquals(
    made([">=10", "5"]).explain(candidateWith({ priority: -1 })),
    'priority is -1, wanted ">=10" or "5"',
  );
});
