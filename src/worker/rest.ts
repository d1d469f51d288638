/**
 * Gives memory back when what needed it is over: the start, or a check of a
 * policy. In the main isolate, which has nothing to do then.
 */

/**
 * How long nothing of that kind must have happened, in milliseconds. A guess:
 * a person who saves a file saves it again.
 */
const REST_MS = 2000;

/** V8's own function (`--expose-gc`), as far as it is used. */
type Collect = (options: {
  type: "major";
  execution: "sync";
  flavor: "last-resort";
}) => void;

/** What there is to rest with. */
export interface RestOptions {
  /** Gives the system back what this process does not use. */
  readonly letGo: () => void;
  /** Runs a function later; returns what calls that off. */
  readonly later: (run: () => void, ms: number) => () => void;
  /** Collects this isolate's garbage. @default {that of V8} */
  readonly collect?: () => void;
}

/** Waits until it is time. */
export class Rest {
  readonly #options: RestOptions;
  #callOff: () => void = () => {};

  /** @param options What it needs. */
  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** Something that took memory has ended. */
  soon(): void {
    const { letGo, later, collect = collectGarbage } = this.#options;
    this.#callOff();
    this.#callOff = later(() => {
      collect();
      letGo();
    }, REST_MS);
  }
}

function collectGarbage(): void {
  const { gc } = globalThis as { gc?: Collect };
  gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
