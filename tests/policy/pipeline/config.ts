/**
 * Random configs, as plain values and as the YAML text of these. A value holds
 * only what a user may write, so that the reader has to accept each.
 */

import type { Random } from "../../advance/random.ts";
import {
  ATTRIBUTES,
  CALLER_SCOPES,
  DATES,
  HEADERS,
  IDS,
  MODELS,
  PATHS,
  PROVIDERS,
  SERVICE_TIERS,
  STATUSES,
  ZONES,
} from "./words.ts";

/** One item may stand without a list. */
export type OneOrMore<T> = T | readonly T[];

/** Globs by free names. */
export type GlobMap = Readonly<Record<string, OneOrMore<string>>>;

/** Matchers of texts by their keys; the others below. */
export interface PoolValue {
  readonly [key: string]:
    | OneOrMore<string | number>
    | GlobMap
    | PoolValue
    | undefined;
}

/** Conditions by their keys. */
export interface WhenValue {
  readonly model?: OneOrMore<string>;
  readonly provider?: OneOrMore<string>;
  readonly caller?: OneOrMore<string>;
  readonly header?: GlobMap;
  readonly path?: OneOrMore<string>;
  readonly session?: boolean;
  readonly stream?: boolean;
  readonly "service_tier"?: OneOrMore<string>;
  readonly time?: OneOrMore<string>;
  readonly retry?: boolean;
  readonly any?: readonly WhenValue[];
  readonly not?: WhenValue;
}

/** A policy with its options. */
export interface PolicyValue {
  readonly name: string;
  readonly id?: OneOrMore<string>;
  readonly weights?: Readonly<Record<string, number>>;
  readonly key?: OneOrMore<string>;
  readonly otherwise?: string;
  readonly to?: string;
}

/** How a client is refused, as far as it is said. */
export interface RefuseValue {
  readonly status?: number;
  readonly message?: string;
}

/** One rule. */
export interface RuleValue {
  readonly name: string;
  readonly when?: WhenValue;
  readonly use?: OneOrMore<string>;
  readonly policy?: string | PolicyValue;
  readonly otherwise?: "refuse" | "host";
  readonly refuse?: RefuseValue;
  readonly tiers?: "top" | "all";
}

/** A config. */
export interface ConfigValue {
  readonly pools?: Readonly<Record<string, PoolValue>>;
  readonly callers?: Readonly<Record<string, OneOrMore<string>>>;
  readonly tiers?: "top" | "all";
  readonly refuse?: RefuseValue;
  readonly rules?: readonly RuleValue[];
  readonly policy?: string | PolicyValue;
}

const CALLERS = ["red", "blue", "green-1"];
const POOLS = ["paid", "spare", "p_3", "Größe"];
const PLAIN_POLICIES = [
  "fill_first",
  "round_robin",
  "weighted",
  "random",
  "least_recent",
  "sticky",
];
const STICKY_KEYS = [
  "session",
  "caller",
  "model",
  "header:x-team",
  "header:X-Other",
] as const;
const TEXT_MATCHERS = [
  "id",
  "provider",
  "auth_kind",
  "plan_type",
  "note",
  "email",
  "base_url",
  "status",
] as const;
const PRIORITIES: readonly (string | number)[] = [
  0,
  5,
  -5,
  ">=5",
  ">0",
  "<5",
  "<=-5",
  "0..5",
  "-5..-1",
];
const DAYS = ["Mon", "tue", "WED", "Thu", "Fri", "Sat", "Sun"];
const WEIGHTS = [0, 0, 1, 1, 2, 3, 7, 10, 1_000_000];
/** Levels of sets in sets, the outermost counted. */
const LEVELS = 4;

/** Makes configs. */
export class Configs {
  readonly #random: Random;

