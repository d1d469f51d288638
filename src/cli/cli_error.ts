/**
 * What ends a command early: wrong usage, or input that cannot be read. `run`
 * prints it as one sentence and answers with exit code 2.
 */

/** A failure that the person at the terminal can mend. */
export class CliError extends TypeError {
  override readonly name = "CliError";
  /** What to do about it. */
  readonly advice: string;

  /**
   * @param message What could not be done, and why; no final period.
   * @param advice What to do about it, as the second half of the sentence.
   */
  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
