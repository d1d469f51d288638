import { assert, assertEquals } from "@std/assert";
import type { Condition } from "../../../src/policy/condition.ts";
import { time } from "../../../src/policy/conditions/time.ts";
import { firstPick } from "../../../src/policy/pick_context.ts";
import { randomFrom } from "../random_from.ts";
import { made, requestWith, SCOPE } from "./example_scope.ts";

const MINUTE_MS = 60_000;
const REQUEST = requestWith({});

function testAt(condition: Condition, nowMs: number) {
  return condition.test(REQUEST, firstPick(nowMs));
}

function holdsAt(windows: readonly string[], when: string): boolean {
  return testAt(made(time, windows), Date.parse(when)).holds;
}

/** How long the result stands, in milliseconds. */
function standsFor(condition: Condition, nowMs: number): number {
  const { reuse } = testAt(condition, nowMs);
  assert(reuse.kind === "same" && reuse.forMs !== undefined);
  return reuse.forMs;
}

Deno.test("time holds when one of the windows is open", () => {
  const windows = ["Mon 08:00-09:00 UTC", "Mon 12:00-13:00 UTC"];
  assertEquals(holdsAt(windows, "2026-08-24T12:30Z"), true);
});

Deno.test("time does not hold when no window is open", () => {
  const windows = ["Mon 08:00-09:00 UTC", "Tue UTC"];
  assertEquals(holdsAt(windows, "2026-08-24T12:30Z"), false);
});

Deno.test("time looks at the clock of the zone of each window", () => {
  const windows = ["Mon 08:00-09:00 UTC", "Mon 21:00-22:00 Asia/Tokyo"];
  assertEquals(holdsAt(windows, "2026-08-24T12:30Z"), true);
});

Deno.test("time takes the default zone when a window names none", () => {
  assertEquals(holdsAt(["Mon 05:45-05:46"], "2026-08-24T00:00Z"), true);
});

/** Windows that are open in these minutes of UTC, from the first to before the last. */
const CHANGES: readonly (readonly [string, string, string, string])[] = [
  // A night of daylight saving is an hour shorter, or longer.
  [
    "Sat 22:00-06:00 Europe/Berlin",
    "2026-03-28T21:00Z",
    "2026-03-29T04:00Z",
    "forward",
  ],
  [
    "Sat 22:00-06:00 Europe/Berlin",
    "2026-10-24T20:00Z",
    "2026-10-25T05:00Z",
    "back",
  ],
  [
    "Sat 22:00-06:00 America/New_York",
    "2026-03-08T03:00Z",
    "2026-03-08T10:00Z",
    "forward",
  ],
  [
    "Sat 22:00-06:00 America/New_York",
    "2026-11-01T02:00Z",
    "2026-11-01T11:00Z",
    "back",
  ],
  // Half an hour.
  [
    "Sat 22:00-06:00 Australia/Lord_Howe",
    "2026-10-03T11:30Z",
    "2026-10-03T19:00Z",
    "forward",
  ],
  [
    "Sat 22:00-06:00 Australia/Lord_Howe",
    "2026-04-04T11:00Z",
    "2026-04-04T19:30Z",
    "back",
  ],
  // An hour, half an hour from UTC.
  [
    "Sat 22:00-06:00 Australia/Adelaide",
    "2026-10-03T12:30Z",
    "2026-10-03T19:30Z",
    "forward",
  ],
  [
    "Sat 22:00-06:00 Australia/Adelaide",
    "2026-04-04T11:30Z",
    "2026-04-04T20:30Z",
    "back",
  ],
  [
    "Sun 01:00-04:00 America/St_Johns",
    "2026-03-08T04:30Z",
    "2026-03-08T06:30Z",
    "forward",
  ],
  [
    "Sun 01:00-04:00 Pacific/Chatham",
    "2026-04-04T11:15Z",
    "2026-04-04T15:15Z",
    "back",
  ],
  // The half of a window that is skipped does not come.
  [
    "Sun 01:30-02:30 Europe/Berlin",
    "2026-03-29T00:30Z",
    "2026-03-29T01:00Z",
    "forward",
  ],
];

for (const [window, first, last, way] of CHANGES) {
  Deno.test(`time opens ${window} from ${first} to ${last} when the clock is put ${way}`, () => {
    const condition = made(time, [window]);
    const [firstMs, lastMs] = [Date.parse(first), Date.parse(last)];
    const found = [firstMs - 1, firstMs, lastMs - 1, lastMs]
      .map((nowMs) => testAt(condition, nowMs).holds);
    assertEquals(found, [false, true, true, false]);
    for (let nowMs = firstMs; nowMs < lastMs; nowMs += MINUTE_MS) {
      assert(testAt(condition, nowMs).holds);
    }
  });
}

Deno.test("time never opens a window that daylight saving skips", () => {
  const window = "Sun 02:15-02:45 Europe/Berlin";
  for (let minute = 0; minute < 24 * 60; minute++) {
    const nowMs = Date.parse("2026-03-28T23:00Z") + minute * MINUTE_MS;
    assertEquals(testAt(made(time, [window]), nowMs).holds, false);
  }
});

