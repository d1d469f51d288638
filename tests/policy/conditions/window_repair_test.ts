/** Windows as people write them, and what is said of each. */

import { assert, assertEquals } from "@std/assert";
import { doubtWindow } from "../../../src/policy/conditions/window_doubt.ts";
import { parseWindow } from "../../../src/policy/conditions/window.ts";

/** How each is to be written. */
const WRITTEN: Readonly<Record<string, string>> = {
  "7:00-9:00": "07:00-09:00",
  "7:00-19:00 Europe/Berlin": "07:00-19:00 Europe/Berlin",
  "Mon-Fri 08:00-19:00 UTC+8": "Mon-Fri 08:00-19:00 Asia/Shanghai",
  "08:00-19:00 +08:00": "08:00-19:00 Asia/Shanghai",
  "08:00-19:00 GMT+8": "08:00-19:00 Asia/Shanghai",
  "08:00-19:00 UTC +8": "08:00-19:00 Asia/Shanghai",
  "Mon utc+0800": "Mon Asia/Shanghai",
  "Mon GMT-5": "Mon America/New_York",
  "Mon UTC−5": "Mon America/New_York",
  "Mon +0": "Mon UTC",
  "Mon UTC+02:00": "Mon Europe/Athens",
  "08:00-19:00 UTC+05:30": "08:00-19:00 Asia/Kolkata",
  "08:00-19:00 -05:00": "08:00-19:00 America/New_York",
  "08:00-19:00 CEST": "08:00-19:00 Europe/Berlin",
  "Mon 08:00-19:00 Berlin": "Mon 08:00-19:00 Europe/Berlin",
  "Mon New York": "Mon America/New_York",
  "Mon America/New York": "Mon America/New_York",
  "8am-5pm": "08:00-17:00",
  "Mon-Fri 8am-5pm": "Mon-Fri 08:00-17:00",
  "8:30am - 5:30 pm Europe/Berlin": "08:30-17:30 Europe/Berlin",
  "12am-12pm": "00:00-12:00",
  "Mon-Fri 9:00-5pm": "Mon-Fri 09:00-17:00",
  "Mon - Fri": "Mon-Fri",
  "Mon - Fri 08:00 - 19:00": "Mon-Fri 08:00-19:00",
  "22:00 -06:00": "22:00-06:00",
  "Monday": "Mon",
  "Monday-Friday 08:00-19:00": "Mon-Fri 08:00-19:00",
  "Mondays, Wednesdays": "Mon,Wed",
  "Mo-Fr 08:00-18:00": "Mon-Fri 08:00-18:00",
  "weekdays 08:00-17:00": "Mon-Fri 08:00-17:00",
  "weekend": "Sat,Sun",
  "24/7": "Mon-Sun",
  "Dec 24": "12-24",
  "24 December 2026": "2026-12-24",
  "Dec 24, 2026": "2026-12-24",
  "Dec 24 - Jan 2": "12-24..01-02",
  "24. Dec 08:00-12:00": "12-24 08:00-12:00",
  "daily 08:00-09:00": "Mon-Sun 08:00-09:00",
  "Mon–Fri 08:00–19:00": "Mon-Fri 08:00-19:00",
  "08:00—19:00": "08:00-19:00",
  "Mon to Fri": "Mon-Fri",
  "08:00 to 19:00": "08:00-19:00",
  "8-17": "08:00-17:00",
  "Mon-Fri 08-17": "Mon-Fri 08:00-17:00",
  "Mon-Fri 9-5": "Mon-Fri 09:00-17:00",
  "08:00-17": "08:00-17:00",
  "Mon 08.00-19.00": "Mon 08:00-19:00",
  "Mon 0800-1900": "Mon 08:00-19:00",
  "08:00:00-19:00:00": "08:00-19:00",
  "24:00-06:00": "00:00-06:00",
  "Europe/Berlin Mon-Fri 08:00-19:00": "Mon-Fri 08:00-19:00 Europe/Berlin",
  "08:00-19:00 Mon-Fri": "Mon-Fri 08:00-19:00",
  "08:00-09:00 12-24": "12-24 08:00-09:00",
  "Mon Tue Wed": "Mon,Tue,Wed",
  "Mon, Tue": "Mon,Tue",
  "Mon and Tue": "Mon,Tue",
  "Mon-Fri, 08:00-19:00": "Mon-Fri 08:00-19:00",
  "24.12.2026": "2026-12-24",
  "2026/12/24": "2026-12-24",
  "12/24": "12-24",
  "24.12.-26.12.": "12-24..12-26",
  "2026-12-24 to 2027-01-02": "2026-12-24..2027-01-02",
  "2026-12-24 - 2027-01-02": "2026-12-24..2027-01-02",
  "2026-12-24/2027-01-02": "2026-12-24..2027-01-02",
  "12-24-01-02": "12-24..01-02",
  "12-24 .. 01-02": "12-24..01-02",
};

for (const [text, written] of Object.entries(WRITTEN)) {
  Deno.test(`parseWindow() says how to write "${text}"`, () => {
    const message = parseWindow(text, "UTC");
    assert(typeof message === "string");
    assertEquals(message.split(": write ")[1], written);
    assert(/^must /.test(message), message);
    assert(typeof parseWindow(written, "UTC") !== "string");
  });
}

Deno.test("parseWindow() names the zone of the offset itself, too", () => {
  assertEquals(
    parseWindow("Mon UTC+8", "UTC"),
    "must name its zone by a city, or by Etc/GMT-8 (with this sign) for the " +
      "offset itself: write Mon Asia/Shanghai",
  );
  assertEquals(
    parseWindow("UTC+8", "UTC"),
    "must name its zone by a city, or by Etc/GMT-8 (with this sign) for the " +
      "offset itself",
  );
});

/** What cannot be told. */
const UNKNOWN = [
  "",
  "Mon Europe/Nowhere",
  "08:00-24:01",
  "08:00-25:00",
  "08:00-08:00",
  "Mon 08:00-09:00 UTC UTC",
  "soon",
  "08:00-09:00,10:00-11:00",
  "8:00",
];

for (const text of UNKNOWN) {
  Deno.test(`parseWindow() invents nothing for "${text}"`, () => {
    const message = parseWindow(text, "UTC");
    assert(typeof message === "string" && !message.includes("write "));
  });
}

for (
  const text of [
    "08-17",
    "Mon BST",
    "Mon EST",
    "08:00-09:00 ist",
    "2026-12-24 Mon",
    "2026-12-24..2026-12-26 Mon-Wed 08:00-09:00",
    "2026-12-24,2026-12-25 Sat",
  ]
) {
  Deno.test(`doubtWindow() doubts "${text}"`, () => {
    assert(typeof parseWindow(text, "UTC") !== "string");
    assert(doubtWindow(text) !== undefined);
  });
}

for (
  const text of [
    "12-24",
    "12-24..01-02",
    "12-24 Mon",
    "2026-12-24 Thu",
    "2026-12-24..2026-12-28 Mon",
    "2026-12-24..2026-12-31 Wed",
    "2026-12-24,12-25 Mon",
    "08-17..08-17",
    "02-29",
    "2026-08-17",
    "08-17 08:00-17:00",
    "Mon",
    "Mon UTC",
    "Mon CET",
    "Mon Europe/Berlin",
    "Mon-Fri 08:00-19:00",
  ]
) {
  Deno.test(`doubtWindow() does not doubt "${text}"`, () => {
    assert(typeof parseWindow(text, "UTC") !== "string");
    assertEquals(doubtWindow(text), undefined);
  });
}
