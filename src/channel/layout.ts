/**
 * Where things are in the shared segment: `ffi/channel.h` in TypeScript. The
 * C side is the original; `tests/channel/layout_test.ts` compares the two.
 * All numbers are bytes unless said otherwise.
 */

/** The facts of the segment, in the order of `sched_worker_layout()`. */
export const LAYOUT = {
  version: 1,
  segmentBytes: 0x2102000,
  slotCount: 32,
  largeSlots: 2,
  slotRequestBytes: 1 << 20,
  slotAnswerBytes: 32 << 10,
  slotTableOffset: 4096,
  requestAreaOffset: 8192,
  answerAreaOffset: 0x2002000,
  slotBytes: 128,
  // Offsets of 32-bit words within a slot.
  kind: 4,
  methodBytes: 16,
  totalBytes: 20,
  partOffset: 24,
  partBytes: 28,
  outcome: 68,
  rc: 72,
  answerBytes: 76,
  publishBytes: 80,
  answerPartBytes: 84,
} as const;

/** What a slot asks for (`enum slot_kind`). */
export const SLOT_KIND = { part: 1, continue: 2 } as const;

/** What the worker did with a part (`enum slot_outcome`). */
export const SLOT_OUTCOME = {
  none: 0,
  goOn: 1,
  answer: 2,
  failed: 3,
} as const;
