/**
 * Dates of windows of time: `2026-12-24`, `12-24` for each year, and spans of
 * them, `12-24..01-02`, both ends included. They are what the calendar on the
 * wall shows.
 */

import { dateOf, daysOf } from "../calendar.ts";

const DATE = "(?:\\d{4}-)?\\d\\d-\\d\\d";
const SPAN = `${DATE}(?:\\.\\.${DATE})?`;

/** Dates, as a regular expression for the JSON Schema. */
export const DATES_PATTERN = `${SPAN}(?:,${SPAN})*`;

const DATES_REGEXP = new RegExp(`^${DATES_PATTERN}$`);
const DATE_REGEXP = /^(?:(\d{4})-)?(\d\d)-(\d\d)$/;

/** Nobody plans for years before it: it was mistyped. A guess. */
const FIRST_YEAR = 2000;

/** A year with a 29th of February, to tell which dates there are. */
const LEAP_YEAR = 2000;

/** A span of dates, both included. */
export interface DateSpan {
  /** Whether it comes once or every year. */
  readonly isYearly: boolean;
  /**
   * Days since 1 January 1970 if it comes once; else the month times 100 plus
   * the day, where a span that ends before it begins goes over New Year.
   */
  readonly first: number;
  readonly last: number;
}

/**
 * Reads dates.
 *
 * @param text A word of a window.
 * @returns The spans; what they must be; or undefined if these are no dates.
 *
 * @example
 * ```ts
 * import { parseDates } from "./dates.ts";
 *
 * parseDates("12-24..01-02");
 * // [{ isYearly: true, first: 1224, last: 102 }]
 * ```
 */
export function parseDates(
  text: string,
): readonly DateSpan[] | string | undefined {
  if (!DATES_REGEXP.test(text)) return undefined;
  const spans: DateSpan[] = [];
  for (const item of text.split(",")) {
    const span = parseSpan(item);
    if (typeof span === "string") return span;
    spans.push(span);
  }
  return spans;
}

/**
 * Tells whether a date is in one of some spans.
 *
 * @param spans The spans.
 * @param date Days since 1 January 1970.
 * @returns Whether it is.
 */
export function isInSpans(spans: readonly DateSpan[], date: number): boolean {
  return spans.some(({ isYearly, first, last }) => {
    const day = isYearly ? dayOfYear(date) : date;
    return first <= last
      ? first <= day && day <= last
      : day >= first || day <= last;
  });
}

/** The month times 100 plus the day. */
function dayOfYear(date: number): number {
  const { month, day } = dateOf(date);
  return month * 100 + day;
}

interface DateParts {
  readonly year: number | undefined;
  readonly month: number;
  readonly day: number;
}

function parseSpan(text: string): DateSpan | string {
  const dates = text.split("..").map(parseDate);
  if (dates.some((date) => date === undefined)) {
    return "must have dates that there are, such as 2026-12-24 or 12-24";
  }
  const [first, last = first] = dates as readonly DateParts[];
  if ((first!.year === undefined) !== (last!.year === undefined)) {
    return "must have spans with the year at both ends or at none, such as " +
      "2026-12-24..2027-01-02 or 12-24..01-02";
  }
  if ((first!.year ?? FIRST_YEAR) < FIRST_YEAR) {
    return `must have years from ${FIRST_YEAR} on, such as 2026-12-24`;
  }
  const isYearly = first!.year === undefined;
  const span = { isYearly, first: numberOf(first!), last: numberOf(last!) };
  return isYearly || span.first <= span.last
    ? span
    : "must have spans that begin before they end, such as " +
      "2026-12-24..2027-01-02";
}

/** Undefined if there is no such date. */
function parseDate(text: string): DateParts | undefined {
  const [, yearText, ...rest] = DATE_REGEXP.exec(text) ?? [];
  const [month = 0, day = 0] = rest.map(Number);
  const year = yearText === undefined ? undefined : Number(yearText);
  const isMonth = month >= 1 && month <= 12 && day >= 1;
  const there = dateOf(daysOf({ year: year ?? LEAP_YEAR, month, day }));
  return isMonth && there.month === month ? { year, month, day } : undefined;
}

function numberOf({ year, month, day }: DateParts): number {
  return year === undefined ? month * 100 + day : daysOf({ year, month, day });
}
