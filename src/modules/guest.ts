/**
 * What runs inside of a policy's realm beside the policy: it takes away what a
 * policy has no use for, hands it copies, and reads what it returns once. It
 * goes over as text, so it must not refer to anything outside of `openGuest`.
 * Only texts, numbers and the functions of `Guest` cross the border. A policy
 * that tampers with its own realm can spoil its own decisions; `realm.ts` checks
 * them outside.
 *
 * What is needed once the policy runs is taken from the global scope before: it
 * may be the policy's own by then.
 */

/**
 * What a compiled policy is: it assigns its default export to `v`. What it is
 * given as `globalThis` is a copy of the global object: the real one belongs to
 * the runtime in part, and shows what is not the policy's.
 */
export type GuestModule = (
  exports: { v?: unknown },
  globalThis: object,
) => void;

/** The realm's end of the border. */
export interface Guest {
  /** Takes the function that a compiled module is, and its surroundings. */
  prepareLoad(
    module: GuestModule,
    options: string,
    state: string,
  ): void;
  /** Takes a question. */
  preparePick(slot: number, facts: string, nowMs: number): void;
  /** Asks for the policy's memory: `m` and JSON, or `x` and why there is none. */
  prepareState(): void;
  /** Does what was prepared, once. For `run()` under a guard of time. */
  run(): GuestAnswer;
  /** Takes a list of candidates, as JSON; `""` forgets it. */
  learn(slot: number, candidates: string): void;
  /** Asks the policy. */
  pick(slot: number, facts: string, nowMs: number): GuestAnswer;
  /** What the policy printed since this was last asked. */
  takeLines(): string;
}

/**
 * What `run()` and `pick()` say: the first character is the kind.
 *
 * - `n` no answer, or loaded
 * - `c3;reason` the candidate at place 3
 * - `s3;1,,2.5;reason` the same, by scores
 * - `b` and a text: what was returned is no decision, and why
 * - `t` and name, message and stack, each behind a NUL: it threw
 */
export type GuestAnswer = string;

/** What the realm is opened with. */
export interface GuestSetup {
  /** Names of the global scope that stay. */
  readonly names: readonly string[];
  /** Name of the policy's file: a stack shows no other. */
  readonly file: string;
  /** A whole number below 2^32. */
  readonly seed: number;
  /** Whether what the policy prints is kept. */
  readonly listens: boolean;
}

/**
 * Opens the realm from inside. Its source is evaluated there.
 *
 * @param setup A `GuestSetup` as JSON.
 * @returns The realm's end of the border.
 */
