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

/** As much of a Web Worker as is needed. */
export type CheckIsolate =
  & Pick<Worker, "onmessage" | "onerror" | "terminate">
  & { postMessage(message: CheckIsolateRequest): void };

/** What a checker can be told. */
export interface ModuleCheckerOptions {
  /** An isolate has ended. @default {nothing} */
  readonly onEnd?: () => void;
  /** Starts an isolate. @default {the check isolate} */
  readonly start?: () => CheckIsolate;
  /** What a check may take, in milliseconds. @default {5000} */
  readonly deadlineMs?: number;
  /** How long an isolate waits for work, in milliseconds. @default {3000} */
  readonly idleMs?: number;
}

/** Checks one at a time. */
export class ModuleChecker {
  readonly #options: Required<ModuleCheckerOptions>;
  #isolate: CheckIsolate | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** @param options What it is told. */
  constructor(options: ModuleCheckerOptions = {}) {
    this.#options = {
      onEnd: () => {},
      start,
      deadlineMs: DEADLINE_MS,
      idleMs: IDLE_MS,
      ...options,
    };
  }

  /** A check may be about to come: starts the isolate, if there is none. */
  warmUp(): void {
    if (this.#isolate !== undefined) return;
    this.#isolate = this.#options.start();
    this.#endWhenIdle();
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
    const isolate = this.#isolate ??= this.#options.start();
    const result = await ask(isolate, check, this.#options.deadlineMs);
    if (result === undefined || "problem" in result) this.end();
    else this.#endWhenIdle();
    return result;
  }

  #endWhenIdle(): void {
    this.#idle = setTimeout(() => this.end(), this.#options.idleMs);
  }

  /** Ends the isolate, if there is one. */
  end(): void {
    clearTimeout(this.#idle);
    if (this.#isolate === undefined) return;
    this.#isolate.terminate();
    this.#isolate = undefined;
    this.#options.onEnd();
  }
}

function start(): CheckIsolate {
  return new Worker(new URL("./check_isolate.ts", import.meta.url), {
    type: "module",
    name: "check",
    deno: { permissions: NO_PERMISSIONS },
  });
}

function ask(
  isolate: CheckIsolate,
  check: CheckIsolateRequest,
  deadlineMs: number,
): Promise<CheckIsolateMessage | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(undefined), deadlineMs);
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
