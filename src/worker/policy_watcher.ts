/**
 * Watches the files of policies for the pick isolate, and has what is new in
 * them checked. In the main isolate. The kernel gives a sign when something
 * changes; a slow look every few seconds finds what gave none.
 *
 *   sign or some seconds -> look -> changed: look again soon -> still: read it
 */

import { fingerprintOf } from "../modules/module_key.ts";
import type { CheckOrder, WatchedModule } from "../modules/registry.ts";
import type { FileMessage } from "./messages.ts";
import type { ModuleChecker } from "./module_checker.ts";
import { PathSigns } from "./path_signs.ts";
import { PolicyFile } from "./policy_file.ts";

/**
 * Time between two looks while something changes, in milliseconds: what is the
 * same in both is read. A guess: longer than an editor's writes are apart.
 */
const SOON_MS = 50;

/**
 * Time between looks while nothing gives a sign, in milliseconds. A guess:
 * short for a person on a network folder, long against the cost of a look.
 */
const REST_MS = 5000;

/** How long the pick isolate may take to say whether to check: it may be busy. */
const ORDER_MS = 60_000;

/** How long a look may take, in milliseconds: a network may be gone. */
const LOOK_DEADLINE_MS = 2000;

/** What a watcher needs from outside. */
export interface PolicyWatcherOptions {
  /** Working directory of the host. */
  readonly cwd: string;
  readonly checker: Pick<ModuleChecker, "check" | "warmUp">;
  /** To the pick isolate. */
  readonly post: (message: FileMessage) => void;
  /** A check did not end: the worker is to end. */
  readonly giveUp: (reason: string) => void;
  /** How long nothing happens without a sign, in ms. @default {5000} */
  readonly restMs?: number;
  /** How long a look may take, in milliseconds. @default {2000} */
  readonly lookMs?: number;
  /** Takes hold of a file. @default {the one on the disk} */
  readonly fileAt?: (path: string) => LookedAt;
}

/** As much of a file as is needed. */
type LookedAt = Pick<PolicyFile, "forget" | "isSettled" | "look">;

/** A file with what it is for. */
interface Watched {
  readonly module: WatchedModule;
  readonly path: string;
  file: LookedAt;
  /** The last look did not end, which was told. */
  isLate: boolean;
}

/** What a file holds that is to be checked. */
interface Found {
  readonly module: WatchedModule;
  readonly text: string;
  readonly fingerprint: number;
  readonly isTouched: boolean;
}

/** Watches files. */
export class PolicyWatcher {
  readonly #options: PolicyWatcherOptions;
  #watched: readonly Watched[] = [];
  #proven: readonly number[] = [];
  #isLooking = false;
  #answer: ((order: CheckOrder | undefined) => void) | undefined;
  #asked = "";
  readonly #signs = new PathSigns(() => this.#hurry());
  /** Something happened since the last look. */
  #hasSign = false;
  /** The kernel gives signs of everything that is watched. */
  #isFollowing = false;
  #wake = () => {};

  /** @param options What it needs. */
  constructor(options: PolicyWatcherOptions) {
    this.#options = options;
  }

  /**
   * Watches these files from now on, and no others.
   *
   * @param modules All of them.
   * @param proven Fingerprints of versions that come before others.
   */
  watch(modules: readonly WatchedModule[], proven: readonly number[]): void {
    this.#proven = proven;
    const isNew = modules.some(({ key }) =>
      !this.#watched.some(({ module }) => module.key === key)
    );
    if (isNew) this.#options.checker.warmUp();
    this.#watched = modules.map((module) => {
      const known = this.#watched.find((one) => one.module.key === module.key);
      if (known !== undefined) return known;
      const path = this.#pathOf(module);
      return { module, path, file: this.#fileAt(path), isLate: false };
    });
    this.#hurry();
    if (!this.#isLooking) this.#lookOn();
  }

  /**
   * The pick isolate says whether what was found is to be checked.
   *
   * @param key Of the entry.
   * @param order With what; undefined: it is not to be.
   */
  order(key: string, order: CheckOrder | undefined): void {
    if (key === this.#asked) this.#answer?.(order);
  }

  /**
   * Has what a file holds found once more, though it is as it was.
   *
   * @param key Of the entry.
   */
  findAgain(key: string): void {
    const watched = this.#watched.find(({ module }) => module.key === key);
    watched?.file.forget();
    this.#hurry();
  }

  #pathOf({ folder, file }: WatchedModule): string {
    const { cwd } = this.#options;
    return folder.startsWith("/")
      ? `${folder}/${file}`
      : `${cwd}/${folder}/${file}`;
  }

