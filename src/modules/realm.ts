/**
 * A realm for one policy: a JavaScript world of its own, with globals and
 * prototypes that no other code has, in the isolate that makes the picks. The
 * only file that names `node:vm`.
 *
 * What a policy can reach: the language, and what `guest.ts` hands it. Code
 * from strings is off, so that what `compile.ts` refuses cannot come back. What
 * it says is a text, checked here, outside of its reach.
 */

import vm from "node:vm";
import type { Candidate } from "../policy/pick_request.ts";
import { type CompiledModule, GLOBAL_NAMES } from "./compile.ts";
import {
  type Guest,
  type GuestModule,
  type GuestSetup,
  openGuest,
} from "./guest.ts";
import type { ModuleProblem } from "./module_problem.ts";

/** What a policy is asked, ready for its realm. */
export interface RealmQuestion {
  readonly candidates: readonly Candidate[];
  /** `RequestFacts` as JSON. */
  readonly facts: string;
  readonly nowMs: number;
}

/** What became of a question. */
export type RealmAnswer =
  | {
    readonly kind: "choice";
    readonly place: number;
    readonly reason: string;
    readonly scores?: readonly (number | undefined)[];
  }
  | { readonly kind: "none" }
  | { readonly kind: "fault"; readonly problem: ModuleProblem };

/** What a realm is opened with. */
export interface RealmOptions {
  /** Name of the file, for places in it. */
  readonly file: string;
  /** What stands under `options`, as JSON. */
  readonly options: string;
  /** The memory that it takes over, as JSON; `""`: none. */
  readonly state: string;
  /** A whole number below 2^32. */
  readonly seed: number;
  /** How long it may take to load. */
  readonly guardMs: number;
  /** Whether what it prints is kept. @default {false} */
  readonly listens?: boolean;
}

/**
 * Lists that a realm remembers, and bytes of their JSON. They are decoded in
 * each realm, and take two to three times as much. Guesses.
 */
const MAX_LISTS = 16;
const MAX_LIST_BYTES = 4 << 20;

/** Characters of a reason that are kept. */
const MAX_REASON = 200;

/** Characters of what crosses the border at once; scores are the longest. */
const MAX_SAID = 1 << 20;

/** Characters of an error's words, and of its stack. */
const MAX_WORDS = 1000;
const MAX_STACK = 2000;

/** Why the memory of a policy cannot be had; see `guest.ts`. */
const STATE_PROBLEMS = [
  "context.state must be a plain object",
  "context.state must be at most 1 MiB as JSON",
];

/** Every other reason. */
const NO_STATE = "context.state cannot be written as JSON";

/** Classes that may be named: a policy can throw what has any name. */
const ERROR_NAMES = [
  "AggregateError",
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
];

/** The source of the guest, the same for every realm. */
const GUEST = new vm.Script(`"use strict";(${openGuest})`, {
  filename: "scheduler",
});

/** Does what was prepared; see `guest.ts`. */
const RUN = new vm.Script("\u01c3run()", { filename: "scheduler" });

