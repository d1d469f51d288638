import { assert, assertEquals } from "@std/assert";
import {
  isOpen,
  minutesToBoundary,
  parseWindow,
  type TimeWindow,
  WINDOW_PATTERN,
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

/** A Monday. */
const MONDAY = 4;

/** Reads a clock such as `Mon 09:15` or `2026-12-24 09:15`. */
function clock(text: string) {
  const [day = "", time = ""] = text.split(" ");
  const [hours, minutes] = time.split(":");
  const isDay = DAYS.includes(day);
  return {
    date: isDay ? MONDAY + DAYS.indexOf(day) : Date.parse(day) / 86_400_000,
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

const FORM = "must be dates, days, times or several of them, in this order, " +
  "and then a zone, such as Mon-Fri 08:00-19:00 Europe/Berlin";
const RANGE = "must have times from 00:00 to 24:00, such as 08:00-19:00";

const WRONG: readonly (readonly [string, string])[] = [
  ["", FORM],
  ["  ", FORM],
  ["Europe/Berlin", FORM],
  ["Mon-", FORM],
  ["Mon,,Tue", FORM],
  ["Mon-Tue-Wed", FORM],
  ["Mon-Fry 08:00-09:00", FORM],
  ["Mon 08:00-09:00 UTC UTC", FORM],
  ["Mon Europe/Nowhere", "must be a known time zone, such as Europe/Berlin"],
  ["08:00", "must have a beginning and an end, such as 08:00-19:00"],
  [
    "08:00-09:00,10:00-11:00",
    "must be one window: several are items of a list",
  ],
  ["08:60-09:00", RANGE],
  ["08:00-09:60", RANGE],
  ["08:00-24:01", RANGE],
  ["Mon 25:00-26:00", RANGE],
  [
    "08:00-08:00",
    "must end at another time than it begins, such as 00:00-24:00",
  ],
  [
    `Mon ${" ".repeat(200)}`,
    "must have at most 200 characters, such as " +
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
  ["2026-12-24", "2026-12-23 23:59", false],
  ["2026-12-24", "2026-12-24 00:00", true],
  ["2026-12-24", "2026-12-24 23:59", true],
  ["2026-12-24", "2026-12-25 00:00", false],
  ["2026-12-24", "2027-12-24 12:00", false],
  ["12-24", "2027-12-24 12:00", true],
  ["12-24..01-02", "2026-12-23 23:59", false],
  ["12-24..01-02", "2026-12-31 23:59", true],
  ["12-24..01-02", "2027-01-01 00:00", true],
  ["12-24..01-02", "2027-01-02 23:59", true],
  ["12-24..01-02", "2027-01-03 00:00", false],
  ["2026-12-24..2027-01-02", "2026-12-31 12:00", true],
  ["2026-12-24..2027-01-02", "2027-01-02 23:59", true],
  ["2026-12-24..2027-01-02", "2027-12-24 12:00", false],
  ["2026-12-24..2027-01-02", "2026-01-01 12:00", false],
  ["02-29", "2028-02-29 12:00", true],
  ["02-29", "2027-02-28 12:00", false],
  ["02-29", "2027-03-01 12:00", false],
  ["2028-02-29", "2028-02-29 12:00", true],
  ["02-20..02-29", "2027-02-28 23:59", true],
  ["02-20..02-29", "2027-03-01 00:00", false],
  ["02-29..03-02", "2027-03-01 00:00", true],
  ["02-29..03-02", "2027-02-28 12:00", false],
  ["12-24,12-31", "2026-12-31 12:00", true],
  ["12-24,12-31", "2026-12-25 12:00", false],
  ["12-24 22:00-06:00", "2026-12-24 21:59", false],
  ["12-24 22:00-06:00", "2026-12-24 22:00", true],
  ["12-24 22:00-06:00", "2026-12-25 05:59", true],
  ["12-24 22:00-06:00", "2026-12-25 06:00", false],
  ["12-24 22:00-06:00", "2026-12-25 22:00", false],
  ["12-31 22:00-06:00", "2027-01-01 05:59", true],
  ["02-28 22:00-06:00", "2028-02-29 05:00", true],
  ["02-28 22:00-06:00", "2027-03-01 05:00", true],
  ["12-24..12-26 Thu", "2026-12-24 12:00", true],
  ["12-24..12-26 Thu", "2026-12-25 12:00", false],
  ["12-24..12-26 Thu 08:00-12:00", "2026-12-24 12:00", false],
  ["01-01..12-31", "2026-07-01 12:00", true],
];

for (const [text, shown, expected] of OPEN) {
  Deno.test(`isOpen() is ${expected} of ${text} on ${shown}`, () => {
    assertEquals(isOpen(windowOf(text), clock(shown)), expected);
  });
}

Deno.test("WINDOW_PATTERN takes every window that can be read", () => {
  const regexp = new RegExp(WINDOW_PATTERN);
  const texts = [
    ...OPEN.map(([text]) => text),
    ...DAY_LISTS.map(([text]) => text),
    ...TIMES.map(([text]) => text),
    "  Mon \t 08:00-09:00\n UTC ",
    "12-24,12-31..01-02 Mon-Fri,Sun 08:00-19:00 Etc/GMT-8",
    "Mon America/Argentina/Buenos_Aires",
  ];
  assertEquals(texts.filter((text) => !regexp.test(text)), []);
});

Deno.test("WINDOW_PATTERN takes none of another form", () => {
  const regexp = new RegExp(WINDOW_PATTERN);
  const texts = [
    "",
    "Europe/Berlin",
    "Monday",
    "8:00-9:00",
    "08:00",
    "Mon 08:00-19:00 +08:00",
    "Mon - Fri",
    "12-24 .. 01-02",
    "2026-12-24T08:00",
  ];
  assertEquals(texts.filter((text) => regexp.test(text)), []);
});

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