  /** @param random Random numbers. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** A config of rules or, now and then, of one policy. */
  next(): ConfigValue {
    const random = this.#random;
    const pools = this.#map(POOLS, () => {
      const pool = this.#pool(true);
      return Object.keys(pool).length > 0 ? pool : { id: "*" };
    });
    // No two callers may have the same.
    const scopes = [...CALLER_SCOPES];
    const take = () =>
      this.#case(scopes.splice(random.below(scopes.length), 1)[0]!);
    const callers = this.#map(
      CALLERS,
      () => scopes.length > CALLERS.length ? [take(), take()] : take(),
    );
    const tiers = this.#tiers();
    const base = {
      ...pools && { pools },
      ...callers && { callers },
      ...random.once(3) && { refuse: this.#refuse() },
    };
    if (random.once(20)) {
      const policy = this.#policy(true);
      const mayFilter = typeof policy === "string" ||
        policy.name !== "delegate";
      return { ...base, ...mayFilter && tiers, policy };
    }
    const names = { pools: keysOf(pools), callers: keysOf(callers) };
    const rules = this.#times(
      1 + random.below(4),
      (index) => this.#rule(index, names),
    );
    return { ...base, ...tiers, rules };
  }

  #rule(
    index: number,
    { pools, callers }: {
      readonly pools: readonly string[];
      readonly callers: readonly string[];
    },
  ): RuleValue {
    const random = this.#random;
    const use = pools.length > 0 && !random.once(3)
      ? { use: this.#oneOrMore(() => random.of(pools)) }
      : {};
    const conditions = random.once(6) ? {} : this.#when(callers, 1);
    const when = Object.keys(conditions).length === 0
      ? {}
      : { when: conditions };
    const policy = random.once(8) ? undefined : this.#policy(false);
    const otherwise = random.of([undefined, "refuse", "refuse", "host"]);
    const rule = {
      name: `rule ${index}`,
      ...when,
      ...policy !== undefined && { policy },
    };
    if (typeof policy === "object" && policy.name === "delegate") return rule;
    if (canLeave(policy) && random.once(3)) {
      return {
        ...rule,
        ...this.#tiers(),
        policy: { ...policy, otherwise: "host" },
      };
    }
    return {
      ...rule,
      ...use,
      ...otherwise !== undefined && { otherwise },
      ...otherwise === "refuse" && random.once(2) &&
        { refuse: this.#refuse() },
      ...this.#tiers(),
    } as RuleValue;
  }

  #tiers(): { readonly tiers?: "top" | "all" } {
    return this.#random.of([{}, { tiers: "top" }, { tiers: "all" }]);
  }

  #refuse(): RefuseValue {
    const random = this.#random;
    return random.of<RefuseValue>([
      { status: 400 + random.below(200) },
      { message: `no luck: "${random.below(10)}" <&>` },
      { status: 429, message: "später" },
    ]);
  }

  // ---- pools ----

  #pool(mayNot: boolean): PoolValue {
    const random = this.#random;
    const pool: Record<string, PoolValue[string]> = {};
    for (const key of this.#some(TEXT_MATCHERS, 2)) {
      pool[key] = this.#oneOrMore(() => this.#glob(this.#wordOf(key)));
    }
    if (random.once(4)) {
      pool["priority"] = this.#oneOrMore(() => random.of(PRIORITIES));
    }
    if (random.once(4)) {
      const names = this.#some(["websockets", "header:X-Team", "weight"], 1);
      pool["attributes"] = Object.fromEntries(
        (names.length > 0 ? names : ["websockets"]).map((name) => [
          name,
          this.#oneOrMore(() => this.#glob(random.of(ATTRIBUTES[name]!))),
        ]),
      );
    }
    if (mayNot && random.once(4)) {
      const not = this.#pool(false);
      if (Object.keys(not).length > 0) pool["not"] = not;
    }
    return pool;
  }

  #wordOf(key: typeof TEXT_MATCHERS[number]): string {
    const random = this.#random;
    switch (key) {
      case "id":
        return random.of(IDS);
      case "provider":
        return this.#case(random.of(PROVIDERS));
      case "status":
        return random.of(STATUSES);
      case "auth_kind":
      case "plan_type":
        return this.#case(random.of(ATTRIBUTES[key]!));
      default:
        return random.of(ATTRIBUTES[key]!);
    }
  }

  // ---- conditions ----

  #when(callers: readonly string[], level: number): WhenValue {
    const random = this.#random;
    const kinds = this.#some(
      [
        "model",
        "provider",
        "caller",
        "header",
        "path",
        "session",
        "stream",
        "service_tier",
        "time",
        "retry",
      ] as const,
      level === 1 ? 1 : 2,
    );
    const when: Record<string, unknown> = {};
    for (const kind of kinds) when[kind] = this.#condition(kind, callers);
    if (level < LEVELS && random.once(4)) {
      when["any"] = this.#times(
        1 + random.below(3),
        () => this.#when(callers, level + 1),
      );
    }
    if (level < LEVELS && random.once(4)) {
      when["not"] = this.#when(callers, level + 1);
    }
    if (level > 1 && Object.keys(when).length === 0) {
      when["stream"] = random.once(2);
    }
    return when;
  }

  #condition(kind: string, callers: readonly string[]): unknown {
    const random = this.#random;
    switch (kind) {
      case "model":
        return this.#oneOrMore(() => this.#case(this.#glob(random.of(MODELS))));
      case "provider":
        return this.#oneOrMore(() =>
          this.#case(this.#glob(random.of(PROVIDERS)))
        );
      case "caller":
        return this.#oneOrMore(() =>
          callers.length > 0 && random.once(2)
            ? random.of(callers)
            : this.#case(random.of(CALLER_SCOPES))
        );
      case "header": {
        const names = this.#some(Object.keys(HEADERS), 2);
        return Object.fromEntries(
          (names.length > 0 ? names : ["X-Team"]).map((name) => [
            this.#case(name),
            this.#oneOrMore(() => this.#glob(random.of(HEADERS[name]!))),
          ]),
        );
      }
      case "path":
        return this.#oneOrMore(() => this.#glob(random.of(PATHS)));
      case "service_tier":
        return this.#oneOrMore(() =>
          this.#case(this.#glob(random.of(SERVICE_TIERS)))
        );
      case "time":
        return this.#oneOrMore(() => this.#window());
      default:
        return random.once(2);
    }
  }

  #window(): string {
    const random = this.#random;
    const day = () => random.of(DAYS);
    const days = random.of([
      "",
      day(),
      `${day()}-${day()}`,
      `${day()},${day()}`,
    ]);
    const start = random.below(1440);
    const end = random.of([
      (start + 1 + random.below(90)) % 1440,
      (start + 1 + random.below(1439)) % 1440,
      1440,
    ]);
    const times = days !== "" && random.once(3)
      ? ""
      : `${clock(start)}-${clock(end === start ? start + 1 : end)}`;
    const zone = random.once(4) ? "" : random.of(ZONES);
    const dates = random.once(3) ? random.of(DATES) : "";
    return [dates, days, times, zone].filter((part) => part !== "").join(" ");
  }

  // ---- policies ----

  #policy(isOnly: boolean): string | PolicyValue {
    const random = this.#random;
    const name = random.of([
      ...PLAIN_POLICIES,
      "weighted",
      "sticky",
      "fixed",
      "fixed",
      "delegate",
    ]);
    switch (name) {
      case "fixed":
        return {
          name,
          id: this.#oneOrMore(() => this.#glob(random.of(IDS))),
        };
      case "delegate":
        return { name, to: random.of(["fill-first", "round-robin"]) };
      case "weighted":
      case "random":
        return random.once(3) ? name : { name, ...this.#weights() };
      case "sticky":
        return random.once(4) ? name : {
          name,
          ...!random.once(4) && {
            key: random.once(2) ? random.of(STICKY_KEYS) : this.#someKeys(),
          },
          ...random.once(2) && {
            otherwise: random.of(PLAIN_POLICIES.slice(0, -1)),
          },
          ...random.once(2) && this.#weights(),
        };
      default:
        return isOnly || random.once(2) ? name : { name };
    }
  }

  /** In any order, at least one. */
  #someKeys(): readonly string[] {
    const keys = STICKY_KEYS.filter(() => this.#random.once(2));
    const turn = this.#random.below(keys.length || 1);
    return keys.length === 0
      ? ["session"]
      : [...keys.slice(turn), ...keys.slice(0, turn)];
  }

  #weights(): Pick<PolicyValue, "weights"> {
    const random = this.#random;
    return {
      weights: Object.fromEntries(
        this.#times(1 + random.below(4), () => [
          this.#glob(random.of(IDS)),
          random.of(WEIGHTS),
        ]),
      ),
    };
  }

  // ---- parts ----

  /** A pattern that matches the text, or nearly. */
  #glob(text: string): string {
    const random = this.#random;
    const characters = [...text].map((character) =>
      /[*?\\]/.test(character) ? `\\${character}` : character
    );
    if (characters.length === 0) return "*";
    const at = random.below(characters.length);
    switch (random.below(7)) {
      case 0:
        return `${characters.slice(0, at).join("")}*`;
      case 1:
        return `*${characters.slice(at).join("")}`;
      case 2:
        return characters.with(at, "?").join("");
      case 3:
        return characters.toSpliced(at, random.below(3), "*", "*").join("");
      case 4:
        return characters.with(at, `\\${[...text][at]}`).join("");
      default:
        return characters.join("");
    }
  }

  #case(text: string): string {
    return this.#random.once(4) ? text.toUpperCase() : text;
  }

  #oneOrMore<T>(make: () => T): OneOrMore<T> {
    return this.#random.once(2)
      ? make()
      : this.#times(1 + this.#random.below(3), make);
  }

  #map<T>(
    names: readonly string[],
    make: () => T,
  ): Readonly<Record<string, T>> | undefined {
    const some = this.#some(names, names.length / 2);
    return some.length === 0
      ? undefined
      : Object.fromEntries(some.map((name) => [name, make()]));
  }

  /** So many of the items on average. */
  #some<T>(items: readonly T[], count: number): T[] {
    return items.filter(() => this.#random.below(items.length) < count);
  }

  #times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}

