/**
 * What a long step shows on stderr: on a terminal one line that is written
 * over, elsewhere a line at the start and one at the end.
 */

const encoder = new TextEncoder();

function write(text: string): void {
  Deno.stderr.writeSync(encoder.encode(text));
}

/** Says one thing that is being done. */
export function say(text: string): void {
  write(`${text}\n`);
}

/** Shows how far a download has come. */
export class Progress {
  readonly #label: string;
  readonly #totalBytes: number;
  readonly #terminal = Deno.stderr.isTerminal();
  #shown = -1;

  /** @param totalBytes 0 if unknown. */
  constructor(label: string, totalBytes: number) {
    this.#label = label;
    this.#totalBytes = totalBytes;
    if (!this.#terminal) say(`${label} (${mebibytes(totalBytes)}) …`);
  }

  /** Shows `bytes` of the total. */
  update(bytes: number): void {
    if (!this.#terminal) return;
    const percent = this.#totalBytes === 0
      ? 0
      : Math.floor(bytes / this.#totalBytes * 100);
    if (percent === this.#shown) return;
    this.#shown = percent;
    write(
      `\r${this.#label}  ${percent} % of ${mebibytes(this.#totalBytes)} `,
    );
  }

  /** Ends the line. */
  end(): void {
    if (this.#terminal) write("\n");
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(0)} MiB`;
}
