/**
 * The policies that users wrote, as they are in force: which version of each is
 * loaded, how it does, and which are set aside. In the pick isolate. Files are
 * watched and checked elsewhere; this says what is wanted, and is told what was
 * found.
 *
 *   config names it -> file found -> checked elsewhere -> loaded here -> asked
 *
 * A version stays until a better one takes its place: an error in a new one,
 * or a file that is gone, leaves it where it is.
 */

import type {
  ModuleAnswer,
  ModuleHost,
  ModuleQuestion,
  ModuleSettings,
  ModuleSpec,
} from "../policy/policy_modules.ts";
import { NO_SPECS } from "../policy/policy_modules.ts";
import type { CompiledModule } from "./compile.ts";
import { factsOf } from "./facts.ts";
import {
  ALL_BURST_MS,
  ALL_SHARE,
  BUDGET_BURST_MS,
  BUDGET_SHARE,
  FIRST_PAUSE_AFTER_END_MS,
  FIRST_PAUSE_MS,
  FREE_PICK_MS,
  GOOD_RUN,
  LOAD_GUARD_MS,
  LOAD_TRIES,
  MAX_ENDS_AT_LOADS,
  MAX_ENDS_AT_PICKS,
  MAX_FAILURES_IN_A_ROW,
  PREPARE_MS,
  SHARE_MS,
  SPENT_LOG_MS,
} from "./limits.ts";
import { moduleKey } from "./module_key.ts";
import {
  describeModuleProblem,
  type ModuleProblem,
  NO_FILE,
} from "./module_problem.ts";
import { Realm, type RealmAnswer, type RealmQuestion } from "./realm.ts";
import {
  describePause,
  pauseAfter,
  type SetAside,
  setAside,
} from "./set_aside.ts";
import { TimeBudget } from "./time_budget.ts";

/** How often the worker ended in a version, as the host's side counts. */
export interface Culprit {
  readonly fingerprint: number;
  /** While it made a pick. */
  readonly picks: number;
  /** While it was loaded or checked. */
  readonly loads: number;
}

/** Says to the host's side what runs, in case it is the last that runs. */
export interface Marks {
  /** A version makes a pick; 0: it is over. */
  picking(fingerprint: number): void;
  /** A version is loaded or checked; 0: it is over. */
  loading(fingerprint: number): void;
  /** These versions are loaded, and no others. */
  loaded(fingerprints: readonly number[]): void;
}

/** A line for the log; holds no value of a request, and no options. */
export interface RegistryEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

/** A file that is to be watched. */
export interface WatchedModule {
  readonly key: string;
  readonly folder: string;
  readonly file: string;
}

/** What a registry needs from outside. */
export interface RegistryOptions {
  /** A whole number below 2^32. */
  readonly seed: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly now: () => number;
  /**
   * What this thread has had of a processor, in milliseconds: what a pick took,
   * however busy the machine is.
   */
  readonly cpuNow: () => number;
  /** Milliseconds since 1970, UTC. */
  readonly wallNow: () => number;
  readonly log: (entry: RegistryEntry) => void;
  readonly marks: Marks;
  readonly culprits: readonly Culprit[];
  /** Versions that earlier workers had loaded: they need no trial. */
  readonly proven: readonly number[];
  /**
   * Whether picks wait until this worker knows its config, as those of the
   * worker before have ended: no policy is waited for then.
   */
  readonly isAwaited: () => boolean;
  /** Takes all files that are to be watched from now on. */
  readonly watch: (modules: readonly WatchedModule[]) => void;
  /** What the file of this entry holds is to be found again. */
  readonly findAgain: (key: string) => void;
}

/** What a version is checked with. */
export interface CheckOrder {
  readonly options: string;
  readonly state: string;
  readonly trial?: RealmQuestion;
  /** It was loaded before: it is compiled, and not tried out again. */
  readonly isProven?: true;
}

/** How a policy does, for people. */
export interface PolicyFacts {
  readonly name: string;
  readonly file: string;
  readonly state: "loaded" | "set aside" | "not loaded";
  /** When the version in force was loaded, in milliseconds since 1970. */
  readonly sinceMs?: number;
  readonly calls: number;
  readonly failures: number;
  /** Of a call, in microseconds. */
  readonly meanUs: number;
  /** What is wrong with it, or with the newest version of its file. */
  readonly problem?: string;
  /** Why it is set aside; the times are in milliseconds since 1970. */
  readonly aside?: {
    readonly why: string;
    readonly sinceMs: number;
    readonly nextMs: number;
  };
}