/** The world of one version of one policy. */
export class Realm {
  readonly #file: string;
  /** Of the file: a place beyond is made up. */
  readonly #lineCount: number;
  readonly #context: vm.Context;
  readonly #guest: Guest;
  /** Where lists stand in the realm. */
  readonly #slots = new WeakMap<readonly Candidate[], number>();
  /** What stands there, by slot; absent lists are forgotten. */
  readonly #known: (
    { readonly list: WeakRef<readonly Candidate[]>; readonly bytes: number }
  )[] = [];
  #bytes = 0;
  #next = 0;

  private constructor(
    { file, lineCount }: { readonly file: string; readonly lineCount: number },
    context: vm.Context,
    guest: Guest,
  ) {
    this.#file = file;
    this.#lineCount = lineCount;
    this.#context = context;
    this.#guest = guest;
  }

  /**
   * Opens a realm and loads a policy in it.
   *
   * @param module The policy.
   * @param options What it is loaded with.
   * @returns The realm, or why it cannot be loaded.
   */
  static open(
    { script }: CompiledModule,
    options: RealmOptions,
  ): Realm | { readonly problem: ModuleProblem; readonly isStopped: boolean } {
    const { file, seed, listens = false, guardMs } = options;
    const globals = Object.create(null) as object;
    const context = vm.createContext(globals, {
      codeGeneration: { strings: false, wasm: false },
    });
    const setup: GuestSetup = { names: GLOBAL_NAMES, file, seed, listens };
    const open = GUEST.runInContext(context) as typeof openGuest;
    const guest = open(JSON.stringify(setup));
    // Else `x = 1` would make a global, which a module may not.
    Object.preventExtensions(globals);
    const lineCount = script.split("\n").length - 2;
    const realm = new Realm({ file, lineCount }, context, guest);
    let module;
    try {
      module = new vm.Script(script, { filename: file, lineOffset: -1 })
        .runInContext(context) as GuestModule;
    } catch (error) {
      // Only the parser speaks here: nothing of the policy has run.
      const message = error instanceof Error
        ? error.message
        : "It is no script";
      return { problem: { message }, isStopped: false };
    }
    guest.prepareLoad(module, options.options, options.state);
    const answer = realm.#runGuarded(guardMs);
    if (answer.kind !== "fault") return realm;
    return { problem: answer.problem, isStopped: answer.isStopped === true };
  }

  /**
   * Asks the policy.
   *
   * @param question What it is asked.
   * @param guardMs After how long it is stopped, in milliseconds; without it
   * nothing stops it. Costs some 20 us.
   * @returns What it says; never throws.
   */
  ask(question: RealmQuestion, guardMs?: number): RealmAnswer {
    const { candidates, facts, nowMs } = question;
    try {
      const slot = this.#slotOf(candidates);
      if (guardMs !== undefined) {
        this.#guest.preparePick(slot, facts, nowMs);
        return this.#runGuarded(guardMs, candidates.length);
      }
      const said = this.#guest.pick(slot, facts, nowMs);
      return this.#read(said, candidates.length);
    } catch {
      // What it threw past its own border is not to be looked at.
      return fault("It failed");
    }
  }

  /**
   * The policy's memory.
   *
   * @param guardMs After how long it is stopped, in milliseconds.
   * @returns JSON of an object; `""` if there is none to be had, and why.
   */
  state(guardMs: number): { readonly json: string; readonly problem?: string } {
    this.#guest.prepareState();
    try {
      const said: unknown = RUN.runInContext(this.#context, {
        timeout: guardMs,
      });
      const text = typeof said === "string" ? said : "";
      if (text.startsWith("m{")) return { json: text.slice(1) };
      const problem = STATE_PROBLEMS.find((one) => text === `x${one}`);
      return { json: "", problem: problem ?? NO_STATE };
    } catch {
      return { json: "", problem: NO_STATE };
    }
  }

  /** What the policy printed since this was last asked. */
  takeLines(): readonly string[] {
    const text: unknown = this.#guest.takeLines();
    return typeof text !== "string" || text === ""
      ? []
      : text.slice(0, MAX_SAID).split("\n");
  }

  #slotOf(candidates: readonly Candidate[]): number {
    const slot = this.#slots.get(candidates);
    if (slot !== undefined && this.#known[slot]?.list.deref() === candidates) {
      return slot;
    }
    return this.#learn(candidates);
  }

  #learn(candidates: readonly Candidate[]): number {
    const json = JSON.stringify(candidates);
    if (this.#bytes + json.length > MAX_LIST_BYTES) this.#forgetAll();
    const slot = this.#next;
    this.#next = (slot + 1) % MAX_LISTS;
    this.#bytes += json.length - (this.#known[slot]?.bytes ?? 0);
    this.#guest.learn(slot, json);
    this.#known[slot] = { list: new WeakRef(candidates), bytes: json.length };
    this.#slots.set(candidates, slot);
    return slot;
  }

  #forgetAll(): void {
    for (const slot of this.#known.keys()) this.#guest.learn(slot, "");
    this.#known.length = 0;
    this.#bytes = 0;
    this.#next = 0;
  }

  #runGuarded(
    guardMs: number,
    candidates = 0,
  ): RealmAnswer & { readonly isStopped?: boolean } {
    const startMs = performance.now();
    try {
      const said: unknown = RUN.runInContext(this.#context, {
        timeout: guardMs,
      });
      return this.#read(said, candidates);
    } catch {
      // What was thrown may be the policy's: it is not to be looked at.
      const isStopped = performance.now() - startMs >= guardMs;
      return isStopped
        ? { ...fault(`It was stopped after ${guardMs} ms`), isStopped }
        : fault("It failed");
    }
  }

  /** Reads a `GuestAnswer`, and trusts nothing of it. */
  #read(said: unknown, candidates: number): RealmAnswer {
    // What bounds it inside is the policy's to replace.
    if (typeof said !== "string" || said.length > MAX_SAID) {
      return fault("It failed");
    }
    const rest = said.slice(1);
    switch (said[0]) {
      case "n":
        return { kind: "none" };
      case "c":
      case "s":
        return readChoice(said[0], rest, candidates);
      case "b":
        return fault(rest);
      case "t":
        return {
          kind: "fault",
          problem: problemOf(rest, this.#file, this.#lineCount),
        };
      default:
        return fault("It failed");
    }
  }
}

