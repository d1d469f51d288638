/**
 * The main isolate's end of the check isolate: starts it when something is to
 * be checked, waits for it with a deadline, and ends it when it was idle for a
 * while, failed or took too long: the parser takes memory, and may be of no use
 * after a fault.
 */

import type { CheckIsolateMessage, CheckIsolateRequest } from "./messages.ts";
import { NO_PERMISSIONS } from "./permissions.ts";

/** What a check may take, all in all. A guess: one takes 0.1 to 0.2 s. */
const DEADLINE_MS = 5000;

/** After so long without work the isolate ends. It takes 0.1 s to start. */
const IDLE_MS = 3000;

/** Checks one at a time. */
export class ModuleChecker {
  #isolate: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  readonly #onEnd: () => void;

  /** @param onEnd An isolate has ended. */
  constructor(onEnd: () => void = () => {}) {
    this.#onEnd = onEnd;
  }

  /** A check may be about to come: starts the isolate, if there is none. */
  warmUp(): void {
    if (this.#isolate !== undefined) return;
    this.#isolate = start();
    this.#idle = setTimeout(() => this.end(), IDLE_MS);
  }

  /**
   * Checks a file.
   *
   * @param check What is checked.
   * @returns What came of it; `undefined`: it did not end, and what was stopped
   * may still run.
   */
  async check(
    check: CheckIsolateRequest,
  ): Promise<CheckIsolateMessage | undefined> {
    clearTimeout(this.#idle);
    const isolate = this.#isolate ??= start();
    const result = await ask(isolate, check);
    if (result === undefined || "problem" in result) this.end();
    else this.#idle = setTimeout(() => this.end(), IDLE_MS);
    return result;
  }

  /** Ends the isolate, if there is one. */
  end(): void {
    clearTimeout(this.#idle);
    if (this.#isolate === undefined) return;
    this.#isolate.terminate();
    this.#isolate = undefined;
    this.#onEnd();
  }
}

function start(): Worker {
  return new Worker(new URL("./check_isolate.ts", import.meta.url), {
    type: "module",
    name: "check",
    deno: { permissions: NO_PERMISSIONS },
  });
}

function ask(
  isolate: Worker,
  check: CheckIsolateRequest,
): Promise<CheckIsolateMessage | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(undefined), DEADLINE_MS);
    const finish = (result: CheckIsolateMessage) => {
      clearTimeout(late);
      resolve(result);
    };
    isolate.onmessage = (event: MessageEvent<CheckIsolateMessage>) =>
      finish(event.data);
    isolate.onerror = (event) => {
      event.preventDefault();
      // What was thrown may be the policy's.
      finish({ problem: { message: "The file cannot be checked" } });
    };
    isolate.postMessage(check);
  });
}