/** A version that is loaded. */
interface Version {
  readonly realm: Realm;
  readonly fingerprint: number;
  readonly sinceMs: number;
  /**
   * Each pick is guarded, which costs time: the worker ended in it before, or
   * one took longer than its share.
   */
  isGuarded: boolean;
  /** Problems that were logged, so that each is once. */
  readonly told: Set<string>;
  calls: number;
  failures: number;
  failuresInARow: number;
  tookMs: number;
  readonly budget: TimeBudget;
  /** When the log may say again that a budget is spent. */
  nextSpentMs: number;
  /** Picks that got no answer for that since the log said so. */
  spent: number;
  aside?: SetAside | undefined;
  /** How often it was set aside since all was well. */
  pauses: number;
  goodInARow: number;
}

/** A version that waits to be loaded. */
interface Waiting {
  readonly compiled: CompiledModule;
  readonly fingerprint: number;
  tries: number;
}

/** One entry of a config. */
interface Entry {
  readonly key: string;
  readonly folder: string;
  readonly spec: ModuleSpec;
  readonly sinceMs: number;
  /** Its file was looked at, with whatever result. */
  isSettled: boolean;
  version?: Version | undefined;
  waiting?: Waiting | undefined;
  problem?: string | undefined;
  /** What the file holds is not loaded for a while: the worker ended in it. */
  aside?:
    | SetAside & { readonly fingerprint: number; isDue: boolean }
    | undefined;
  /** For trials. */
  last?: RealmQuestion | undefined;
}

/** Problems of a version that are logged, each once. */
const MAX_TOLD = 10;

/** The policies of one worker. */
export class PolicyRegistry implements ModuleHost {
  readonly #options: RegistryOptions;
  readonly #entries = new Map<string, Entry>();
  /** Shortcut for picks. */
  #bySpec = new WeakMap<ModuleSpec, Entry>();
  #adopted: ModuleSettings = NO_SPECS;
  #watched = "";
  /** The version that is checked now, elsewhere; 0: none. */
  #checking = 0;
  /** Of all policies together. */
  readonly #budget: TimeBudget;

