import { assertEquals, assertThrows } from "@std/assert";
import {
  checkTimeZone,
  DAYS,
  readWallClock,
} from "../../src/policy/wall_clock.ts";

function shown(timeZone: string, time: string): string {
  const { day, minute } = readWallClock(timeZone, Date.parse(time));
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${DAYS[day]} ${hours}:${minutes}`;
}

const CLOCKS: readonly (readonly [string, string, string])[] = [
  ["UTC", "2026-08-24T00:00:00Z", "Mon 0:0"],
  ["UTC", "2026-08-23T23:59:59.999Z", "Sun 23:59"],
  ["Europe/Berlin", "2026-08-24T22:30:00Z", "Tue 0:30"],
  ["Asia/Kolkata", "2026-08-24T00:00:00Z", "Mon 5:30"],
  ["Asia/Kathmandu", "2026-08-24T00:00:00Z", "Mon 5:45"],
  ["America/St_Johns", "2026-08-24T00:00:00Z", "Sun 21:30"],
  ["Pacific/Kiritimati", "2026-08-24T12:00:00Z", "Tue 2:0"],
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
