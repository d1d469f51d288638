/**
 * Where things are in the shared segment and in the exchange: `ffi/channel/channel.h`
 * in TypeScript. The C side is the original; `tests/channel/layout_test.ts`
 * compares the two.
 * All numbers are bytes unless said otherwise.
 */

/** The facts, in the order of `sched_worker_layout()`. */
export const LAYOUT = {
  version: 3,
  segmentBytes: 0x2112000,
  slotCount: 32,
  largeSlots: 2,
  slotRequestBytes: 1 << 20,
  slotAnswerBytes: 32 << 10,
  requestAreaOffset: 8192,
  exchangeBytes: 64 + (32 << 10),
  // Offsets within the exchange, of 32-bit words but for `answer`.
  kind: 0,
  methodBytes: 4,
  totalBytes: 8,
  partOffset: 12,
  partBytes: 16,
  list: 20,
  placed: 24,
  tag: 28,
  positionLow: 32,
  positionHigh: 36,
  outcome: 40,
  rc: 44,
  answerBytes: 48,
  publishBytes: 52,
  answerPartBytes: 56,
  answer: 64,
  // A list of candidates that is longer has no number.
  maxListBytes: 1 << 20,
  // Offsets within the segment's header, the first page.
  policy: 64,
  policyLast: 68,
  policyLoading: 72,
  culpritCount: 76,
  culprits: 80,
  culpritBytes: 12,
  maxCulprits: 32, // a number
  provenCount: 464,
  proven: 468,
  awaited: 724,
  loaded: 728,
  maxVersions: 64, // a number
  boardOffset: 0x2102000,
  boardBytes: 64 << 10,
  // Offsets within the board.
  boardLength: 4,
  boardText: 8,
} as const;

/** What a slot asks for (`enum slot_kind`). */
export const SLOT_KIND = { part: 1, continue: 2 } as const;

/** What the worker did with a part (`enum slot_outcome`). */
export const SLOT_OUTCOME = {
  none: 0,
  goOn: 1,
  answer: 2,
  failed: 3,
  needWhole: 4,
  later: 5,
} as const;