  /** @param options What it needs. */
  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#budget = new TimeBudget({
      burstMs: ALL_BURST_MS,
      share: ALL_SHARE,
      nowMs: options.now(),
    });
  }

  /** Whether a load that was stopped waits for its next try, by `turn()`. */
  get isWaiting(): boolean {
    return this.#entries.values().some((entry) => entry.waiting !== undefined);
  }

  prepare(settings: ModuleSettings): boolean {
    const now = this.#options.now();
    const { folder } = settings;
    for (const spec of settings.specs) {
      const key = moduleKey(folder, spec);
      if (this.#entries.has(key)) continue;
      const entry = { key, folder, spec, sinceMs: now, isSettled: false };
      this.#entries.set(key, entry);
    }
    this.#watch();
    if (this.#options.isAwaited()) return true;
    return settings.specs.every((spec) => {
      const entry = this.#entries.get(moduleKey(folder, spec));
      return entry === undefined || entry.isSettled ||
        now - entry.sinceMs >= PREPARE_MS;
    });
  }

  /** Forgets the policies of the config before. */
  adopt(settings: ModuleSettings): void {
    this.prepare(settings);
    this.#adopted = settings;
    const keys = settings.specs.map((spec) => moduleKey(settings.folder, spec));
    for (const key of this.#entries.keys()) {
      if (!keys.includes(key)) this.#entries.delete(key);
    }
    this.#bySpec = new WeakMap();
    this.#watch();
    this.#markLoaded();
  }

  #markLoaded(): void {
    const versions = [...this.#entries.values()].flatMap(({ version }) =>
      version === undefined ? [] : [version.fingerprint]
    );
    this.#options.marks.loaded(versions);
  }

  /** What is checked elsewhere is blamed unless something runs here. */
  #markChecking(fingerprint: number): void {
    this.#checking = fingerprint;
    this.#options.marks.loading(fingerprint);
  }

  #watch(): void {
    const modules = [...this.#entries.values()].map((
      { key, folder, spec },
    ) => ({ key, folder, file: spec.file }));
    const watched = JSON.stringify(modules);
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#options.watch(modules);
  }

  // ---- what is found ----

  /**
   * A file holds something new, or was touched, or is found again.
   *
   * @param key Of the entry.
   * @param fingerprint Of the version.
   * @param isTouched It holds what it held before: whoever touched it wants it
   * to be tried.
   * @returns With what it is to be checked; undefined: it is not to be.
   */
  found(
    key: string,
    fingerprint: number,
    isTouched = false,
  ): CheckOrder | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { proven } = this.#options;
    if (!isTouched && this.#staysAside(entry, fingerprint)) return undefined;
    entry.aside = undefined;
    this.#markChecking(fingerprint);
    const { version, last, spec } = entry;
    return {
      options: spec.options,
      state: version === undefined ? "" : this.#stateOf(version),
      ...(last !== undefined && { trial: last }),
      ...(proven.includes(fingerprint) && { isProven: true }),
    };
  }

  /** Whether it is not to be loaded yet, since the worker ended in it. */
  #staysAside(entry: Entry, fingerprint: number): boolean {
    const { culprits } = this.#options;
    const { aside } = entry;
    if (aside?.fingerprint === fingerprint) return !aside.isDue;
    const culprit = culprits.find((one) => one.fingerprint === fingerprint);
    const { picks = 0, loads = 0 } = culprit ?? {};
    const more = Math.max(picks - MAX_ENDS_AT_PICKS, loads - MAX_ENDS_AT_LOADS);
    if (more < 0) return false;
    const where = loads >= MAX_ENDS_AT_LOADS ? "while it was loaded" : "in it";
    const times = Math.max(picks, loads);
    const why = `the worker ended ${where}` +
      (times === 1 ? "" : `, ${times} times`);
    const pauseMs = pauseAfter(FIRST_PAUSE_AFTER_END_MS, more);
    const known = setAside(why, pauseMs, this.#options);
    entry.aside = { ...known, fingerprint, isDue: false };
    this.#fail(entry, "error", {
      message: `It is set aside for ${describePause(pauseMs)}: ${why}`,
    });
    return true;
  }

  /**
   * A version was checked, and is good.
   *
   * @param key Of the entry.
   * @param fingerprint Of the version.
   * @param compiled What can be loaded.
   * @param doubt What may be wrong with it.
   */
  checked(
    key: string,
    fingerprint: number,
    compiled: CompiledModule,
    doubt?: ModuleProblem,
  ): void {
    this.#markChecking(0);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.waiting = { compiled, fingerprint, tries: 0 };
    if (doubt !== undefined) this.#log(entry, "warn", doubt);
    this.#load(entry);
  }

  /**
   * A file is not there, or what it holds is no good. What was loaded before
   * stays.
   *
   * @param key Of the entry.
   * @param problem What is wrong.
   */
  refused(key: string, problem: ModuleProblem): void {
    this.#markChecking(0);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const { folder } = entry;
    const isMissing = problem.message === NO_FILE.message;
    this.#fail(entry, "error", isMissing ? missingIn(folder) : problem);
  }

  /**
   * Between picks: tries again what was stopped, one at a time, and what was
   * set aside for an end of the worker.
   */
  turn(): void {
    this.#findAgain();
    let next: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (triesOf(entry) < triesOf(next)) next = entry;
    }
    if (next !== undefined) this.#load(next);
  }

  #findAgain(): void {
    const { now, findAgain } = this.#options;
    for (const entry of this.#entries.values()) {
      const { aside } = entry;
      if (aside === undefined || aside.isDue || now() < aside.untilMs) continue;
      aside.isDue = true;
      findAgain(entry.key);
    }
  }

  #load(entry: Entry): void {
    const { waiting, version, spec } = entry;
    if (waiting === undefined) return;
    const { marks, seed } = this.#options;
    const { fingerprint, compiled } = waiting;
    const state = version === undefined ? "" : this.#stateOf(version, entry);
    marks.loading(fingerprint);
    const realm = Realm.open(compiled, {
      file: spec.file,
      options: spec.options,
      state,
      seed,
      guardMs: LOAD_GUARD_MS,
    });
    marks.loading(this.#checking);
    waiting.tries++;
    if (!(realm instanceof Realm)) {
      if (realm.isStopped && waiting.tries < LOAD_TRIES) return;
      entry.waiting = undefined;
      return this.#fail(entry, "error", realm.problem);
    }
    entry.waiting = undefined;
    this.#takePlace(entry, realm, fingerprint);
  }

  #takePlace(entry: Entry, realm: Realm, fingerprint: number): void {
    const ends =
      this.#options.culprits.find((culprit) =>
        culprit.fingerprint === fingerprint
      )?.picks ?? 0;
    const isFirst = entry.version === undefined;
    entry.version = {
      realm,
      fingerprint,
      sinceMs: this.#options.wallNow(),
      isGuarded: ends > 0,
      told: new Set(),
      calls: 0,
      failures: 0,
      failuresInARow: ends,
      tookMs: 0,
      budget: new TimeBudget({
        burstMs: BUDGET_BURST_MS,
        share: BUDGET_SHARE,
        nowMs: this.#options.now(),
      }),
      nextSpentMs: 0,
      spent: 0,
      pauses: 0,
      goodInARow: 0,
    };
    entry.isSettled = true;
    entry.problem = undefined;
    this.#markLoaded();
    const { name, file } = entry.spec;
    this.#options.log({
      level: "info",
      message: `Policy ${name}: ${file} is ${isFirst ? "loaded" : "live"}`,
      fields: { policy: name, file },
    });
  }

  /** Its memory as JSON; with an entry, the log says why there is none. */
  #stateOf({ realm, fingerprint }: Version, entry?: Entry): string {
    const { marks } = this.#options;
    marks.picking(fingerprint);
    const { json, problem } = realm.state(SHARE_MS);
    marks.picking(0);
    if (problem !== undefined && entry !== undefined) {
      const message = `Its memory begins empty: ${problem}`;
      this.#log(entry, "warn", { message });
    }
    return json;
  }

  // ---- picks ----

  ask(spec: ModuleSpec, question: ModuleQuestion): ModuleAnswer {
    const entry = this.#find(spec);
    const version = entry?.version;
    if (entry === undefined || version === undefined) {
      const reason = `The policy ${spec.name} is not loaded`;
      return { kind: "not loaded", reason };
    }
    const nowMs = this.#options.now();
    const { aside } = version;
    if (aside !== undefined && nowMs < aside.untilMs) {
      return none(`The policy ${spec.name} is set aside: ${aside.why}`);
    }
    if (!version.budget.hasLeft(nowMs) || !this.#budget.hasLeft(nowMs)) {
      this.#noteSpent(entry, version, nowMs);
      return none(`The policy ${spec.name} has used up its time`);
    }
    const facts = JSON.stringify(factsOf(question.request, question.headers));
    const { candidates } = question;
    const asked = { candidates, facts, nowMs: question.nowMs };
    entry.last = asked;
    const answer = this.#time(version, asked);
    if (answer.kind !== "fault") {
      this.#noteGood(entry, version);
      return answer.kind === "choice"
        ? answer
        : none(`The policy ${spec.name} gave no answer`);
    }
    this.#noteFailure(entry, version, answer.problem);
    return none(
      `The policy ${spec.name} failed: ` +
        describeModuleProblem(spec.file, answer.problem),
    );
  }

  #find(spec: ModuleSpec): Entry | undefined {
    const known = this.#bySpec.get(spec);
    if (known !== undefined) return known;
    const entry = this.#entries.get(moduleKey(this.#adopted.folder, spec));
    if (entry !== undefined) this.#bySpec.set(spec, entry);
    return entry;
  }

  #time(version: Version, question: RealmQuestion): RealmAnswer {
    const { now, cpuNow, marks } = this.#options;
    const { realm, fingerprint, aside } = version;
    const isGuarded = version.isGuarded || aside !== undefined;
    marks.picking(fingerprint);
    const [startMs, startCpuMs] = [now(), cpuNow()];
    const answer = realm.ask(question, isGuarded ? SHARE_MS : undefined);
    const costMs = cpuNow() - startCpuMs;
    const endMs = now();
    const tookMs = endMs - startMs;
    marks.picking(0);
    version.calls++;
    version.tookMs += tookMs;
    if (costMs >= FREE_PICK_MS) {
      version.budget.spend(costMs, endMs);
      this.#budget.spend(costMs, endMs);
    }
    if (tookMs <= SHARE_MS) return answer;
    version.isGuarded = true;
    if (answer.kind === "fault") return answer;
    const message = `It took longer than ${SHARE_MS} ms`;
    return { kind: "fault", problem: { message } };
  }

  #noteSpent(entry: Entry, version: Version, nowMs: number): void {
    version.spent++;
    const message = "It takes too much of the time of others";
    entry.problem = describeModuleProblem(entry.spec.file, { message });
    if (nowMs < version.nextSpentMs) return;
    version.nextSpentMs = nowMs + SPENT_LOG_MS;
    const count = version.spent === 1
      ? "a pick gets no answer"
      : `${version.spent} picks got no answer`;
    this.#log(entry, "warn", { message: `${message}: ${count}` });
    version.spent = 0;
  }

  #noteGood(entry: Entry, version: Version): void {
    version.failuresInARow = 0;
    if (++version.goodInARow >= GOOD_RUN) version.pauses = 0;
    if (version.aside === undefined) return;
    version.aside = undefined;
    entry.problem = undefined;
    this.#log(entry, "info", { message: "It is back: a pick went well" });
  }

  #noteFailure(entry: Entry, version: Version, problem: ModuleProblem): void {
    version.failures++;
    version.failuresInARow++;
    version.goodInARow = 0;
    const { spec } = entry;
    const text = describeModuleProblem(spec.file, problem);
    entry.problem = text;
    if (!version.told.has(text) && version.told.size < MAX_TOLD) {
      version.told.add(text);
      this.#log(entry, "warn", problem);
    }
    const isAgain = version.aside !== undefined;
    if (!isAgain && version.failuresInARow < MAX_FAILURES_IN_A_ROW) return;
    const pauseMs = pauseAfter(FIRST_PAUSE_MS, version.pauses++);
    const why = isAgain
      ? "the pick that tried it again failed"
      : `${MAX_FAILURES_IN_A_ROW} picks in a row failed`;
    version.aside = setAside(why, pauseMs, this.#options);
    this.#log(entry, "error", {
      message: `It is set aside for ${describePause(pauseMs)}: ${why}`,
    });
  }

  #fail(
    entry: Entry,
    level: RegistryEntry["level"],
    problem: ModuleProblem,
  ): void {
    const { version, spec } = entry;
    entry.isSettled = true;
    entry.waiting = undefined;
    entry.problem = describeModuleProblem(spec.file, problem);
    const stays = version === undefined || version.aside !== undefined
      ? ""
      : "; the one that is loaded stays";
    this.#log(entry, level, { ...problem, message: problem.message + stays });
  }

  #log(
    { spec }: Entry,
    level: RegistryEntry["level"],
    problem: ModuleProblem,
  ): void {
    const { name, file } = spec;
    const { line, column } = problem;
    this.#options.log({
      level,
      message: `Policy ${name}: ${describeModuleProblem(file, problem)}`,
      fields: {
        policy: name,
        file,
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
      },
    });
  }

  // ---- for people ----

  /** How each policy of the config in force does, in the config's order. */
  facts(): readonly PolicyFacts[] {
    const { folder, specs } = this.#adopted;
    return specs.flatMap((spec) => {
      const entry = this.#entries.get(moduleKey(folder, spec));
      return entry === undefined ? [] : [factsAbout(entry)];
    });
  }
}