function fault(message: string): RealmAnswer & { readonly kind: "fault" } {
  return { kind: "fault", problem: { message } };
}

function readChoice(
  kind: "c" | "s",
  text: string,
  candidates: number,
): RealmAnswer {
  const [, digits, scores, reason = ""] =
    (kind === "c" ? /^(\d{1,7});()([^]*)$/ : /^(\d{1,7});([^;]*);([^]*)$/).exec(
      text,
    ) ?? [];
  const place = Number(digits);
  if (!(place < candidates)) return fault("It failed");
  const said = printableReason(reason);
  if (kind === "c") {
    return { kind: "choice", place, reason: said || "The policy chose it" };
  }
  const list = (scores ?? "").split(",").map((score) =>
    score === "" ? undefined : Number(score)
  );
  if (list.length !== candidates) return fault("It failed");
  return {
    kind: "choice",
    place,
    reason: said || "It has the highest score",
    scores: list,
  };
}

/** One line of a bounded length. */
function printableReason(reason: string): string {
  return reason.replace(/\p{Cc}+/gu, " ").trim().slice(0, MAX_REASON);
}

/** Where in its file a policy threw, and what class of error. */
function problemOf(
  text: string,
  file: string,
  lineCount: number,
): ModuleProblem {
  const [name = "", allWords = "", allStack = ""] = text.split("\0", 3);
  const words = allWords.slice(0, MAX_WORDS);
  const stack = allStack.slice(0, MAX_STACK);
  const known = ERROR_NAMES.includes(name) ? name : "an error";
  const place = placeIn(stack, file, lineCount);
  return {
    message: name === "" && stack === ""
      ? "It threw something that is no error"
      : `It threw ${known}`,
    ...place,
    ...(words !== "" && { words }),
  };
}

/** A frame as the guest writes it, but for the name of the file. */
const FRAME_REGEXP = /^ {4}at .*:(\d{1,6}):(\d{1,6})\)?$/;

/** The topmost frame: all are within the file. */
function placeIn(stack: string, file: string, lineCount: number) {
  const frames = stack.split("\n").filter((line) =>
    line.includes(`${file}:`) && FRAME_REGEXP.test(line)
  );
  const [, line, column] = FRAME_REGEXP.exec(frames[0] ?? "") ?? [];
  return line === undefined || Number(line) > lineCount
    ? {}
    : { line: Number(line), column: Number(column) };
}
