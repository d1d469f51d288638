/**
 * In the office hours of a time zone prefers some credentials, outside of them
 * others. Among those that fit, chance decides.
 */

import type { Policy } from "../scheduler.d.ts";

/** Attributes and what they may be, such as `{ plan_type: ["pro", "team"] }`. */
type Wanted = Readonly<Record<string, string | readonly string[]>>;

const WORKDAYS: unknown = ["Mon", "Tue", "Wed", "Thu", "Fri"];

/** Making one takes longer than a whole pick, so each is made once. */
const clocks = new Map<string, Intl.DateTimeFormat>();

export default {
  pick(candidates, context) {
    const { options } = context;
    const { day, hour } = timeIn(
      String(options.zone ?? "UTC"),
      context.nowMs,
    );
    const isOpen = [options.days ?? WORKDAYS].flat().includes(day) &&
      hour >= Number(options.from ?? 8) && hour < Number(options.until ?? 18);
    const asked = (isOpen ? options.inside : options.outside) ?? {};
    const wanted = Object.entries(asked as Wanted);
    const fitting = candidates.filter(({ attributes }) =>
      wanted.every(([name, values]) =>
        [values].flat().includes(attributes[name] ?? "")
      )
    );
    const from = fitting.length > 0 ? fitting : candidates;
    const when = isOpen ? "In office hours" : "Outside of office hours";
    return {
      id: from[Math.floor(context.random() * from.length)]!.id,
      reason: fitting.length > 0 ? when : `${when}; none is as wanted`,
    };
  },
} satisfies Policy;

/** The time is handed over: without it the formatter would ask a clock. */
function timeIn(timeZone: string, nowMs: number) {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      hour: "numeric",
      minute: "numeric",
      hourCycle: "h23",
    });
    clocks.set(timeZone, clock);
  }
  const parts = clock.formatToParts(nowMs);
  const part = (type: string) =>
    parts.find((one) => one.type === type)?.value ?? "";
  return {
    day: part("weekday"),
    hour: Number(part("hour")) + Number(part("minute")) / 60,
  };
}
