/**
 * What is doubtful about a window of time that can be read: zones of three
 * letters, which mean something else in many places, dates that are on none of
 * the days beside them, and a date that was perhaps meant as hours.
 */

import type { Doubt } from "../shape.ts";
import { dayOfWeek, DAYS, resolvedZone } from "../wall_clock.ts";
import { parseWindow } from "./window.ts";

/** Zones of three letters that mean the same everywhere. */
const PLAIN_ZONES: readonly string[] = [
  "UTC",
  "GMT",
  "UCT",
  "CET",
  "EET",
  "MET",
  "WET",
  "HST",
  "PRC",
  "ROK",
];

/** Hours at which work begins and ends, as people leave out the minutes. */
const HOURS_REGEXP = /^\s*(?:0[6-9]|10)-(?:1[5-9]|2[0-3])(?:\s|$)/;

/**
 * Says what is doubtful about a window.
 *
 * @param text A window that can be read.
 * @returns What is doubtful, if anything is.
 */
export function doubtWindow(text: string): Doubt | undefined {
  const words = text.trim().split(/\s+/);
  const letters = words.at(-1)?.toUpperCase() ?? "";
  const zone = /^[A-Z]{3}$/.test(letters) && !PLAIN_ZONES.includes(letters)
    ? resolvedZone(letters)
    : undefined;
  if (zone !== undefined && words.length > 1) {
    return {
      message: "has a zone of three letters, which are another one elsewhere",
      hint: `here they are ${zone}: write the Area/City that is meant, such ` +
        "as America/New_York",
    };
  }
  if (isNeverOpen(text)) {
    return {
      message: "is never open: none of its dates is on one of its days",
      hint: "leave the dates or the days out",
    };
  }
  if (!HOURS_REGEXP.test(text) || text.includes(":")) return undefined;
  return {
    message: "begins with a date of each year, not with hours",
    hint:
      "hours have minutes, as in 08:00-17:00; that a date is meant says a " +
      "span such as 08-17..08-17",
  };
}

/** Dates of each year are on every day of the week in some year. */
function isNeverOpen(text: string): boolean {
  const window = parseWindow(text, "UTC");
  if (typeof window === "string" || window.dates === undefined) return false;
  const { dates, days } = window;
  return dates.every(({ isYearly, first, last }) =>
    !isYearly &&
    DAYS.every((_, i) => first + i > last || !days[dayOfWeek(first + i)])
  );
}
