import { assertEquals, assertThrows } from "@std/assert";
import { dateText } from "../../src/policy/calendar.ts";
import {
  checkTimeZone,
  dayOfWeek,
  DAYS,
  readWallClock,
} from "../../src/policy/wall_clock.ts";

function shown(timeZone: string, time: string): string {
  const { date, minute } = readWallClock(timeZone, Date.parse(time));
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${DAYS[dayOfWeek(date)]} ${dateText(date)} ${hours}:${minutes}`;
}

const CLOCKS: readonly (readonly [string, string, string])[] = [
  ["UTC", "2026-08-24T00:00:00Z", "Mon 2026-08-24 0:0"],
  ["UTC", "2026-08-23T23:59:59.999Z", "Sun 2026-08-23 23:59"],
  ["Europe/Berlin", "2026-08-24T22:30:00Z", "Tue 2026-08-25 0:30"],
  ["Asia/Kolkata", "2026-08-24T00:00:00Z", "Mon 2026-08-24 5:30"],
  ["Asia/Kathmandu", "2026-08-24T00:00:00Z", "Mon 2026-08-24 5:45"],
  ["America/St_Johns", "2026-08-24T00:00:00Z", "Sun 2026-08-23 21:30"],
  ["Pacific/Kiritimati", "2026-08-24T12:00:00Z", "Tue 2026-08-25 2:0"],
  ["Asia/Tokyo", "2024-02-28T15:00:00Z", "Thu 2024-02-29 0:0"],
  ["Asia/Tokyo", "2026-12-31T15:00:00Z", "Fri 2027-01-01 0:0"],
  ["America/New_York", "1970-01-01T00:00:00Z", "Wed 1969-12-31 19:0"],
];

for (const [zone, time, expected] of CLOCKS) {
  Deno.test(`readWallClock() shows ${expected} in ${zone} at ${time}`, () => {
    assertEquals(shown(zone, time), expected);
  });
}

Deno.test("readWallClock() throws when the zone is not known", () => {
  assertThrows(() => readWallClock("Europe/Nowhere", 0), RangeError);
});

for (const name of ["UTC", "utc", "europe/berlin", "Etc/GMT+5", "CET"]) {
  Deno.test(`checkTimeZone() likes ${name}`, () => {
    assertEquals(checkTimeZone(name), undefined);
  });
}

for (const name of ["", "+02:00", "-0700", "GMT+2", "Europe/Nowhere", " UTC"]) {
  Deno.test(`checkTimeZone() refuses "${name}"`, () => {
    assertEquals(
      checkTimeZone(name),
      "must be a known time zone, such as Europe/Berlin",
    );
  });
}
