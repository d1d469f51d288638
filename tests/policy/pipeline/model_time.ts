/**
 * Clocks and windows of time, as the pipeline's model reads them: zones by
 * their rules, windows by every minute of a week in which they are open, dates
 * by the text of the date on which such a minute's window began.
 */

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY = 1440;
const WEEK = 7 * DAY;

/**
 * Tells whether it is in a window.
 *
 * @param window A window of the config; UTC if it names no zone.
 * @param nowMs Milliseconds since 1970, UTC.
 * @returns Whether the clock in its zone shows a minute of the window.
 */
export function isWithin(window: string, nowMs: number): boolean {
  const parts = window.split(" ");
  const dates = /^[\d-]+\d[.,]|^[\d-]+$/.test(parts[0]!) ||
      /^\d\d\d\d-\d\d-\d\d/.test(parts[0]!)
    ? parts.shift()!.split(",")
    : undefined;
  const days = /^[a-z]{3}[-,a-z]*$/i.test(parts[0]!) && parts[0] !== "UTC"
    ? daysOf(parts.shift()!.toLowerCase())
    : DAYS.map((_, day) => day);
  const [from, to] = /^\d/.test(parts[0] ?? "")
    ? parts.shift()!.split("-").map(minuteOf)
    : [0, DAY];
  const length = to! > from! ? to! - from! : to! - from! + DAY;
  const shownMs = nowMs + offsetOf(parts[0] ?? "UTC", nowMs) * 60_000;
  const minute = minuteOfWeek(shownMs);
  return days.some((day) => {
    const ago = (minute - (day * DAY + from!) + 2 * WEEK) % WEEK;
    const began = new Date(shownMs - ago * 60_000).toISOString().slice(0, 10);
    return ago < length && (dates?.some((span) => isIn(span, began)) ?? true);
  });
}

function isIn(span: string, date: string): boolean {
  const [first, last = first] = span.split("..");
  const shown = date.slice(-first!.length);
  return first! <= last!
    ? first! <= shown && shown <= last!
    : shown >= first! || shown <= last!;
}

function daysOf(text: string): number[] {
  return text.split(",").flatMap((item) => {
    const [first, last = first] = item.split("-");
    const days = [DAYS.indexOf(first!)];
    while (DAYS[days.at(-1)!] !== last) days.push((days.at(-1)! + 1) % 7);
    return days;
  });
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return hours! * 60 + minutes!;
}

/** Monday 00:00 is 0; 1970 began on a Thursday. */
function minuteOfWeek(shownMs: number): number {
  return (Math.floor(shownMs / 60_000) + 3 * DAY) % WEEK;
}

function offsetOf(zone: string, nowMs: number): number {
  switch (zone) {
    case "UTC":
      return 0;
    case "Asia/Tokyo":
      return 9 * 60;
    case "Asia/Kolkata":
      return 5 * 60 + 30;
    case "Asia/Kathmandu":
      return 5 * 60 + 45;
    case "Europe/Berlin":
      return isEuropeanSummer(nowMs) ? 120 : 60;
    default:
      throw new TypeError(`Cannot tell the time in ${zone}`);
  }
}

/** From 01:00 UTC of the last Sunday of March to that of October. */
function isEuropeanSummer(nowMs: number): boolean {
  const year = new Date(nowMs).getUTCFullYear();
  const [begin, end] = [3, 10].map((month) => {
    const last = new Date(Date.UTC(year, month, 0, 1));
    return last.getTime() - last.getUTCDay() * DAY * 60_000;
  });
  return begin! <= nowMs && nowMs < end!;
}
