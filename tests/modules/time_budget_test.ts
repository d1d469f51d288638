import { assertEquals } from "@std/assert";
import { TimeBudget } from "../../src/modules/time_budget.ts";

const OPTIONS = { burstMs: 100, share: 0.25, nowMs: 1000 };

Deno.test("TimeBudget is full at first, and holds no more than its burst", () => {
  const budget = new TimeBudget(OPTIONS);
  budget.spend(99, 1000);
  assertEquals(budget.hasLeft(1000), true);
  budget.spend(1, 1000);
  assertEquals(budget.hasLeft(1000), false);
  budget.spend(100, 1_000_000);
  assertEquals(budget.hasLeft(1_000_000), false);
});

Deno.test("TimeBudget fills with its share of the time that goes by", () => {
  const budget = new TimeBudget(OPTIONS);
  budget.spend(110, 1000);
  assertEquals(budget.hasLeft(1040), false);
  assertEquals(budget.hasLeft(1041), true);
});

Deno.test("TimeBudget owes no more than it can hold, and never goes back in time", () => {
  const budget = new TimeBudget(OPTIONS);
  budget.spend(100_000, 1000);
  assertEquals(budget.hasLeft(1400), false);
  assertEquals(budget.hasLeft(0), false);
  assertEquals(budget.hasLeft(401), true);
});