  #fileAt(path: string): LookedAt {
    return this.#options.fileAt?.(path) ?? new PolicyFile(path);
  }

  #hurry(): void {
    this.#hasSign = true;
    this.#wake();
  }

  /** All files, again and again, as long as there are any. */
  async #lookOn(): Promise<void> {
    this.#isLooking = true;
    while (this.#watched.length > 0) {
      if (this.#hasSign || !this.#isFollowing) {
        this.#hasSign = false;
        // Before the look: what changes after it gives a sign.
        const paths = this.#watched.map(({ path }) => path);
        const isFollowing = await this.#inTime(this.#signs.follow(paths));
        this.#isFollowing = isFollowing === true;
      }
      await this.#lookAtAll();
      await this.#rest(SOON_MS);
      if (this.#watched.every(({ file }) => file.isSettled)) {
        await this.#restUntilSign();
      } else {
        this.#options.checker.warmUp();
        this.#hasSign = true;
      }
    }
    this.#signs.end();
    this.#isFollowing = false;
    this.#isLooking = false;
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  #restUntilSign(): Promise<void> {
    if (this.#hasSign) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(resolve, this.#options.restMs ?? REST_MS);
      this.#wake = () => {
        clearTimeout(late);
        this.#wake = () => {};
        resolve();
      };
    });
  }

  /** What is proven comes first: others may take long. */
  async #lookAtAll(): Promise<void> {
    const found: Found[] = [];
    for (const watched of this.#watched) {
      const one = await this.#look(watched);
      if (one === undefined) continue;
      if (this.#proven.includes(one.fingerprint)) found.unshift(one);
      else found.push(one);
    }
    for (const one of found) await this.#check(one);
  }

  async #look(watched: Watched): Promise<Found | undefined> {
    const { module, path, file } = watched;
    const { key } = module;
    const { post } = this.#options;
    const wasLate = watched.isLate;
    const finding = await this.#inTime(file.look());
    watched.isLate = finding === undefined;
    if (finding === undefined) {
      // What hangs is left behind.
      watched.file = this.#fileAt(path);
      const problem = { message: "The file cannot be read in time" };
      if (!wasLate) post({ kind: "refused", key, problem });
      return undefined;
    }
    if (finding.kind === "same") return undefined;
    if (finding.kind === "problem") {
      post({ kind: "refused", key, problem: finding.problem });
      return undefined;
    }
    const { text, isTouched } = finding;
    const fingerprint = fingerprintOf(key, text);
    return { module, text, fingerprint, isTouched };
  }

  async #check(found: Found): Promise<void> {
    const { module, text, fingerprint } = found;
    const { key, file } = module;
    const { post, checker, giveUp } = this.#options;
    checker.warmUp();
    const order = await this.#ask(found);
    if (order === undefined) return;
    const result = await checker.check({ file, text, ...order });
    if (result === undefined) {
      // Native code of the runtime cannot be stopped. The host's side knows
      // whom to blame.
      giveUp(`Checking the policy ${file} did not end`);
    } else if ("problem" in result) {
      post({ kind: "refused", key, problem: result.problem });
    } else {
      const { compiled, doubt } = result;
      const more = doubt === undefined ? {} : { doubt };
      post({ kind: "checked", key, fingerprint, compiled, ...more });
    }
  }

  #ask(
    { module: { key }, fingerprint, isTouched }: Found,
  ): Promise<CheckOrder | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), ORDER_MS);
      this.#asked = key;
      this.#answer = (order) => {
        clearTimeout(late);
        this.#answer = undefined;
        resolve(order);
      };
      this.#options.post({ kind: "found", key, fingerprint, isTouched });
    });
  }

  /** Undefined if the deadline passes. */
  #inTime<T>(look: Promise<T>): Promise<T | undefined> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<undefined>((resolve) => {
      const ms = this.#options.lookMs ?? LOOK_DEADLINE_MS;
      timer = setTimeout(() => resolve(undefined), ms);
    });
    return Promise.race([look, late]).finally(() => clearTimeout(timer));
  }
}
