/**
 * The calendar, as arithmetic: dates as days since 1 January 1970. Knows no
 * time and no zones. After "days_from_civil" and "civil_from_days" of
 * https://howardhinnant.github.io/date_algorithms.html
 */

/** A date as people write it. */
export interface CalendarDate {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  /** From 1 to 31. */
  readonly day: number;
}

/** The calendar repeats itself after so many years and days. */
const ERA_YEARS = 400;
const ERA_DAYS = 146_097;

/** From 1 March of the year 0, where eras begin, to 1 January 1970. */
const EPOCH_DAYS = 719_468;

/**
 * Counts the days to a date.
 *
 * @param date A date; one that there is not counts on into the next month.
 * @returns Days since 1 January 1970.
 *
 * @example
 * ```ts
 * import { daysOf } from "./calendar.ts";
 *
 * daysOf({ year: 1970, month: 2, day: 1 }); // 31
 * ```
 */
export function daysOf({ year, month, day }: CalendarDate): number {
  // Years begin in March, so that a leap day is the last of its year.
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / ERA_YEARS);
  const yearOfEra = shifted - era * ERA_YEARS;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - EPOCH_DAYS;
}

/**
 * Finds the date of a day.
 *
 * @param days Days since 1 January 1970.
 * @returns The date.
 */
export function dateOf(days: number): CalendarDate {
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) -
      Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * ERA_YEARS + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/**
 * Writes a date.
 *
 * @param days Days since 1 January 1970.
 * @returns Text such as `2026-12-24`.
 */
export function dateText(days: number): string {
  const { year, month, day } = dateOf(days);
  const [yearText, ...rest] = [year, month, day].map((number, index) =>
    `${number}`.padStart(index === 0 ? 4 : 2, "0")
  );
  return [yearText, ...rest].join("-");
}