export function openGuest(setup: string): Guest {
  const MAX_STATE = 1 << 20;
  const MAX_LINES = 100;
  const MAX_LINE = 1000;
  const MAX_REASON = 1000;
  const MAX_STACK = 2000;
  const { parse, stringify } = JSON;
  const {
    freeze,
    getOwnPropertyDescriptor,
    getOwnPropertyNames,
    defineProperty,
  } = Object;
  const { apply, construct, deleteProperty } = Reflect;
  const { imul } = Math;
  const { isArray } = Array;
  const { names, file, seed, listens } = parse(setup) as GuestSetup;
  const global = globalThis as unknown as Record<string, unknown>;

  // ---- what there is ----

  const RealDate = Date;
  const wantsNow = () =>
    new TypeError(
      "There is no clock but context.nowMs: new Date(context.nowMs)",
    );
  // No class: its prototype would lead to the real one.
  const GuestDate = function Date(...args: unknown[]): object {
    if (new.target === undefined || args.length === 0) throw wantsNow();
    return construct(RealDate, args, new.target);
  };
  const { UTC, parse: parseDate } = RealDate;
  const now = (): never => {
    throw wantsNow();
  };
  defineProperty(GuestDate, "prototype", { value: RealDate.prototype });
  Object.assign(GuestDate, { UTC, parse: parseDate, now });
  defineProperty(RealDate.prototype, "constructor", { value: GuestDate });
  defineProperty(Math, "random", {
    value: () => {
      throw new TypeError("There is no chance but context.random()");
    },
  });
  // Without a date these take the real time.
  const { prototype: formats } = Intl.DateTimeFormat;
  const formatOf = getOwnPropertyDescriptor(formats, "format")!.get!;
  const { formatToParts } = formats;
  defineProperty(formats, "format", {
    get() {
      const format = apply(formatOf, this, []) as (date: unknown) => string;
      return (date: unknown) => {
        if (date === undefined) throw wantsNow();
        return format(date);
      };
    },
  });
  defineProperty(formats, "formatToParts", {
    value(date: unknown) {
      if (date === undefined) throw wantsNow();
      return apply(formatToParts, this, [date]) as unknown;
    },
  });
  deleteProperty(RealDate.prototype, "toTemporalInstant");
  let lines = 0;
  let printed = "";
  const print = (...values: unknown[]): void => {
    if (!listens || lines >= MAX_LINES) return;
    let line = "";
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      const text = typeof value === "string"
        ? value
        : stringify(value) ?? `${value as string}`;
      line += (i === 0 ? "" : " ") + text;
    }
    printed += (lines++ === 0 ? "" : "\n") + line.slice(0, MAX_LINE);
  };
  for (const name of getOwnPropertyNames(global)) {
    const stays = names.includes(name) || name === "globalThis" ||
      name === "undefined" || name === "NaN" || name === "Infinity";
    if (stays) continue;
    // What cannot be deleted can be overwritten.
    if (!deleteProperty(global, name)) global[name] = undefined;
  }
  // The ways to a promise: nothing could ever keep it.
  deleteProperty(Array, "fromAsync");
  defineProperty(global, "Date", { value: GuestDate });
  defineProperty(global, "console", {
    value: freeze({
      log: print,
      debug: print,
      info: print,
      warn: print,
      error: print,
    }),
  });

  // ---- what a stack shows ----

  interface CallSite {
    getFileName(): unknown;
    getLineNumber(): unknown;
    getColumnNumber(): unknown;
    getFunctionName(): unknown;
  }
  const headOf = (error: Partial<Error>): string => {
    const { name, message } = error;
    const head = typeof name === "string" ? name : "Error";
    return typeof message !== "string" || message === ""
      ? head
      : `${head}: ${message}`;
  };
  /**
   * The frames of the policy's own file. Without this function the runtime
   * formats a stack by itself: with our frames, and where little room is left
   * it gives up and prints the error. It hands over call sites, whose methods,
   * and what those throw, are of another realm: they stay in here.
   */
  const formatStack = (error: Partial<Error>, sites: CallSite[]): string => {
    try {
      let text = headOf(error);
      for (let i = 0; i < sites.length; i++) {
        const site = sites[i]!;
        if (site.getFileName() !== file) continue;
        const place = `${file}:${site.getLineNumber() as number}:${site
          .getColumnNumber() as number}`;
        const name = site.getFunctionName();
        text += `\n    at ${
          typeof name === "string" && name !== "" ? `${name} (${place})` : place
        }`;
      }
      return text;
    } catch {
      return "";
    }
  };
  // The runtime looks for it here.
  defineProperty(Error, "prepareStackTrace", { value: formatStack });
  defineProperty(global, "Error", {
    value: Error,
    writable: false,
    configurable: false,
  });

  // ---- what a policy is given ----

  const ownGlobal: Record<string, unknown> = {};
  for (const name of names) {
    defineProperty(ownGlobal, name, {
      value: global[name],
      writable: true,
      configurable: true,
    });
  }
  defineProperty(ownGlobal, "globalThis", {
    value: ownGlobal,
    writable: true,
    configurable: true,
  });

  const deepFreeze = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const object = value as Record<string, unknown>;
    const keys = getOwnPropertyNames(object);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] !== "length") deepFreeze(object[keys[i]!]);
    }
    return freeze(value);
  };
  /** Mulberry32: small, and good enough for spreading. */
  let word = seed;
  const random = (): number => {
    word = (word + 0x6d2b79f5) | 0;
    let t = imul(word ^ (word >>> 15), 1 | word);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  let policy: { pick?: unknown } | undefined;
  let memory: Record<string, unknown> = {};
  let options: unknown;
  const lists: (readonly { readonly id: string }[] | undefined)[] = [];
  const empty: readonly { readonly id: string }[] = [];

  // ---- what it says ----

  const textOf = (read: () => unknown, most: number): string => {
    try {
      const value = read();
      return typeof value === "string" ? value.slice(0, most) : "";
    } catch {
      return "";
    }
  };
  const thrown = (error: unknown): string => {
    if (typeof error !== "object" || error === null) return "t\0\0";
    const name = textOf(() => (error as Error).name, 100);
    const message = textOf(() => (error as Error).message, MAX_REASON);
    const stack = textOf(() => (error as Error).stack, MAX_STACK);
    return `t${name}\0${message}\0${stack}`;
  };
  const scored = (
    scores: readonly unknown[],
    candidates: readonly unknown[],
    reason: string,
  ): string => {
    if (typeof scores !== "object" || scores === null) {
      return "bscores must be a list";
    }
    const { length } = candidates;
    if (scores.length !== length) {
      return "bscores must have one number per candidate";
    }
    let best = -1;
    let highest = 0;
    let told = "";
    for (let i = 0; i < length; i++) {
      const score = scores[i];
      if (i > 0) told += ",";
      if (score === null || score === undefined) continue;
      if (typeof score !== "number" || score - score !== 0) {
        return "bscores must be numbers, or null";
      }
      told += score;
      if (best < 0 || score > highest) {
        best = i;
        highest = score;
      }
    }
    return best < 0 ? "n" : `s${best};${told};${reason}`;
  };
  /** Reads each property once: it may change, or be made up when asked. */
  const decided = (
    decision: unknown,
    candidates: readonly { readonly id: string }[],
  ): string => {
    if (decision === undefined || decision === null) return "n";
    if (typeof decision !== "object") {
      return "ba decision must be an object with id or scores";
    }
    const { id, scores, reason } = decision as Record<string, unknown>;
    if (reason !== undefined && typeof reason !== "string") {
      return "breason must be a text";
    }
    const why = (reason ?? "").slice(0, MAX_REASON);
    if (id === undefined) {
      return scores === undefined
        ? "ba decision must have id or scores"
        : scored(scores as readonly unknown[], candidates, why);
    }
    if (typeof id !== "string") return "bid must be a text";
    for (let i = 0; i < candidates.length; i++) {
      if (candidates[i]!.id === id) return `c${i};${why}`;
    }
    return "bid must be that of a candidate";
  };
  const pick = (slot: number, facts: string, nowMs: number): string => {
    try {
      const candidates = lists[slot] ?? empty;
      // Made for this pick, so that it need not be frozen, which is slow.
      const request = parse(facts);
      const context = { request, nowMs, random, state: memory, options };
      const current = policy as {
        pick(candidates: unknown, context: unknown): unknown;
      };
      return decided(current.pick(candidates, context), candidates);
    } catch (error) {
      return thrown(error);
    }
  };
  const load = (
    module: GuestModule,
    optionsText: string,
    stateText: string,
  ): string => {
    try {
      options = deepFreeze(parse(optionsText));
      if (stateText !== "") memory = parse(stateText);
      // Whoever made it, a version begins with an object.
      if (typeof memory !== "object" || memory === null || isArray(memory)) {
        memory = {};
      }
      const exports: { v?: unknown } = {};
      module(exports, ownGlobal);
      const { v } = exports;
      if (typeof v !== "object" || v === null) {
        return `bThe default export must be an object, got ${
          v === null ? "null" : typeof v
        }`;
      }
      if (typeof (v as { pick?: unknown }).pick !== "function") {
        return "bThe default export must have a method pick";
      }
      policy = v;
      return "n";
    } catch (error) {
      return thrown(error);
    }
  };

  const memoryText = (): string => {
    try {
      const text = stringify(memory);
      // What it is as JSON counts: it may have a toJSON.
      if (text === undefined || text[0] !== "{") {
        return "xcontext.state must be a plain object";
      }
      return text.length > MAX_STATE
        ? "xcontext.state must be at most 1 MiB as JSON"
        : `m${text}`;
    } catch {
      return "xcontext.state cannot be written as JSON";
    }
  };

  // ---- the border ----

  let prepared: (() => string) | undefined;
  const run = (): string => {
    const act = prepared;
    prepared = undefined;
    return act === undefined ? "n" : act();
  };
  // A script can be stopped, a function cannot.
  defineProperty(global, "\u01c3run", { value: run });
  return {
    prepareLoad: (module, optionsText, stateText) => {
      prepared = () => load(module, optionsText, stateText);
    },
    preparePick: (slot, facts, nowMs) => {
      prepared = () => pick(slot, facts, nowMs);
    },
    run,
    learn: (slot, candidates) => {
      lists[slot] = candidates === ""
        ? undefined
        : deepFreeze(parse(candidates)) as { id: string }[];
    },
    pick,
    prepareState: () => {
      prepared = memoryText;
    },
    takeLines: () => {
      const text = printed;
      printed = "";
      lines = 0;
      return text;
    },
  };
}
