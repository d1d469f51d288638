/**
 * Condition `time`: windows of time, one of which is open. `window.ts` knows
 * what they mean.
 */

import type { Condition, ConditionKind } from "../condition.ts";
import { quoteAny } from "../quote.ts";
import { type Reuse, sameFor } from "../reuse.ts";
import type { ListShape, TextShape } from "../shape.ts";
import { DAYS, readWallClock } from "../wall_clock.ts";
import {
  isOpen,
  minutesToBoundary,
  parseWindow,
  type TimeWindow,
} from "./window.ts";

const MINUTE_MS = 60_000;

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
      description: "Days, times or both, and a time zone: what the clock on " +
        "the wall shows there",
      check: checkWindow,
      example: "Mon-Fri 08:00-19:00 Europe/Berlin",
    },
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
  return {
    key: "time",
    test: (_request, { nowMs }) => {
      const looks = windows.map((window) => {
        const clock = readWallClock(window.timeZone, nowMs);
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
      const clocks = zones.map((zone) => describeClock(zone, nowMs));
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

function describeClock(timeZone: string, nowMs: number): string {
  const { day, minute } = readWallClock(timeZone, nowMs);
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60]
    .map((number) => `${number}`.padStart(2, "0"));
  return `${DAYS[day]} ${hours}:${minutes} ${timeZone}`;
}
