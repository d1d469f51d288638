/**
 * Condition `time`: windows of time, one of which is open. `window.ts` knows
 * what they mean.
 */

import { dateText } from "../calendar.ts";
import type { Condition, ConditionKind } from "../condition.ts";
import { quoteAny } from "../quote.ts";
import { type Reuse, sameFor } from "../reuse.ts";
import type { ListShape, TextShape } from "../shape.ts";
import {
  dayOfWeek,
  DAYS,
  readWallClock,
  type WallClock,
} from "../wall_clock.ts";
import {
  isOpen,
  minutesToBoundary,
  parseWindow,
  type TimeWindow,
  WINDOW_PATTERN,
} from "./window.ts";
import { doubtWindow } from "./window_doubt.ts";

const MINUTE_MS = 60_000;

/** Holidays of some years, one by one. A guess. */
const MAX_WINDOWS = 256;

/**
 * Within such a quarter of UTC no clock is put forward or back, and no day
 * begins: zones are whole quarters of an hour from UTC, and change at one. So
 * they all do from 2023 to 2037 in the zone data of Deno 2.9.6; the last that
 * did not was Antarctica/Casey, at 16:01 on 1 October 2022.
 */
const QUARTER_MS = 15 * MINUTE_MS;

/** Windows, one of which is open. */
export const time: ConditionKind<ListShape<TextShape>> = {
  key: "time",
  shape: {
    kind: "list",
    description: "It is in one of these windows of time",
    of: {
      kind: "text",
      description: "Dates, days, times or several of them, and a time zone: " +
        "what calendar and clock on the wall show there",
      check: checkWindow,
      doubt: doubtWindow,
      pattern: WINDOW_PATTERN,
      example: "Mon-Fri 08:00-19:00 Europe/Berlin",
    },
    maxItems: MAX_WINDOWS,
  },
  create: (texts, { timeZone }) => {
    const windows = texts.map((text) => parseWindow(text, timeZone));
    const problem = windows.find((window) => typeof window === "string");
    return problem ?? onTime(
      windows.filter((window) => typeof window !== "string"),
      texts,
    );
  },
};

function checkWindow(text: string): string | undefined {
  const window = parseWindow(text, "UTC");
  return typeof window === "string" ? window : undefined;
}

function onTime(
  windows: readonly TimeWindow[],
  texts: readonly string[],
): Condition {
  const zones = [...new Set(windows.map(({ timeZone }) => timeZone))];
  const withDate = windows.some(({ dates }) => dates !== undefined);
  return {
    key: "time",
    test: (_request, { nowMs }) => {
      const clocks = new Map(
        zones.map((zone) => [zone, readWallClock(zone, nowMs)]),
      );
      const looks = windows.map((window) => {
        const clock = clocks.get(window.timeZone)!;
        return {
          isOpen: isOpen(window, clock),
          minutes: minutesToBoundary(window, clock),
        };
      });
      return {
        holds: looks.some(({ isOpen }) => isOpen),
        reuse: reuseOf(Math.min(...looks.map(({ minutes }) => minutes)), nowMs),
      };
    },
    explain: (_request, { nowMs }) => {
      const clocks = zones.map((zone) => {
        const clock = readWallClock(zone, nowMs);
        return `${describeClock(clock, withDate)} ${zone}`;
      });
      return `time is ${clocks.join(" and ")}, wanted ${quoteAny(texts)}`;
    },
  };
}

/** It stands until a window may open or close, or a clock may be changed. */
function reuseOf(minutes: number, nowMs: number): Reuse {
  const untilBoundary = minutes * MINUTE_MS - nowMs % MINUTE_MS;
  const untilQuarter = QUARTER_MS - nowMs % QUARTER_MS;
  return sameFor(Math.max(1, Math.min(untilBoundary, untilQuarter)));
}

function describeClock({ date, minute }: WallClock, withDate: boolean): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60]
    .map((number) => `${number}`.padStart(2, "0"));
  const day = DAYS[dayOfWeek(date)];
  return withDate
    ? `${day} ${dateText(date)} ${hours}:${minutes}`
    : `${day} ${hours}:${minutes}`;
}
