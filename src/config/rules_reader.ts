/**
 * Step 5 of reading a config: pools, callers, policies and rules, or the one
 * policy that stands for a rule. Goes on after an error, so that all of them
 * are reported at once. Knows no condition, matcher or policy: `rule_parts.ts`
 * does.
 */

import { isCollection, isMap, isScalar } from "yaml";
import { type ModuleSettings, NO_SPECS } from "../policy/policy_modules.ts";
import type { Pool } from "../policy/pool.ts";
import type { Rule } from "../policy/rule.ts";
import type { Settings } from "../policy/settings.ts";
import { readCallers } from "./callers_reader.ts";
import { type SecondReading, sourceOf } from "./document.ts";
import type { KeyPath } from "./key_path.ts";
import type { KeyPlaces } from "./key_places.ts";
import { POLICIES_DIR_KEY } from "./known_keys.ts";
import { type ModulesReading, readModules } from "./modules_reader.ts";
import {
  DEFAULT_REFUSAL,
  type PluginShapes,
  pluginShapes,
  TIERS_SHAPE,
  TOP_REFUSE_SHAPE,
} from "./plugin_shapes.ts";
import { PolicyReader } from "./policy_reader.ts";
import { type RuleParts, withModules } from "./rule_parts.ts";
import {
  type RuleDefaults,
  RuleReader,
  type RuleSurroundings,
} from "./rule_reader.ts";
import { ShapeReader } from "./shape_reader.ts";
import { isSet, type Slot, topSlots } from "./slot.ts";
import type { Subtree } from "./subtree.ts";

/** What the config makes of rules. */
export interface Plan {
  /** The first that matches a request decides. None: the host chooses. */
  readonly rules: readonly Rule[];
  /** Every pool, whether a rule uses it or not. */
  readonly pools: readonly Pool[];
  /** Hashes (`caller_scope`) by the names under `callers`. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** Every policy that a user wrote, whether a rule uses it or not. */
  readonly modules: ModuleSettings;
}

/** A plan without rules. */
export const EMPTY_PLAN: Plan = {
  rules: [],
  pools: [],
  callers: {},
  modules: NO_SPECS,
};

/** Name of the rule that the key `policy` stands for. */
export const POLICY_RULE = "policy";

/**
 * Reads the plan of one plugin. What is wrong is reported to the subtree.
 *
 * @param subtree The plugin's part of a document.
 * @param second The same part as the second library read it.
 * @param options What the other keys say, what rules are made of, and the
 * zone of time windows that name none, and where keys belong.
 * @returns The plan, without what could not be read.
 */
export function readPlan(
  subtree: Subtree,
  second: SecondReading,
  options: {
    readonly settings: Settings;
    readonly parts: RuleParts;
    readonly timeZone: string;
    readonly places: KeyPlaces;
  },
): Plan {
  const { root } = subtree;
  if (!isMap(root)) return EMPTY_PLAN;
  const slots = slotsThatAreSet(
    topSlots(subtree, subtree.entries(root), second),
  );
  const reader = new ShapeReader(subtree, options.places);
  const plan = new PlanReader(reader, slots, options).read();
  refuseTwoMasters(reader, slots, options.settings);
  reader.reportDoubts();
  return plan;
}

/** Reads one plan. */
class PlanReader {
  readonly #reader: ShapeReader;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #parts: RuleParts;
  readonly #timeZone: string;
  readonly #shapes: PluginShapes;
  readonly #modules: ModulesReading;
  readonly #policies: PolicyReader;

