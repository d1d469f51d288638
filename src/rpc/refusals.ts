/**
 * What the log is told of picks that rules refuse: the first of a rule at once
 * and why, then how many more there were, once a minute. Most are served by the
 * C side, which tells their number later. Has no clock and no timer of its own.
 */

import type { RuleRefusal } from "../policy/decision.ts";
import type { LogEntry } from "./log_entry.ts";

/** How often a count is told, in milliseconds. */
const TELL_MS = 60_000;

/** Rules that are told apart; the refusals of more are told together. */
const MAX_RULES = 256;

/** In place of the name of a rule beyond those. */
const OTHERS = "others";

/** Refusals of one rule. */
interface Told {
  /** Milliseconds since 1970 of what was told last. */
  sinceMs: number;
  /** How many there were since. */
  more: number;
  /** Why the last one that is known was refused. */
  why: string;
}

/** What a tally needs from outside. */
export interface RefusalsOptions {
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
  readonly log: (entry: LogEntry) => void;
}

/** Counts refusals, and tells the log. */
export class Refusals {
  readonly #options: RefusalsOptions;
  /** By the names of their rules. */
  readonly #told = new Map<string, Told>();
  /** Names of the rules by the numbers of their configs: of the last two. */
  #names: ReadonlyMap<number, readonly string[]> = new Map();
  #epoch = 0;

  /** @param options Clock and log. */
  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /**
   * Another config is in force.
   *
   * @param epoch Its number.
   * @param names Of its rules, in their order.
   */
  adopt(epoch: number, names: readonly string[]): void {
    const before = this.#names.get(epoch - 1);
    this.#names = new Map([
      ...before === undefined ? [] : [[epoch - 1, before] as const],
      [epoch, names],
    ]);
    this.#epoch = epoch;
  }

  /**
   * A pick was refused.
   *
   * @param refusal By which rule, and why.
   */
  note({ rule, why }: RuleRefusal): void {
    this.#note(this.#names.get(this.#epoch)?.[rule], 1, why());
  }

  /**
   * The C side refused picks.
   *
   * @param epoch Number of the config; one that is not known is another
   * worker's of the config in force.
   * @param rule Place of the rule.
   * @param times How often.
   */
  noteServed(epoch: number, rule: number, times: number): void {
    if (!(times > 0)) return;
    const names = this.#names.get(epoch) ?? this.#names.get(this.#epoch);
    this.#note(names?.[rule], times);
  }

  /** Tells the counts that are due. */
  tell(): void {
    const now = this.#options.now();
    for (const [name, told] of this.#told) {
      // A clock that was set back must not silence it.
      if (now >= told.sinceMs && now - told.sinceMs < TELL_MS) continue;
      if (told.more === 0) this.#told.delete(name);
      else this.#tell(name, told, now);
    }
  }

  #note(rule: string | undefined, times: number, why?: string): void {
    if (rule === undefined) return;
    this.tell();
    const isKnown = this.#told.has(rule) || this.#told.size < MAX_RULES;
    const name = isKnown ? rule : OTHERS;
    const told = this.#told.get(name);
    if (told === undefined) {
      const first = { sinceMs: 0, more: times, why: why ?? "" };
      this.#told.set(name, first);
      this.#tell(name, first, this.#options.now());
    } else {
      told.more += times;
      told.why = why ?? told.why;
    }
  }

  #tell(name: string, told: Told, now: number): void {
    const { more, why, sinceMs } = told;
    const isFirst = sinceMs === 0;
    const number = isFirst ? more === 1 ? "a" : `${more}` : `${more} more`;
    const picks = more === 1 ? "pick" : "picks";
    const reason = why === "" ? "" : `: ${why}`;
    this.#options.log({
      level: "info",
      message: `Refused ${number} ${picks}: rule ${name}${reason}`,
      fields: { rule: name, picks: more },
    });
    told.more = 0;
    told.sinceMs = now;
  }
}
