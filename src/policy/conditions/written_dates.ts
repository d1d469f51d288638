/**
 * Finds dates as people write them, such as `24.12.2026`, `12/24` and
 * `Dec 24`, and writes them as windows of time have them.
 */

const MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";

const DAY_FIRST_REGEXP = new RegExp(
  `\\b(\\d{1,2})\\.?\\s+(${MONTHS})[a-z]*\\.?(?:,?\\s+(\\d{4})\\b)?`,
  "gi",
);
const MONTH_FIRST_REGEXP = new RegExp(
  `\\b(${MONTHS})[a-z]*\\.?\\s+(\\d{1,2})(?![\\d:])(?:,?\\s+(\\d{4})\\b)?`,
  "gi",
);

/**
 * Writes the dates of a text as `2026-12-24`, or `12-24` without a year.
 *
 * @param text A window of time, written in any way.
 * @returns The same with other dates, if it has some.
 */
export function writeDates(text: string): string {
  return withoutMonths(text)
    .replaceAll(/\b(\d{4})[./](\d\d?)[./](\d\d?)\b/g, dateOf("$1", 2, 3))
    .replaceAll(/\b(\d\d?)\.(\d\d?)\.(\d{4})\b/g, dateOf("$3", 2, 1))
    .replaceAll(/\b(\d\d?)\.(\d\d?)\.(?=[\s,-]|$)/g, dateOf("", 2, 1))
    .replaceAll(/\b(\d\d?)\/(\d\d?)\b(?!\/)/g, dateOf("", 1, 2));
}

/** Writes dates with names of months in digits. */
function withoutMonths(text: string): string {
  const write = (month: string, day: string, year: string | undefined) => {
    const number = MONTHS.split("|").indexOf(month.toLowerCase()) + 1;
    const parts = [number, Number(day)].map((part) =>
      `${part}`.padStart(2, "0")
    );
    return [...year === undefined ? [] : [year], ...parts].join("-");
  };
  return text
    .replaceAll(
      MONTH_FIRST_REGEXP,
      (_, month, day, year) => write(month, day, year),
    )
    .replaceAll(
      DAY_FIRST_REGEXP,
      (_, day, month, year) => write(month, day, year),
    );
}

/** Month and day by their groups, with two digits each. */
function dateOf(year: string, month: number, day: number) {
  return (...match: readonly string[]): string => {
    const numbers = [match[month], match[day]].map((text = "") =>
      text.padStart(2, "0")
    );
    const yearText = year === "" ? [] : [match[Number(year.slice(1))] ?? ""];
    return [...yearText, ...numbers].join("-");
  };
}
