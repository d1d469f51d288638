/**
 * Clocks on the walls of the world: what the time is in a time zone. Knows no
 * time by itself.
 */

import { daysOf } from "./calendar.ts";

/** Days of the week as they are written, the first of them 0. */
export const DAYS: readonly string[] = [
  "Mon",
  "Tue",
  "Wed",
  "Thu",
  "Fri",
  "Sat",
  "Sun",
];

/** What a clock shows. */
export interface WallClock {
  /** The date on the wall, as days since 1 January 1970. */
  readonly date: number;
  /** Minutes since the day's 00:00, from 0 to 1439. */
  readonly minute: number;
}

/** What the formats give, such as `12/24/2026, 09:15`. */
const FORMAT_REGEXP = /^(\d+)\/(\d+)\/(\d+)\D+(\d\d):(\d\d)$/;

/** The first day of 1970, as a position in `DAYS`. */
const FIRST_DAY = 3;

/**
 * Formats by names of zones in lower case. Each takes a millisecond to make and
 * much memory to keep; there are at most as many as known names of zones.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Says what is wrong with the name of a time zone.
 *
 * @param name A name of the config. Offsets such as `+02:00` are none: they
 * need not be whole quarters of an hour.
 * @returns What it must be, or undefined if it is good.
 */
export function checkTimeZone(name: string): string | undefined {
  const isName = /^[A-Za-z][\w+/-]{0,63}$/.test(name);
  return isName && formatOf(name) !== undefined
    ? undefined
    : "must be a known time zone, such as Europe/Berlin";
}

/**
 * The zone that a name stands for.
 *
 * @param name Any text.
 * @returns Its name as Area/City, if it has one; undefined if it is no zone.
 */
export function resolvedZone(name: string): string | undefined {
  return formatOf(name)?.resolvedOptions().timeZone;
}

/**
 * Reads a clock.
 *
 * @param timeZone Name of a zone that `checkTimeZone` likes.
 * @param nowMs Milliseconds since 1970, UTC.
 * @returns What it shows.
 * @throws {RangeError} if the zone is not known.
 *
 * @example
 * ```ts
 * import { readWallClock } from "./wall_clock.ts";
 *
 * readWallClock("Asia/Tokyo", 0); // { date: 0, minute: 540 }
 * ```
 */
export function readWallClock(timeZone: string, nowMs: number): WallClock {
  const format = formatOf(timeZone);
  if (format === undefined) {
    throw new RangeError("Cannot read a clock: the time zone is not known");
  }
  const shown = FORMAT_REGEXP.exec(format.format(nowMs)) ?? [];
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0] = shown.slice(1)
    .map(Number);
  return {
    date: daysOf({ year, month, day }),
    minute: hour * 60 + minute,
  };
}

/**
 * The day of the week of a date.
 *
 * @param date Days since 1 January 1970.
 * @returns Position in `DAYS`.
 */
export function dayOfWeek(date: number): number {
  const count = DAYS.length;
  return ((date + FIRST_DAY) % count + count) % count;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const key = timeZone.toLowerCase();
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = makeFormat(timeZone);
  if (format !== undefined) formats.set(key, format);
  return format;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  } catch {
    // The only way to ask whether a name is known.
    return undefined;
  }
}