/** Whether it may leave requests to the host: it weighs nothing with 0. */
function canLeave(policy: RuleValue["policy"]): policy is PolicyValue {
  return typeof policy === "object" && policy.name === "sticky" &&
    !Object.values(policy.weights ?? {}).includes(0);
}

function keysOf(value: object | undefined): readonly string[] {
  return Object.keys(value ?? {});
}

function clock(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${`${hours}`.padStart(2, "0")}:${`${minutes}`.padStart(2, "0")}`;
}

/**
 * Writes a value as YAML.
 *
 * @param value A config, or a part of one.
 * @param indent Spaces before each line.
 * @returns Lines in block style; lists of scalars in flow style.
 */
export function yamlOf(value: object, indent = ""): string {
  return Object.entries(value).map(([key, part]) => {
    const name = /^[a-z_]+$/.test(key) ? key : JSON.stringify(key);
    return `${indent}${name}:${partOf(part, indent)}`;
  }).join("");
}

function partOf(part: unknown, indent: string): string {
  const isScalar = (item: unknown) => typeof item !== "object";
  const deeper = `${indent}  `;
  if (isScalar(part)) return ` ${JSON.stringify(part)}\n`;
  if (!Array.isArray(part)) {
    return Object.keys(part as object).length === 0
      ? " {}\n"
      : `\n${yamlOf(part as object, deeper)}`;
  }
  if (part.every(isScalar)) return ` ${JSON.stringify(part)}\n`;
  return "\n" +
    part.map((item: object) =>
      Object.keys(item).length === 0
        ? `${indent}- {}\n`
        : `${indent}- ${yamlOf(item, deeper).trimStart()}`
    ).join("");
}