  constructor(
    reader: ShapeReader,
    slots: ReadonlyMap<string, Slot>,
    { parts, timeZone }: {
      readonly parts: RuleParts;
      readonly timeZone: string;
    },
  ) {
    this.#reader = reader;
    this.#slots = slots;
    this.#parts = parts;
    this.#timeZone = timeZone;
    this.#shapes = pluginShapes(parts);
    this.#modules = readModules(reader, slots, this.#shapes.modules);
    const { entries, isBroken } = this.#modules;
    this.#policies = new PolicyReader(
      reader,
      withModules(parts, entries.map(({ spec }) => spec)),
      isBroken,
    );
  }

  read(): Plan {
    const reader = this.#reader;
    const pools = this.#readPools();
    const callers = readCallers(reader, this.#slots.get("callers"));
    const tiers = reader.readSet(TIERS_SHAPE, this.#slots.get("tiers"), [
      "tiers",
    ]);
    const refuse = reader.readSet(TOP_REFUSE_SHAPE, this.#slots.get("refuse"), [
      "refuse",
    ]);
    const defaults = {
      tiers: tiers ?? "top",
      refusal: { ...DEFAULT_REFUSAL, ...refuse },
    } as const;
    const rules = new RuleReader(reader, {
      parts: this.#parts,
      shapes: this.#shapes,
      policies: this.#policies,
      pools,
      scope: { callers, timeZone: this.#timeZone },
      defaults,
    });
    const plan = {
      rules: [
        ...this.#readOnlyPolicy(defaults),
        ...rules.readAll(this.#slots.get("rules"), ["rules"]),
      ],
      pools: [...pools?.values() ?? []].filter((pool) => pool !== undefined),
      callers,
      modules: this.#modules.settings,
    };
    this.#warnOfUnused();
    return plan;
  }

  /** Unless something is wrong: what could not be read may use them. */
  #warnOfUnused(): void {
    if (this.#reader.hasErrors) return;
    for (const { spec: { name }, path, at } of this.#modules.entries) {
      if (this.#policies.used.has(name)) continue;
      this.#reader.report(path, "is used by no rule", {
        at,
        severity: "warning",
      });
    }
  }

  /** Every name that is defined; undefined if not even those are known. */
  #readPools(): RuleSurroundings["pools"] {
    const slot = this.#slots.get("pools");
    if (slot === undefined) return new Map();
    const { pools } = this.#shapes;
    const open = this.#reader.openMap(pools, slot, ["pools"]);
    return open && new Map(
      Array.from(open, ([name, { slot, path }]) => [
        name,
        this.#readPool(name, slot, path),
      ]),
    );
  }

  #readPool(name: string, slot: Slot, path: KeyPath): Pool | undefined {
    const shape = this.#parts.poolShape;
    const reading = this.#reader.readUntyped(shape, slot, path);
    if (reading === undefined) return undefined;
    const made = this.#parts.createPool(name, reading.value);
    if ("pool" in made) return made.pool;
    const { place } = reading;
    this.#reader.reportParts(made.problems, place, { path, shape });
    return undefined;
  }

  /** The key `policy`, as one rule over all candidates. */
  #readOnlyPolicy({ tiers, refusal }: RuleDefaults): readonly Rule[] {
    const path = ["policy"];
    const slot = this.#slots.get("policy");
    if (slot === undefined) return [];
    const { kind, policy } =
      this.#policies.read(slot, path, { allowsUnset: true }) ?? {};
    const tiersSlot = this.#slots.get("tiers");
    if (kind?.mayFilter === false && tiersSlot !== undefined) {
      const message = `must not be set with the policy ${kind.name}`;
      const hint = "it sees every candidate";
      this.#reader.report(["tiers"], message, { at: tiersSlot.at, hint });
    }
    return policy === undefined ? [] : [{
      name: POLICY_RULE,
      when: [],
      use: [],
      policy,
      otherwise: kind?.otherwise ?? "host",
      refusal,
      tiers: kind?.mayFilter === false ? "top" : tiers,
    }];
  }
}

/**
 * The keys at the top that are set. The host's page deletes no key, so that
 * each has a value that stands for none.
 */
function slotsThatAreSet(
  slots: ReadonlyMap<string, Slot>,
): ReadonlyMap<string, Slot> {
  const set = Array.from(slots, ([name, slot]): [string, Slot] => {
    const { value } = slot;
    const isNone = COLLECTION_KEYS.includes(name) && isCollection(value) &&
        value.items.length === 0 ||
      TEXT_KEYS.includes(name) && isScalar(value) &&
        sourceOf(value).text.trim() === "";
    return [name, isNone ? { ...slot, value: undefined } : slot];
  });
  return new Map(set.filter(([, slot]) => isSet(slot)));
}

/** Keys for which an empty list or mapping is as if they were not set. */
const COLLECTION_KEYS: readonly string[] = [
  "pools",
  "callers",
  "policies",
  "refuse",
  "rules",
  "policy",
];

/** The same for an empty text. */
const TEXT_KEYS: readonly string[] = ["policy", "tiers", POLICIES_DIR_KEY];

/** Which of two keys that both decide was meant cannot be known. */
function refuseTwoMasters(
  reader: ShapeReader,
  slots: ReadonlyMap<string, Slot>,
  { deny, delegate, authId }: Settings,
): void {
  const masters = ["rules", "policy"].filter((key) => slots.has(key));
  const [master] = masters;
  if (master === undefined) return;
  const others = [
    ...masters.slice(1),
    ...delegate === "" ? [] : ["delegate"],
    ...authId === "" ? [] : ["auth_id"],
  ];
  for (const key of others) {
    reader.report([key], `must not be set together with ${master}`, {
      at: slots.get(key)?.at,
      hint: "leave one of the two out",
    });
  }
  if (!deny) return;
  reader.report([master], "is ignored while deny is true", {
    at: slots.get(master)?.at,
    severity: "warning",
  });
}
