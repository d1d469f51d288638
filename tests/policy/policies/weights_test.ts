/** Weights: the option, the attribute as the host reads it, reasons. */

import { assertEquals } from "@std/assert";
import {
  explainWeighed,
  onceWeighed,
  weighBy,
} from "../../../src/policy/policies/weights.ts";
import { candidateOf, weighing } from "./example_pick.ts";

/** The attribute, and what the host makes of it. */
const ATTRIBUTES: readonly (readonly [string | null, number])[] = [
  [null, 1],
  ["", 1],
  [" \t\u0085\u3000", 1],
  ["\ufeff", 0],
  ["1", 1],
  ["1000000", 1_000_000],
  ["1000001", 0],
  ["9223372036854775808", 0],
  ["0", 0],
  ["-0", 0],
  ["-1", 0],
  ["+2", 2],
  ["++2", 0],
  ["007", 7],
  [" 3 ", 3],
  ["\u00853\u3000", 3],
  ["\ufeff3", 0],
  ["1.5", 0],
  ["1_000", 0],
  ["0x10", 0],
  ["1e3", 0],
  ["\u0663", 0],
  ["x", 0],
];

for (const [attribute, value] of ATTRIBUTES) {
  Deno.test(`weighBy() weighs ${value} when the attribute is ${JSON.stringify(attribute)}`, () => {
    const [candidate] = weighing([attribute]);
    assertEquals(weighBy()(candidate!).value, value);
  });
}

Deno.test("weighBy() takes the first glob that matches", () => {
  const weigh = weighBy({ "a*": 2, "*b": 3, "*": 4 });
  const weights = ["ab", "bb", "c"].map((id) => weigh(candidateOf(id)).value);
  assertEquals(weights, [2, 3, 4]);
});

Deno.test("weighBy() takes the attribute when no glob matches", () => {
  const weigh = weighBy({ a: 2 });
  assertEquals(weighing([5, 6, null]).map(weigh), [
    { value: 2, from: "option" },
    { value: 6, from: "attribute" },
    { value: 1, from: "nobody" },
  ]);
});

Deno.test("onceWeighed() makes once what a list needs", () => {
  const candidates = weighing([2, 0, 3]);
  let made = 0;
  const make = onceWeighed(weighBy(), (weighed) => {
    made++;
    return weighed;
  });
  assertEquals(make(candidates), make(candidates));
  assertEquals(made, 1);
  const { weights, total } = make(candidates);
  assertEquals({ weights, total }, { weights: [2, 3], total: 5 });
  assertEquals(make(candidates).candidates.map(({ id }) => id), ["a", "c"]);
});

Deno.test("explainWeighed() says who gave no weight", () => {
  const weigh = weighBy({ a: 0 });
  const weighed = onceWeighed(weigh, (all) => all)(weighing([1, "x", 2]));
  assertEquals(explainWeighed(weighed, [{ reason: "It" }]), [
    { reason: "Weight 0 by the option weights", isDropped: true },
    {
      reason: "Attribute weight is no whole number from 1 to 1000000",
      isDropped: true,
    },
    { reason: "It" },
  ]);
});

Deno.test("weighBy() takes the first that matches, whole IDs among globs", () => {
  const weigh = weighBy({
    "a*": 1,
    "ab": 2,
    "b": 3,
    "b*": 4,
    "\\*": 5,
    "b?": 6,
  });
  const weights = ["ab", "a", "b", "bc", "*", "x"].map((id) =>
    weigh(candidateOf(id)).value
  );
  assertEquals(weights, [1, 1, 3, 4, 5, 1]);
});
