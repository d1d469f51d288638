import { assertEquals } from "@std/assert";
import { parseDates } from "../../../src/policy/conditions/dates.ts";

const THERE = "must have dates that there are, such as 2026-12-24 or 12-24";
const YEARS =
  "must have spans with the year at both ends or at none, such as " +
  "2026-12-24..2027-01-02 or 12-24..01-02";
const ORDER = "must have spans that begin before they end, such as " +
  "2026-12-24..2027-01-02";

const WRONG: Readonly<Record<string, string>> = {
  "02-30": THERE,
  "13-01": THERE,
  "00-10": THERE,
  "10-00": THERE,
  "04-31": THERE,
  "2025-02-29": THERE,
  "2100-02-29": THERE,
  "12-24..13-01": THERE,
  "12-24,02-30": THERE,
  "2026-12-24..01-02": YEARS,
  "12-24..2027-01-02": YEARS,
  "2027-01-02..2026-12-24": ORDER,
  "0226-12-24": "must have years from 2000 on, such as 2026-12-24",
};

for (const [text, message] of Object.entries(WRONG)) {
  Deno.test(`parseDates() refuses ${text}`, () => {
    assertEquals(parseDates(text), message);
  });
}

for (
  const text of ["", "Mon", "08:00-09:00", "12-24..", "12-24-", "1-2", "UTC"]
) {
  Deno.test(`parseDates() takes "${text}" for no dates`, () => {
    assertEquals(parseDates(text), undefined);
  });
}

Deno.test("parseDates() reads dates with and without a year, and spans", () => {
  assertEquals(parseDates("02-29,12-24..01-02,1970-01-02"), YEAR_TOO_EARLY);
  assertEquals(parseDates("02-29,12-24..01-02,2000-01-02..2000-01-02"), [
    { isYearly: true, first: 229, last: 229 },
    { isYearly: true, first: 1224, last: 102 },
    { isYearly: false, first: 10_958, last: 10_958 },
  ]);
});

const YEAR_TOO_EARLY = "must have years from 2000 on, such as 2026-12-24";
