/**
 * Figures as text, three digits each.
 */

function threeDigits(value: number): string {
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return value.toFixed(digits);
}

/** A time: `83 ns`, `1.25 us`, `12.3 ms`; a dash if it is not known. */
export function formatNs(ns: number | null | undefined): string {
  if (ns === null || ns === undefined) return "–";
  if (ns < 1000) return `${ns.toFixed(0)} ns`;
  if (ns < 999_500) return `${threeDigits(ns / 1e3)} us`;
  return `${threeDigits(ns / 1e6)} ms`;
}

/** A count: `830`, `12.3 k`, `3.10 M`. */
export function formatCount(count: number): string {
  if (count < 1000) return count.toFixed(0);
  if (count < 999_500) return `${threeDigits(count / 1e3)} k`;
  return `${threeDigits(count / 1e6)} M`;
}

/** A ratio: `1.25x`, `137x`; a dash if it is not known. */
export function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? "–" : `${threeDigits(ratio)}x`;
}

/** A share between 0 and 1: `99.2 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