Deno.test("time opens a window twice that daylight saving repeats", () => {
  const condition = made(time, ["Sun 02:15-02:45 Europe/Berlin"]);
  const opened = [0, 1, 2, 3].map((hour) => {
    const nowMs = Date.parse("2026-10-24T23:30Z") + hour * 60 * MINUTE_MS;
    return testAt(condition, nowMs).holds;
  });
  assertEquals(opened, [false, true, true, false]);
});

Deno.test("time knows dates, also under another zone and over New Year", () => {
  const window = ["12-24..01-02 Asia/Tokyo"];
  const found = [
    "2026-12-23T14:59:59.999Z",
    "2026-12-23T15:00Z",
    "2026-12-31T23:00Z",
    "2027-01-02T14:59:59.999Z",
    "2027-01-02T15:00Z",
  ].map((when) => holdsAt(window, when));
  assertEquals(found, [false, true, true, true, false]);
});

Deno.test("time explains dates where windows have some", () => {
  const nowMs = Date.parse("2026-12-24T06:05Z");
  assertEquals(
    made(time, ["12-25 UTC"]).explain(REQUEST, firstPick(nowMs)),
    'time is Thu 2026-12-24 06:05 UTC, wanted "12-25 UTC"',
  );
});

const STANDS: readonly (readonly [string, string, number])[] = [
  ["Mon 08:00-08:20 UTC", "2026-08-24T08:00:00.000Z", 15 * MINUTE_MS],
  ["Mon 08:00-08:20 UTC", "2026-08-24T08:15:00.000Z", 5 * MINUTE_MS],
  ["Mon 08:00-08:20 UTC", "2026-08-24T08:19:59.999Z", 1],
  ["Mon 08:00-08:20 UTC", "2026-08-24T08:20:00.000Z", 10 * MINUTE_MS],
  ["Mon 08:00-08:20 UTC", "2026-08-24T08:29:00.500Z", 59_500],
  ["Mon 05:50-06:00", "2026-08-24T00:01:00.000Z", 4 * MINUTE_MS],
  ["12-24 UTC", "2026-12-23T23:58:00.000Z", 2 * MINUTE_MS],
  ["12-24 UTC", "2026-12-24T23:59:59.000Z", 1000],
  ["12-24..01-02 UTC", "2027-01-02T23:59:00.000Z", MINUTE_MS],
];

for (const [window, now, expected] of STANDS) {
  Deno.test(`time stands for ${expected} ms at ${now} with ${window}`, () => {
    assertEquals(standsFor(made(time, [window]), Date.parse(now)), expected);
  });
}

Deno.test("time depends on nothing but the time", () => {
  const { reuse } = testAt(made(time, ["Mon"]), 0);
  assertEquals(reuse, {
    kind: "same",
    route: false,
    metadata: [],
    forMs: 15 * MINUTE_MS,
  });
});

Deno.test("time explains what the clocks show", () => {
  const windows = ["Tue 08:00-09:00 Europe/Berlin", "Wed UTC", "Thu UTC"];
  const nowMs = Date.parse("2026-08-24T06:05Z");
  assertEquals(
    made(time, windows).explain(REQUEST, firstPick(nowMs)),
    "time is Mon 08:05 Europe/Berlin and Mon 06:05 UTC, wanted " +
      '"Tue 08:00-09:00 Europe/Berlin", "Wed UTC" or "Thu UTC"',
  );
});

Deno.test("time checks each window", () => {
  const { check } = time.shape.of;
  assertEquals(check?.("Mon"), undefined);
  assertEquals(
    check?.("Mon Europe/Nowhere"),
    "must be a known time zone, such as Europe/Berlin",
  );
});

Deno.test("time refuses a default zone that is not known", () => {
  assertEquals(
    time.create(["Mon"], { ...SCOPE, timeZone: "Europe/Nowhere" }),
    "must be a known time zone, such as Europe/Berlin",
  );
});

/** Moments when a clock is put forward or back in one of `ZONES`. */
const CHANGE_TIMES = [
  "2026-03-29T01:00Z",
  "2026-10-25T01:00Z",
  "2026-03-08T07:00Z",
  "2026-11-01T06:00Z",
  "2026-03-08T05:30Z",
  "2026-11-01T04:30Z",
  "2026-10-03T15:30Z",
  "2026-04-04T15:00Z",
  "2026-10-03T16:30Z",
  "2026-04-04T16:30Z",
  "2026-09-26T14:00Z",
  "2026-04-04T14:00Z",
  "2026-09-06T04:00Z",
  "2026-04-05T03:00Z",
  "2026-04-23T22:00Z",
  "2026-10-29T21:00Z",
  // New Year and leap days, anywhere.
  "2026-12-31T16:00Z",
  "2028-02-29T04:00Z",
  "2028-02-29T20:00Z",
  "2027-02-28T20:00Z",
].map((text) => Date.parse(text));

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Australia/Adelaide",
  "Pacific/Chatham",
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "Etc/GMT+12",
  // The clock is put forward at midnight, so that a date begins at 01:00.
  "America/Santiago",
  "Africa/Cairo",
];

