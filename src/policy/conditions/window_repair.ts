/**
 * Says how a window of time should have been written: people write hours of
 * one digit, `8am`, `Monday`, dashes of books, offsets of UTC, and the parts in
 * another order. Decides nothing: what is repaired here is still an error.
 */

import { writeDates } from "./written_dates.ts";
import { meantZone } from "./zone_repair.ts";

/** One way of writing, and what is wanted instead. */
interface Repair {
  readonly wanted: string;
  /** Writes it as it should be; unchanged if there is nothing of its kind. */
  repair(text: string): string;
}

const DAY_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:mondays?|mo|mon\.|montags?)(?![\w.])/gi, "Mon"],
  [/\b(?:tuesdays?|tues?|tu|di|tues?\.)(?![\w.])/gi, "Tue"],
  [/\b(?:wednesdays?|weds|we|mi|wed\.)(?![\w.])/gi, "Wed"],
  [/\b(?:thursdays?|thurs?|th|do|thurs?\.)(?![\w.])/gi, "Thu"],
  [/\b(?:fridays?|fr|fri\.)(?![\w.])/gi, "Fri"],
  [/\b(?:saturdays?|sa|sat\.)(?![\w.])/gi, "Sat"],
  [/\b(?:sundays?|su|so|sun\.)(?![\w.])/gi, "Sun"],
  [/\b(?:weekdays?|workdays?|working days|business days)\b/gi, "Mon-Fri"],
  [/\bweekends?\b/gi, "Sat,Sun"],
  [/\b(?:daily|every ?day|each day|always)\b/gi, "Mon-Sun"],
];

const DAYS = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const DAY_RANGE = `${DAYS}(?:-${DAYS})?`;
const DAYS_REGEXP = new RegExp(`^${DAY_RANGE}(?:,${DAY_RANGE})*$`, "i");
const DATES_REGEXP = /^(?:\d{4}-)?\d\d-\d\d(?:[.,]|$)/;
const TIMES_REGEXP = /^\d\d:\d\d-\d\d:\d\d$/;

/** Words of a window that is only written in another way. A guess. */
const MAX_WORDS = 12;

/** In the order in which they are tried, each on what the others made. */
const REPAIRS: readonly Repair[] = [
  {
    wanted: "must have plain dashes",
    repair: (text) => text.replaceAll(/[\u2010-\u2015\u2212\uff0d~]/g, "-"),
  },
  {
    wanted: "must have a - between two ends",
    repair: (text) =>
      text.replaceAll(/\s+(?:to|bis|until|till|through|thru)\s+/gi, "-"),
  },
  {
    wanted: "must have its days as Mon-Sun for all",
    repair: (text) => text.replaceAll(/\b24\s*\/\s*7\b/g, "Mon-Sun"),
  },
  {
    wanted: "must have its dates as 2026-12-24, or 12-24 for each year",
    repair: writeDates,
  },
  {
    wanted: "must have .. between two dates",
    repair: (text) =>
      text
        .replaceAll(
          /(\d{4}-\d\d-\d\d)\s*(?:\/|-|\.{3}|\.)\s*(?=\d{4}-)/g,
          "$1..",
        )
        .replaceAll(
          /(^|\s)(\d\d-\d\d)\s*(?:-|\.{3})\s*(?=\d\d-\d\d(?:\s|$))/g,
          "$1$2..",
        )
        .replaceAll(/(\d\d-\d\d)\s+\.\.\s*|(\d\d-\d\d)\s*\.\.\s+/g, "$1$2.."),
  },
  {
    wanted: "must have its times in 24 hours with two digits",
    repair: (text) =>
      text.replaceAll(
        /(?<![\d:])(\d{1,2})(?::?([0-5]\d))?\s*([ap])\.?m\b\.?/gi,
        (_, hour: string, minute: string | undefined, half: string) =>
          clock(
            Number(hour) % 12 + (half.toLowerCase() === "p" ? 12 : 0),
            minute,
          ),
      ),
  },
  {
    wanted: "must have no spaces around -",
    repair: (text) =>
      text
        .replaceAll(
          new RegExp(`(${DAYS}[a-z]*)\\s*-\\s*(?=[A-Z])`, "gi"),
          "$1-",
        )
        .replaceAll(/(\d)\s+-\s*(?=\d{1,2}\b(?!-))|(\d)\s*-\s+(?=\d)/g, "$1$2-")
        .replace(/\b(UTC|GMT)\s+(?=[+-]\d)/i, "$1"),
  },
  {
    wanted: "must have days of three letters, such as Mon-Fri",
    repair: (text) =>
      DAY_NAMES.reduce(
        (repaired, [name, day]) => repaired.replaceAll(name, day),
        text,
      ),
  },
  {
    wanted: "must have hours and minutes of two digits, such as 07:00-19:00",
    repair: (text) =>
      text
        .replaceAll(
          /(?<![\d.:-])(\d{1,2})[.h]([0-5]\d)(?=-\d{1,2}[.h][0-5]\d)/g,
          "$1:$2",
        )
        .replaceAll(/(?<=\d:[0-5]\d-)(\d{1,2})[.h]([0-5]\d)\b/g, "$1:$2")
        .replaceAll(
          /(?<!\d)(\d\d)([0-5]\d)-(\d\d)([0-5]\d)(?![\d-])/g,
          "$1:$2-$3:$4",
        )
        .replaceAll(/\b(\d{1,2}:\d\d):00\b/g, "$1")
        .replaceAll(/(?<![\d:.-])(\d{1,2})-(\d{1,2}:\d\d)/g, "$1:00-$2")
        .replaceAll(/(\d:\d\d)-(\d{1,2})(?![\d:-])/g, "$1-$2:00")
        .replaceAll(/(?<![\d:.-])(\d)-(\d{1,2})(?![\d:.-])/g, workHours)
        .replaceAll(
          new RegExp(
            `(?<=${DAYS},?\\s+)(\\d{1,2})-(\\d{1,2})(?![\\d:.-])`,
            "gi",
          ),
          workHours,
        )
        .replaceAll(/(?<![\d:])(\d):(\d\d)/g, "0$1:$2"),
  },
  {
    wanted: "must begin before 24:00",
    repair: (text) => text.replaceAll(/(?<![\d:-])24:00-/g, "00:00-"),
  },
  {
    wanted: "must have its days joined by commas, and nothing else",
    repair: (text) =>
      text
        .replaceAll(/\s*[;&]\s*|\s+and\s+|\s*,\s*/gi, ",")
        .replaceAll(new RegExp(`(${DAYS})\\s+(?=${DAYS}\\b)`, "gi"), "$1,")
        .replaceAll(/,(?=\d\d:\d\d)/g, " ")
        .replaceAll(/(\d\d-\d\d),(?=[A-Z])/gi, "$1 ")
        .replaceAll(/(:\d\d),(?=[A-Z])/gi, "$1 "),
  },
];

