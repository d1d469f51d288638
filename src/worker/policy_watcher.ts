/**
 * Watches the files of policies for the pick isolate, and has what is new in
 * them checked. In the main isolate. Looks at each file ten times a second
 * rather than being told: that holds for every file system, link and editor,
 * and a look costs some 20 us.
 */

import { fingerprintOf } from "../modules/module_key.ts";
import type { CheckOrder, WatchedModule } from "../modules/registry.ts";
import type { MainIsolateMessage } from "./messages.ts";
import type { ModuleChecker } from "./module_checker.ts";
import { PolicyFile } from "./policy_file.ts";

/** Time between looks, in milliseconds: two of them before a file is read. */
const LOOK_MS = 100;

/** How long the pick isolate may take to say whether to check: it may be busy. */
const ORDER_MS = 60_000;

/** How long a look may take, in milliseconds: a pipe would never be read. */
const LOOK_DEADLINE_MS = 2000;

/** What a watcher needs from outside. */
export interface PolicyWatcherOptions {
  /** Working directory of the host. */
  readonly cwd: string;
  readonly checker: ModuleChecker;
  /** To the pick isolate. */
  readonly post: (message: MainIsolateMessage) => void;
  /** A check did not end: the worker is to end. */
  readonly giveUp: (reason: string) => void;
}

/** A file with what it is for. */
interface Watched {
  readonly module: WatchedModule;
  file: PolicyFile;
}

/** Watches files. */
export class PolicyWatcher {
  readonly #options: PolicyWatcherOptions;
  #watched: readonly Watched[] = [];
  #isLooking = false;
  #answer: ((order: CheckOrder | undefined) => void) | undefined;
  #asked = "";

  /** @param options What it needs. */
  constructor(options: PolicyWatcherOptions) {
    this.#options = options;
  }

  /**
   * Watches these files from now on, and no others.
   *
   * @param modules All of them.
   */
  watch(modules: readonly WatchedModule[]): void {
    this.#watched = modules.map((module) => {
      const known = this.#watched.find((one) => one.module.key === module.key);
      return known ?? { module, file: new PolicyFile(this.#pathOf(module)) };
    });
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

  #pathOf({ folder, file }: WatchedModule): string {
    const { cwd } = this.#options;
    return folder.startsWith("/")
      ? `${folder}/${file}`
      : `${cwd}/${folder}/${file}`;
  }

  /** One file after the other, as long as there are any. */
  async #lookOn(): Promise<void> {
    this.#isLooking = true;
    while (this.#watched.length > 0) {
      for (const watched of this.#watched) await this.#look(watched);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.#isLooking = false;
  }

  async #look(watched: Watched): Promise<void> {
    const { key, file: name } = watched.module;
    const { post, checker, giveUp } = this.#options;
    const finding = await inTime(watched.file.look());
    if (finding === undefined) {
      // What hangs is left behind.
      watched.file = new PolicyFile(this.#pathOf(watched.module));
      const problem = { message: "The file cannot be read in time" };
      post({ kind: "refused", key, problem });
      return;
    }
    if (finding.kind === "same") return;
    if (finding.kind === "problem") {
      post({ kind: "refused", key, problem: finding.problem });
      return;
    }
    const { text } = finding;
    const fingerprint = fingerprintOf(key, text);
    const order = await this.#ask(key, fingerprint);
    if (order === undefined) return;
    const result = await checker.check({ file: name, text, ...order });
    if (result === undefined) {
      // Native code of the runtime cannot be stopped. The host's side knows
      // whom to blame.
      giveUp(`Checking the policy ${name} did not end`);
    } else if ("problem" in result) {
      post({ kind: "refused", key, problem: result.problem });
    } else {
      const { compiled, doubt } = result;
      const more = doubt === undefined ? {} : { doubt };
      post({ kind: "checked", key, fingerprint, compiled, ...more });
    }
  }

  #ask(key: string, fingerprint: number): Promise<CheckOrder | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), ORDER_MS);
      this.#asked = key;
      this.#answer = (order) => {
        clearTimeout(late);
        this.#answer = undefined;
        resolve(order);
      };
      this.#options.post({ kind: "found", key, fingerprint });
    });
  }
}

/** Undefined if the deadline passes. */
function inTime<T>(look: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LOOK_DEADLINE_MS);
  });
  return Promise.race([look, late]).finally(() => clearTimeout(timer));
}
