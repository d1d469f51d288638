import { assert, assertEquals } from "@std/assert";
import {
  isOpen,
  minutesToBoundary,
  parseWindow,
  type TimeWindow,
} from "../../../src/policy/conditions/window.ts";
import { DAYS } from "../../../src/policy/wall_clock.ts";

function windowOf(text: string): TimeWindow {
  const window = parseWindow(text, "UTC");
  assert(typeof window !== "string", `${window}`);
  return window;
}

function daysOf(text: string): string {
  const { days } = windowOf(text);
  return DAYS.filter((_day, i) => days[i]).join(" ");
}

/** Reads a clock such as `Mon 09:15`. */
function clock(text: string) {
  const [day = "", time = ""] = text.split(" ");
  const [hours, minutes] = time.split(":");
  return {
    day: DAYS.indexOf(day),
    minute: Number(hours) * 60 + Number(minutes),
  };
}

const DAY_LISTS: readonly (readonly [string, string])[] = [
  ["Mon-Fri", "Mon Tue Wed Thu Fri"],
  ["Mon,Wed,Fri", "Mon Wed Fri"],
  ["Sat-Mon", "Mon Sat Sun"],
  ["Sun", "Sun"],
  ["mon-TUE,sat", "Mon Tue Sat"],
  ["Tue-Tue", "Tue"],
  ["Tue-Mon", DAYS.join(" ")],
  ["08:00-09:00", DAYS.join(" ")],
];

for (const [text, expected] of DAY_LISTS) {
  Deno.test(`parseWindow() reads ${text} as ${expected}`, () => {
    assertEquals(daysOf(text), expected);
  });
}

const TIMES: readonly (readonly [string, number, number])[] = [
  ["08:00-19:30", 480, 1170],
  ["00:00-24:00", 0, 1440],
  ["22:00-06:00", 1320, 1800],
  ["22:00-00:00", 1320, 1440],
  ["23:59-00:01", 1439, 1441],
  ["Mon", 0, 1440],
];

for (const [text, startMinute, endMinute] of TIMES) {
  Deno.test(`parseWindow() reads ${text} as ${startMinute} to ${endMinute}`, () => {
    const window = windowOf(text);
    assertEquals([window.startMinute, window.endMinute], [
      startMinute,
      endMinute,
    ]);
  });
}

Deno.test("parseWindow() reads a zone", () => {
  assertEquals(windowOf("Mon Asia/Tokyo").timeZone, "Asia/Tokyo");
});

Deno.test("parseWindow() takes the given zone when there is none", () => {
  const window = parseWindow("Mon", "Asia/Tokyo");
  assert(typeof window !== "string");
  assertEquals(window.timeZone, "Asia/Tokyo");
});

Deno.test("parseWindow() takes a zone of three letters for no day", () => {
  assertEquals(windowOf("Mon CET").timeZone, "CET");
});

Deno.test("parseWindow() takes any spaces between the parts", () => {
  assertEquals(
    windowOf("  Mon \t 08:00-09:00\n UTC "),
    windowOf("Mon 08:00-09:00 UTC"),
  );
});

const FORM = "must be days, times or both, and then a zone, such as " +
  "Mon-Fri 08:00-19:00 Europe/Berlin";
const RANGE = "must have times from 00:00 to 24:00, such as 08:00-19:00";

const WRONG: readonly (readonly [string, string])[] = [
  ["", FORM],
  ["  ", FORM],
  ["Europe/Berlin", FORM],
  ["Mon-", FORM],
  ["Mon - Fri", FORM],
  ["Monday", FORM],
  ["Mon,,Tue", FORM],
  ["Mon-Tue-Wed", FORM],
  ["Mon-Fry 08:00-09:00", FORM],
  ["08:00-09:00 Mon UTC", FORM],
  ["Mon 08:00-09:00 UTC UTC", FORM],
  ["Mon Europe/Nowhere", "must be a known time zone, such as Europe/Berlin"],
  ["08:00-09:00 +02:00", "must be a known time zone, such as Europe/Berlin"],
  ["8:00-9:00", RANGE],
  ["08:00", RANGE],
  ["08-09", RANGE],
  ["08:60-09:00", RANGE],
  ["08:00-09:60", RANGE],
  ["08:00-24:01", RANGE],
  ["24:00-06:00", RANGE],
  ["Mon 25:00-26:00", RANGE],
  [
    "08:00-08:00",
    "must end at another time than it begins, such as 00:00-24:00",
  ],
  [
    `Mon ${" ".repeat(100)}`,
    "must have at most 100 characters, such as " +
    "Mon-Fri 08:00-19:00 Europe/Berlin",
  ],
];

for (const [text, expected] of WRONG) {
  Deno.test(`parseWindow() refuses "${text.trim()}"`, () => {
    assertEquals(parseWindow(text, "UTC"), expected);
  });
}

Deno.test("parseWindow() refuses a given zone that is not known", () => {
  assertEquals(
    parseWindow("Mon", "Europe/Nowhere"),
    "must be a known time zone, such as Europe/Berlin",
  );
});

const OPEN: readonly (readonly [string, string, boolean])[] = [
  ["Mon-Fri 08:00-19:00", "Mon 07:59", false],
  ["Mon-Fri 08:00-19:00", "Mon 08:00", true],
  ["Mon-Fri 08:00-19:00", "Fri 18:59", true],
  ["Mon-Fri 08:00-19:00", "Fri 19:00", false],
  ["Mon-Fri 08:00-19:00", "Sat 12:00", false],
  ["Mon", "Mon 23:59", true],
  ["Mon", "Tue 00:00", false],
  ["00:00-24:00", "Wed 23:59", true],
  ["Fri 22:00-06:00", "Fri 05:59", false],
  ["Fri 22:00-06:00", "Fri 22:00", true],
  ["Fri 22:00-06:00", "Sat 05:59", true],
  ["Fri 22:00-06:00", "Sat 06:00", false],
  ["Fri 22:00-06:00", "Sat 22:00", false],
  ["Sun 22:00-06:00", "Mon 03:00", true],
  ["Mon 22:00-06:00", "Mon 03:00", false],
  ["Mon 22:00-00:00", "Mon 23:59", true],
  ["Mon 22:00-00:00", "Tue 00:00", false],
];

for (const [text, shown, expected] of OPEN) {
  Deno.test(`isOpen() is ${expected} of ${text} on ${shown}`, () => {
    assertEquals(isOpen(windowOf(text), clock(shown)), expected);
  });
}

const BOUNDARIES: readonly (readonly [string, string, number])[] = [
  ["08:00-19:00", "Mon 07:00", 60],
  ["08:00-19:00", "Mon 08:00", 660],
  ["08:00-19:00", "Mon 18:59", 1],
  ["08:00-19:00", "Mon 19:00", 780],
  ["22:00-06:00", "Mon 23:00", 420],
  ["00:00-24:00", "Mon 00:00", 1440],
  ["00:00-24:00", "Mon 23:59", 1],
];

for (const [text, shown, expected] of BOUNDARIES) {
  Deno.test(`minutesToBoundary() is ${expected} from ${shown} for ${text}`, () => {
    assertEquals(minutesToBoundary(windowOf(text), clock(shown)), expected);
  });
}
