/**
 * Ranges of whole numbers, as pools write them: `10`, `>=10`, `<10`, `5..10`.
 */

/** What a number looks like. */
const NUMBER_PATTERN = "-?\\d{1,9}";

/** What a range looks like. */
export const RANGE_PATTERN = `(${NUMBER_PATTERN})\\.\\.(${NUMBER_PATTERN})`;

/** What a number or a limit looks like. */
export const LIMIT_PATTERN = `([<>]=?|)(${NUMBER_PATTERN})`;

const RANGE_REGEXP = new RegExp(`^${RANGE_PATTERN}$`);
const LIMIT_REGEXP = new RegExp(`^${LIMIT_PATTERN}$`);

/** Whole numbers, both included. */
export interface Range {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Reads a range.
 *
 * @param text As it stands in the config.
 * @returns The range, which may be empty; undefined if it is none.
 */
export function parseRange(text: string): Range | undefined {
  const [, from, to] = RANGE_REGEXP.exec(text) ?? [];
  if (from !== undefined) {
    return { lowest: Number(from), highest: Number(to) };
  }
  const [, sign, digits] = LIMIT_REGEXP.exec(text) ?? [];
  const limit = Number(digits);
  switch (sign) {
    case "":
      return { lowest: limit, highest: limit };
    case ">":
      return { lowest: limit + 1, highest: Infinity };
    case ">=":
      return { lowest: limit, highest: Infinity };
    case "<":
      return { lowest: -Infinity, highest: limit - 1 };
    case "<=":
      return { lowest: -Infinity, highest: limit };
    default:
      return undefined;
  }
}

/** Whether two ranges have a number in common. */
export function meets(a: Range, b: Range): boolean {
  return a.lowest <= b.highest && b.lowest <= a.highest;
}

/** Whether a range has all numbers of another one. */
export function covers(outer: Range, inner: Range): boolean {
  return outer.lowest <= inner.lowest && inner.highest <= outer.highest;
}
