import { assertEquals } from "@std/assert";
import { dateOf, dateText, daysOf } from "../../src/policy/calendar.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

Deno.test("daysOf() and dateOf() agree with JavaScript's calendar", () => {
  for (
    let days = daysOf({ year: 1899, month: 1, day: 1 });
    days < 100_000;
    days += 3
  ) {
    const date = new Date(days * DAY_MS);
    const expected = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    };
    assertEquals(dateOf(days), expected);
    assertEquals(daysOf(expected), days);
  }
});

Deno.test("daysOf() and dateOf() know leap days", () => {
  for (const year of [2000, 2024, 2028, 2400]) {
    const days = daysOf({ year, month: 2, day: 29 });
    assertEquals(dateOf(days), { year, month: 2, day: 29 });
  }
  for (const year of [2025, 2100, 2200]) {
    const days = daysOf({ year, month: 2, day: 29 });
    assertEquals(dateOf(days), { year, month: 3, day: 1 });
  }
});

Deno.test("dateText() writes two digits of month and day", () => {
  assertEquals(dateText(0), "1970-01-01");
  assertEquals(
    dateText(daysOf({ year: 2026, month: 12, day: 24 })),
    "2026-12-24",
  );
});
