/**
 * Finds the time zone that is meant by an offset such as `UTC+8`, by letters
 * such as `PST` or by the name of a city alone.
 */

import { checkTimeZone } from "../wall_clock.ts";

/** Cities by minutes from UTC; those that are nearest to most people. */
const CITIES: Readonly<Record<number, string>> = {
  [-660]: "Pacific/Pago_Pago",
  [-600]: "Pacific/Honolulu",
  [-570]: "Pacific/Marquesas",
  [-540]: "America/Anchorage",
  [-480]: "America/Los_Angeles",
  [-420]: "America/Denver",
  [-360]: "America/Chicago",
  [-300]: "America/New_York",
  [-240]: "America/Halifax",
  [-210]: "America/St_Johns",
  [-180]: "America/Sao_Paulo",
  [-60]: "Atlantic/Azores",
  0: "UTC",
  60: "Europe/Berlin",
  120: "Europe/Athens",
  180: "Europe/Moscow",
  210: "Asia/Tehran",
  240: "Asia/Dubai",
  270: "Asia/Kabul",
  300: "Asia/Karachi",
  330: "Asia/Kolkata",
  345: "Asia/Kathmandu",
  360: "Asia/Dhaka",
  390: "Asia/Yangon",
  420: "Asia/Bangkok",
  480: "Asia/Shanghai",
  525: "Australia/Eucla",
  540: "Asia/Tokyo",
  570: "Australia/Adelaide",
  600: "Australia/Sydney",
  630: "Australia/Lord_Howe",
  660: "Pacific/Noumea",
  720: "Pacific/Auckland",
  765: "Pacific/Chatham",
  780: "Pacific/Tongatapu",
  840: "Pacific/Kiritimati",
};

/** Zones by letters that are no name of one. */
const LETTERS: Readonly<Record<string, string>> = {
  Z: "UTC",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  PT: "America/Los_Angeles",
  MDT: "America/Denver",
  CDT: "America/Chicago",
  CST: "America/Chicago",
  CT: "America/Chicago",
  EDT: "America/New_York",
  ET: "America/New_York",
  BST: "Europe/London",
  CEST: "Europe/Berlin",
  MEZ: "Europe/Berlin",
  MESZ: "Europe/Berlin",
  EEST: "Europe/Athens",
  MSK: "Europe/Moscow",
  IST: "Asia/Kolkata",
  SGT: "Asia/Singapore",
  HKT: "Asia/Hong_Kong",
  JST: "Asia/Tokyo",
  KST: "Asia/Seoul",
  AEST: "Australia/Sydney",
  AEDT: "Australia/Sydney",
  ACST: "Australia/Adelaide",
  AWST: "Australia/Perth",
  NZST: "Pacific/Auckland",
  NZDT: "Pacific/Auckland",
};

/** Where a city may be, as the names of zones begin. */
const AREAS: readonly string[] = [
  "Europe",
  "America",
  "Asia",
  "Africa",
  "Australia",
  "Pacific",
  "Atlantic",
  "Indian",
];

const OFFSET_REGEXP = /^(?:UTC|GMT|Z)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i;

/** A zone that is meant. */
export interface MeantZone {
  /** Name of the zone. */
  readonly zone: string;
  /** What a window must do, without the window. */
  readonly wanted: string;
}

/**
 * Finds the zone that is meant.
 *
 * @param text What stands where a zone should, without spaces in it.
 * @returns The zone; undefined if none is meant, or it is a name already.
 *
 * @example
 * ```ts
 * import { meantZone } from "./zone_repair.ts";
 *
 * meantZone("UTC+8")?.zone; // "Asia/Shanghai"
 * ```
 */
export function meantZone(text: string): MeantZone | undefined {
  if (checkTimeZone(text) === undefined) return undefined;
  const [, sign, hours, minutes = "0"] = OFFSET_REGEXP.exec(text) ?? [];
  if (sign !== undefined) {
    const offset = Number(hours) * 60 + Number(minutes);
    return byOffset(sign === "-" ? -offset : offset);
  }
  const letters = text.toUpperCase();
  const zone = Object.hasOwn(LETTERS, letters)
    ? LETTERS[letters]
    : AREAS.map((area) => `${area}/${text.replace(/^.*\//, "")}`)
      .find((name) => checkTimeZone(name) === undefined);
  return zone === undefined
    ? undefined
    : { zone, wanted: "must name its zone as Area/City" };
}

/** `Etc/GMT-8` is ahead of UTC: the sign is that of POSIX. */
function byOffset(offset: number): MeantZone | undefined {
  const city = Object.hasOwn(CITIES, offset) ? CITIES[offset] : undefined;
  const hours = offset / 60;
  const isWhole = Number.isInteger(hours) && hours >= -12 && hours <= 14;
  const etc = isWhole && hours !== 0
    ? `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`
    : undefined;
  const zone = city ?? etc;
  if (zone === undefined) return undefined;
  const fixed = etc === undefined
    ? ""
    : `, or by ${etc} (with this sign) for the offset itself`;
  return { zone, wanted: `must name its zone by a city${fixed}` };
}