Deno.test("time stands as long as it says, by a slow model", () => {
  const random = randomFrom(11);
  for (let i = 0; i < 1500; i++) {
    const windows = Array.from(
      { length: 1 + random(2) },
      () => randomWindow(random),
    );
    const nowMs = randomMoment(random);
    const condition = made(time, windows.map(({ text }) => text));
    const expected = isOpenSlowly(windows, nowMs);
    const message = `${nowMs} ${windows.map(({ text }) => text).join(" | ")}`;
    assertEquals(testAt(condition, nowMs).holds, expected, message);
    const endMs = nowMs + standsFor(condition, nowMs);
    for (let atMs = nowMs; atMs < endMs; atMs += MINUTE_MS) {
      assertEquals(isOpenSlowly(windows, atMs), expected, message);
    }
    assertEquals(isOpenSlowly(windows, endMs - 1), expected, message);
  }
});

interface SlowWindow {
  readonly text: string;
  readonly zone: string;
  /** Dates on which it begins, as texts: one of a list, or between two. */
  readonly dates: readonly (readonly [first: string, last: string])[];
  /** Days of the week on which it begins, 0 for Sunday. */
  readonly days: readonly number[];
  readonly start: number;
  /** Minutes that it is open. */
  readonly length: number;
}

function randomWindow(random: (below: number) => number): SlowWindow {
  const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const some = names.map((_name, i) => i).filter(() => random(2) === 0);
  const zone = ZONES[random(ZONES.length)]!;
  const dates = random(2) === 0
    ? []
    : Array.from({ length: 1 + random(2) }, () => randomDates(random));
  const hasDays = dates.length === 0 || random(2) === 0;
  const days = !hasDays || some.length === 0 ? names.map((_, i) => i) : some;
  const hasTimes = dates.length === 0 || random(3) > 0;
  const start = hasTimes ? random(24 * 60) : 0;
  const length = hasTimes ? 1 + random(24 * 60 - 1) : 24 * 60;
  const end = (start + length) % (24 * 60);
  const text = [
    dates.map(([first, last]) => first === last ? first : `${first}..${last}`)
      .join(","),
    hasDays ? days.map((day) => names[day]).join(",") : "",
    hasTimes ? `${clockText(start)}-${clockText(end)}` : "",
    zone,
  ].filter((part) => part !== "").join(" ");
  return { text, zone, dates, days, start, length };
}

/** Near the moments that are tried, so that they are met. */
function randomDates(
  random: (below: number) => number,
): readonly [first: string, last: string] {
  const near = (moment: number) =>
    new Date(moment + (random(5) - 2) * 24 * 60 * MINUTE_MS).toISOString();
  const moment = randomMoment(random);
  const first = near(moment).slice(0, 10);
  const last = near(moment + random(20) * 24 * 60 * MINUTE_MS).slice(0, 10);
  const isYearly = random(2) === 0;
  const [from, to] = random(3) === 0 || !isYearly && last < first
    ? [first, first]
    : [first, last];
  return isYearly ? [from.slice(5), to.slice(5)] : [from, to];
}

function clockText(minute: number): string {
  return [Math.floor(minute / 60), minute % 60]
    .map((number) => `${number}`.padStart(2, "0")).join(":");
}

/** Half of them within two hours of a change of some clock. */
function randomMoment(random: (below: number) => number): number {
  const yearMs = 365 * 24 * 60 * MINUTE_MS;
  if (random(2) === 0) return Date.parse("2026-01-01T00:00Z") + random(yearMs);
  const changeMs = CHANGE_TIMES[random(CHANGE_TIMES.length)]!;
  return changeMs + random(240 * MINUTE_MS) - 120 * MINUTE_MS;
}

const formats = new Map(ZONES.map((timeZone) => [
  timeZone,
  new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  }),
]));

/** Whether one of them began on a date before, and goes on. */
function isOpenSlowly(windows: readonly SlowWindow[], nowMs: number): boolean {
  return windows.some(({ zone, dates, days, start, length }) => {
    const local = formats.get(zone)!.format(nowMs).replace(" ", "T");
    const shownMs = Date.parse(`${local}Z`);
    return [0, 1].some((ago) => {
      const day = new Date(shownMs - ago * 24 * 60 * MINUTE_MS);
      const date = day.toISOString().slice(0, 10);
      const beginsMs = Date.parse(`${date}T00:00Z`) + start * MINUTE_MS;
      return days.includes(day.getUTCDay()) &&
        (dates.length === 0 || dates.some((span) => isWithin(span, date))) &&
        beginsMs <= shownMs && shownMs < beginsMs + length * MINUTE_MS;
    });
  });
}

/** Texts of dates are in the order of the dates. */
function isWithin(
  [first, last]: readonly [string, string],
  date: string,
): boolean {
  const shown = date.slice(-first.length);
  return first <= last
    ? first <= shown && shown <= last
    : shown >= first || shown <= last;
}