/**
 * Says how a window should be written.
 *
 * @param text A window that cannot be read.
 * @param isGood Tells whether a window can be read.
 * @returns What it must be, with the window as it should be; undefined if that
 * is not plain.
 *
 * @example
 * ```ts
 * import { wantedWindow } from "./window_repair.ts";
 *
 * wantedWindow("7:00-9:00", (text) => text === "07:00-09:00");
 * // "must have hours and minutes of two digits, such as 07:00-19:00: write
 * // 07:00-09:00"
 * ```
 */
export function wantedWindow(
  text: string,
  isGood: (text: string) => boolean,
): string | undefined {
  let repaired = text.trim();
  if (repaired.split(/\s+/).length > MAX_WORDS) return undefined;
  let first: string | undefined;
  const take = (wanted: string, better: string) => {
    if (better === repaired) return;
    first ??= wanted;
    repaired = better;
  };
  let zone: string | undefined;
  const takeZone = () => {
    const found = zoneIn(repaired);
    if (found === undefined) return;
    zone ??= found.wanted;
    take(found.wanted, found.better);
  };
  takeZone();
  for (const { wanted, repair } of REPAIRS) take(wanted, repair(repaired));
  takeZone();
  take(
    "must have its parts in the order of dates, days, times and zone",
    inOrder(repaired),
  );
  const wanted = zone ?? first;
  if (wanted === undefined) return undefined;
  return isGood(repaired) ? `${wanted}: write ${repaired}` : zone;
}

/**
 * A zone that is meant, put in its place. A sign after a space belongs to an
 * offset only where the times are complete, or UTC is before it.
 */
function zoneIn(
  text: string,
): { readonly wanted: string; readonly better: string } | undefined {
  const words = text.split(/\s+/);
  for (const [index, word] of words.entries()) {
    const isSign = /^[+-]\d/.test(word);
    const before = words[index - 1] ?? "";
    const isOfUtc = isSign && /^(?:UTC|GMT)$/i.test(before);
    const isOffset = /^\+/.test(word) || isOfUtc ||
      TIMES_REGEXP.test(before) || DAYS_REGEXP.test(before);
    if (isSign && !isOffset) continue;
    if (DAYS_REGEXP.test(word) || /^(?:mo|di|mi|do|fr|sa|so)\b/i.test(word)) {
      continue;
    }
    const joined =
      /^[A-Za-z]/.test(word) && /^[A-Z][a-z]+$/.test(words[index + 1] ?? "")
        ? meantZone(`${word}_${words[index + 1]}`) ??
          spaced(word, words[index + 1]!)
        : undefined;
    const meant = joined ?? meantZone(word);
    if (meant === undefined) continue;
    const start = isOfUtc ? index - 1 : index;
    const count = 1 + (isOfUtc ? 1 : 0) + (joined === undefined ? 0 : 1);
    const better = words.toSpliced(start, count, meant.zone).join(" ");
    return { wanted: meant.wanted, better };
  }
  return undefined;
}

/** As in `America/New York`. */
function spaced(word: string, next: string) {
  return word.includes("/")
    ? {
      zone: `${word}_${next}`,
      wanted: "must have a _ in its zone for a space",
    }
    : undefined;
}

/** Dates, days, times and the rest. */
function inOrder(text: string): string {
  const rank = (word: string) =>
    [DATES_REGEXP, DAYS_REGEXP, TIMES_REGEXP].findIndex((regexp) =>
      regexp.test(word)
    ) >>> 0;
  return text.split(/\s+/).toSorted((a, b) => rank(a) - rank(b)).join(" ");
}

/** From nine to five ends in the afternoon. */
function workHours(_: string, from: string, to: string): string {
  const [start, end] = [Number(from), Number(to)];
  return `${from}:00-${end <= start && end < 12 ? end + 12 : to}:00`;
}

function clock(hour: number, minute = "00"): string {
  return `${`${hour}`.padStart(2, "0")}:${minute}`;
}
