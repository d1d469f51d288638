/**
 * The file from which the harness takes the requests of a case: `ring.h` says
 * what is in it.
 */

import { UNHANDLED } from "../host/plugin.ts";

/** One request of a ring. */
export interface RingEntry {
  readonly prefix: string;
  /** Number of the tail. */
  readonly tail: number;
}

/** A list of candidates, and the answers to it that are right. */
export interface Tail {
  readonly text: string;
  readonly answers: readonly string[];
}

/** Text of the file. */
export function encodeRing(
  tails: readonly Tail[],
  entries: readonly RingEntry[],
): string {
  const lines = [`U${UNHANDLED}`];
  const firsts: number[] = [];
  let answers = 0;
  for (const tail of tails) {
    firsts.push(answers);
    answers += tail.answers.length;
    lines.push(`T${tail.text}`, ...tail.answers.map((text) => `A${text}`));
  }
  for (const { prefix } of entries) lines.push(`P${prefix}`);
  entries.forEach(({ tail }, number) => {
    const count = tails[tail]?.answers.length ?? 0;
    lines.push(`R${number} ${tail} ${firsts[tail]} ${count}`);
  });
  return `${lines.join("\n")}\n`;
}
