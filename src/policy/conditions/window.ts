/**
 * Windows of time: `[dates] [days] [HH:MM-HH:MM] [zone]`, such as
 * `Mon-Fri 08:00-19:00 Europe/Berlin` or `12-24..01-02`. They mean what clock
 * and calendar on the wall of the zone show, so that a time that daylight
 * saving skips does not come, and one that it repeats comes twice. Dates and
 * days are those on which a window begins.
 */

import {
  checkTimeZone,
  dayOfWeek,
  DAYS,
  type WallClock,
} from "../wall_clock.ts";
import {
  DATES_PATTERN,
  type DateSpan,
  isInSpans,
  parseDates,
} from "./dates.ts";
import { wantedWindow } from "./window_repair.ts";

const DAY_MINUTES = 24 * 60;

/** Longest window in UTF-16 code units: some dates, all days, a long zone. */
const MAX_LENGTH = 200;

const TIMES_REGEXP = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/;
const DAY_LIST_REGEXP = /^[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*$/;

/** A window that is ready to be compared. */
export interface TimeWindow {
  /** Dates on which it begins; absent: any. */
  readonly dates?: readonly DateSpan[];
  /** Whether it begins on a day, by position in `DAYS`. */
  readonly days: readonly boolean[];
  /** Minutes since 00:00, from 0 to 1439. */
  readonly startMinute: number;
  /** The first minute after it, above the start; over 1440 on the next day. */
  readonly endMinute: number;
  /** A name that `checkTimeZone` likes. */
  readonly timeZone: string;
}

const DAY_PATTERN = "[A-Za-z]{3}(?:-[A-Za-z]{3})?";

/**
 * The form of a window, for the JSON Schema: it knows no names of days and
 * zones.
 */
export const WINDOW_PATTERN = `^(?=[\\s\\S]{1,${MAX_LENGTH}}$)` +
  "\\s*(?=\\d|[A-Za-z]{3}(?:[-,\\s]|$))" +
  `(?:${DATES_PATTERN}(?:\\s+|$))?` +
  `(?:${DAY_PATTERN}(?:,${DAY_PATTERN})*(?:\\s+|$))?` +
  "(?:\\d\\d:\\d\\d-\\d\\d:\\d\\d(?:\\s+|$))?" +
  "(?:[A-Za-z][\\w+/-]{0,63}\\s*)?$";

/**
 * Reads a window.
 *
 * @param text A window of the config.
 * @param timeZone Zone of a window that names none.
 * @returns The window, or what it must be: how it should be written, if that
 * can be told.
 *
 * @example
 * ```ts
 * import { parseWindow } from "./window.ts";
 *
 * parseWindow("Fri 22:00-06:00", "UTC");
 * // { days: [false, false, false, false, true, false, false],
 * //   startMinute: 1320, endMinute: 1800, timeZone: "UTC" }
 * ```
 */
export function parseWindow(
  text: string,
  timeZone: string,
): TimeWindow | string {
  if (text.length > MAX_LENGTH) {
    return `must have at most ${MAX_LENGTH} characters, such as ${EXAMPLE}`;
  }
  const window = readWindow(text, timeZone);
  if (typeof window !== "string") return window;
  const isGood = (other: string) =>
    typeof readWindow(other, timeZone) !== "string";
  return wantedWindow(text, isGood) ?? window;
}

function readWindow(text: string, timeZone: string): TimeWindow | string {
  const parts = text.split(/\s+/).filter((part) => part !== "");
  const dates = parseDates(parts[0] ?? "");
  if (typeof dates === "string") return dates;
  if (dates !== undefined) parts.shift();
  const days = parseDays(parts[0] ?? "");
  if (days !== undefined) parts.shift();
  const times = parseTimes(parts[0] ?? "");
  if (times !== undefined) parts.shift();
  if (typeof times === "string") return times;
  const [zone = timeZone, ...rest] = parts;
  if (rest.length > 0 || (dates ?? days ?? times) === undefined) {
    return `must be dates, days, times or several of them, in this order, ` +
      `and then a zone, such as ${EXAMPLE}`;
  }
  return checkTimeZone(zone) ?? {
    ...(dates !== undefined && { dates }),
    days: days ?? DAYS.map(() => true),
    ...(times ?? { startMinute: 0, endMinute: DAY_MINUTES }),
    timeZone: zone,
  };
}

const EXAMPLE = "Mon-Fri 08:00-19:00 Europe/Berlin";

/**
 * Tells whether a window is open.
 *
 * @param window The window.
 * @param clock What the clock shows in its zone.
 * @returns Whether it has begun and not ended.
 */
export function isOpen(window: TimeWindow, clock: WallClock): boolean {
  const { startMinute, endMinute } = window;
  const { date, minute } = clock;
  const isToday = startMinute <= minute && minute < endMinute;
  return isToday && beginsOn(window, date) ||
    minute + DAY_MINUTES < endMinute && beginsOn(window, date - 1);
}

function beginsOn({ dates, days }: TimeWindow, date: number): boolean {
  return days[dayOfWeek(date)]! &&
    (dates === undefined || isInSpans(dates, date));
}

/**
 * How long a clock runs until a window may open or close.
 *
 * @param window The window.
 * @param clock What the clock shows in its zone.
 * @returns Minutes from the beginning of this one, at least 1; as if the clock
 * were never put forward or back.
 */
export function minutesToBoundary(
  { startMinute, endMinute }: TimeWindow,
  { minute }: WallClock,
): number {
  const until = (boundary: number) =>
    (boundary - minute - 1 + 2 * DAY_MINUTES) % DAY_MINUTES + 1;
  return Math.min(until(startMinute), until(endMinute));
}

/** Undefined if this is no list of days, but perhaps something else. */
function parseDays(text: string): readonly boolean[] | undefined {
  const list = text.toLowerCase();
  if (!DAY_LIST_REGEXP.test(list)) return undefined;
  const days = DAYS.map(() => false);
  for (const item of list.split(",")) {
    const [first = -1, last = first] = item.split("-").map(dayOf);
    if (first < 0 || last < 0) return undefined;
    const count = (last - first + DAYS.length) % DAYS.length + 1;
    for (let i = 0; i < count; i++) days[(first + i) % DAYS.length] = true;
  }
  return days;
}

function dayOf(text: string): number {
  return DAYS.findIndex((day) => day.toLowerCase() === text);
}

/** Undefined if these are no times; text if they cannot be. */
function parseTimes(
  text: string,
): Pick<TimeWindow, "startMinute" | "endMinute"> | string | undefined {
  if (!/^\d/.test(text)) return undefined;
  if (/^\d\d?:\d\d$/.test(text)) {
    return "must have a beginning and an end, such as 08:00-19:00";
  }
  if (/^[\d:-]+,[\d:,-]+$/.test(text)) {
    return "must be one window: several are items of a list";
  }
  const numbers = TIMES_REGEXP.exec(text)?.slice(1).map(Number);
  const [h1 = 99, m1 = 99, h2 = 99, m2 = 99] = numbers ?? [];
  const startMinute = h1 * 60 + m1;
  const end = h2 * 60 + m2;
  const areMinutes = m1 < 60 && m2 < 60;
  if (!areMinutes || startMinute >= DAY_MINUTES || end > DAY_MINUTES) {
    return "must have times from 00:00 to 24:00, such as 08:00-19:00";
  }
  if (startMinute === end) {
    return "must end at another time than it begins, such as 00:00-24:00";
  }
  const endMinute = end > startMinute ? end : end + DAY_MINUTES;
  return { startMinute, endMinute };
}
