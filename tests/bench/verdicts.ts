/**
 * Keeps account of wrong answers: a figure of a plugin that answers wrongly
 * is worth nothing.
 */

import { say } from "../../ffi/build/progress.ts";
import type { BenchHost, Sample } from "./bench_host.ts";

/**
 * Share of picks that may be left to the host, between 0 and 1 inclusive, and
 * how many may be at least: on a busy machine a worker may be late. Guesses.
 */
const LATE = { share: 0.01, picks: 3 };

/** What was wrong in a run. */
export class Verdicts {
  /** The first problem of each kind, by what was measured. */
  readonly #problems = new Map<string, string>();

  /** One sentence each. */
  get problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  /**
   * Looks at a sample; says at once what is wrong, if it is new.
   *
   * @param subject What was measured; of each one only the first problem of a
   * kind is told.
   * @param how In which way it was measured.
   * @param host Asked for an answer, to be shown.
   */
  async judge(
    subject: string,
    how: string,
    sample: Sample,
    host: BenchHost,
  ): Promise<void> {
    const { picks, wrong, unhandled } = sample;
    const late = Math.max(picks * LATE.share, LATE.picks);
    if (wrong === 0 && unhandled <= late) return;
    const kind = wrong > 0 ? "were wrong" : "were left to the host";
    const key = `${subject}: answers ${kind}`;
    if (this.#problems.has(key)) return;
    const count = wrong > 0 ? wrong : unhandled;
    const answer = await host.answer();
    this.#add(key, `${key}, first ${count} of ${picks}, ${how}: ${answer}`);
  }

  /** Adds a problem and says it. */
  add(problem: string): void {
    this.#add(problem, problem);
  }

  #add(key: string, problem: string): void {
    this.#problems.set(key, problem);
    say(`WRONG: ${problem}`);
  }
}
