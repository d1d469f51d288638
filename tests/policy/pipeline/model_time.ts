/**
 * Clocks and windows of time, as the pipeline's model reads them: zones by
 * their rules, windows by every minute of a week in which they are open.
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
  const days = /^[a-z]{3}[-,a-z]*$/i.test(parts[0]!) && parts[0] !== "UTC"
    ? daysOf(parts.shift()!.toLowerCase())
    : DAYS.map((_, day) => day);
  const [from, to] = /^\d/.test(parts[0] ?? "")
    ? parts.shift()!.split("-").map(minuteOf)
    : [0, DAY];
  const length = to! > from! ? to! - from! : to! - from! + DAY;
  const minute = minuteOfWeek(parts[0] ?? "UTC", nowMs);
  return days.some((day) =>
    (minute - (day * DAY + from!) + 2 * WEEK) % WEEK < length
  );
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
function minuteOfWeek(zone: string, nowMs: number): number {
  const minutes = Math.floor(nowMs / 60_000) + offsetOf(zone, nowMs);
  return (minutes + 3 * DAY) % WEEK;
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