/** Infinite if it waits for none. */
function triesOf(entry: Entry | undefined): number {
  return entry?.waiting?.tries ?? Infinity;
}

function none(reason: string): ModuleAnswer {
  return { kind: "none", reason };
}

function factsAbout(entry: Entry): PolicyFacts {
  const { spec, version, problem } = entry;
  const { name, file } = spec;
  const { calls = 0, failures = 0, tookMs = 0 } = version ?? {};
  const meanUs = calls === 0 ? 0 : Math.round(tookMs / calls * 10_000) / 10;
  const aside = version === undefined ? entry.aside : version.aside;
  return {
    name,
    file,
    state: aside !== undefined
      ? "set aside"
      : version === undefined
      ? "not loaded"
      : "loaded",
    ...(version !== undefined && { sinceMs: version.sinceMs }),
    calls,
    failures,
    meanUs,
    ...(problem !== undefined && { problem }),
    ...(aside !== undefined && {
      aside: { why: aside.why, sinceMs: aside.sinceMs, nextMs: aside.nextMs },
    }),
  };
}

/** Says where a file was looked for: the folder as the config has it. */
function missingIn(folder: string): ModuleProblem {
  const from = folder.startsWith("/")
    ? ""
    : ", looked for from where the host was started";
  return { ...NO_FILE, message: `${NO_FILE.message} in ${folder}${from}` };
}
