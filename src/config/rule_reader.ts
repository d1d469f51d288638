/**
 * Reads the rules of the config, one by one. A part of step 5 of reading a
 * config.
 */

import type { Condition, ConditionScope } from "../policy/condition.ts";
import { findLeaks } from "../policy/leaks.ts";
import type { Pool } from "../policy/pool.ts";
import { reviewRules } from "../policy/review.ts";
import type { Refusal, Rule } from "../policy/rule.ts";
import type { KeyPath } from "./key_path.ts";
import {
  OTHERWISE_SHAPE,
  type PluginShapes,
  REFUSE_SHAPE,
  RULE_NAME_SHAPE,
  TIERS_SHAPE,
  USE_SHAPE,
} from "./plugin_shapes.ts";
import type { PolicyReader, PolicyReading } from "./policy_reader.ts";
import type { RuleParts } from "./rule_parts.ts";
import type { ShapeReader } from "./shape_reader.ts";
import type { Slot } from "./slot.ts";

/** What is in force for a rule that does not say. */
export interface RuleDefaults {
  readonly tiers: Rule["tiers"];
  readonly refusal: Refusal;
}

/** What a rule may refer to. */
export interface RuleSurroundings {
  readonly parts: RuleParts;
  readonly shapes: PluginShapes;
  readonly policies: PolicyReader;
  /**
   * Every name that is defined, without a pool where the pool itself is wrong;
   * undefined if the names are not known.
   */
  readonly pools: ReadonlyMap<string, Pool | undefined> | undefined;
  readonly scope: ConditionScope;
  readonly defaults: RuleDefaults;
}

type Fields = ReadonlyMap<string, Slot>;

/** What was read of a rule, to be checked together. */
interface ReadFields {
  readonly path: KeyPath;
  readonly policy: PolicyReading | undefined;
  readonly otherwise: Rule["otherwise"] | undefined;
}

/** Reads rules. */
export class RuleReader {
  readonly #reader: ShapeReader;
  readonly #around: RuleSurroundings;
  /** Places of the names so far. */
  readonly #names = new Map<string, KeyPath>();

  /**
   * @param reader Takes the problems.
   * @param around What the rest of the config defines.
   */
  constructor(reader: ShapeReader, around: RuleSurroundings) {
    this.#reader = reader;
    this.#around = around;
  }

  /**
   * Reads all rules.
   *
   * @param slot Where they are.
   * @param path Their path.
   * @returns The good ones.
   */
  readAll(slot: Slot | undefined, path: KeyPath): readonly Rule[] {
    const items = slot &&
      this.#reader.openList(this.#around.shapes.rules, slot, path);
    const read = (items ?? []).map(({ slot, path }) => {
      const fields = this.#reader.openObject(
        this.#around.shapes.rule,
        slot,
        path,
      );
      const rule = fields && this.#read(fields, path);
      return { rule, fields, at: slot.at, path };
    });
    const rules = read.flatMap(({ rule }) => rule ?? []);
    // What is wrong with a rule would raise doubts about others.
    if (rules.length < read.length || this.#reader.hasErrors) return rules;
    for (const { index, message } of reviewRules(rules)) {
      const { at, path } = read[index]!;
      this.#reader.report(path, message, { at, severity: "warning" });
    }
    for (const { index, key, message, hint } of findLeaks(rules)) {
      const rule = index === undefined ? undefined : read[index];
      const keys = key === undefined ? [] : [key];
      this.#reader.report([...rule?.path ?? path, ...keys], message, {
        at: (key && rule?.fields?.get(key)?.at) ?? rule?.at ?? slot?.at,
        severity: "warning",
        hint,
      });
    }
    return rules;
  }

  #read(fields: Fields, path: KeyPath): Rule | undefined {
    const { policies, defaults } = this.#around;
    const reader = this.#reader;
    const at = (key: string): [Slot | undefined, KeyPath] => [
      fields.get(key),
      [...path, key],
    ];
    const name = this.#readName(...at("name"));
    const when = this.#readWhen(...at("when"));
    const use = this.#readUse(...at("use"));
    const policy = policies.read(...at("policy"));
    const otherwise = reader.readSet(OTHERWISE_SHAPE, ...at("otherwise"));
    const refuse = this.#readRefuse(...at("refuse"));
    const tiers = reader.readSet(TIERS_SHAPE, ...at("tiers"));
    this.#checkFields(fields, { path, policy, otherwise });
    this.#checkLeaving(fields, { path, policy, otherwise });
    if (name === undefined || policy?.policy === undefined) return undefined;
    return {
      name,
      when,
      use,
      policy: policy.policy,
      otherwise: policy.kind.otherwise ?? otherwise ?? "host",
      refusal: { ...defaults.refusal, ...refuse },
      tiers: policy.kind.mayFilter ? tiers ?? defaults.tiers : "top",
    };
  }

  #readName(slot: Slot | undefined, path: KeyPath): string | undefined {
    const name = this.#reader.readSet(RULE_NAME_SHAPE, slot, path);
    if (name === undefined || slot === undefined) return undefined;
    const place = path.at(-2);
    if (typeof place === "number") this.#reader.nameRule(place, name);
    const earlier = this.#names.get(name);
    if (earlier === undefined) this.#names.set(name, path);
    else {
      const index = earlier.at(-2);
      const other = typeof index === "number" ? `rules[${index}]` : "another";
      this.#reader.report(path, `must be unique, ${other} has the same name`, {
        at: slot.at,
        found: this.#reader.quote(RULE_NAME_SHAPE, slot),
      });
    }
    return name;
  }

  #readWhen(slot: Slot | undefined, path: KeyPath): readonly Condition[] {
    const { parts, scope } = this.#around;
    const shape = parts.whenShape;
    const errors = this.#reader.errorCount;
    const reading = slot && this.#reader.readGoodFields(shape, slot, path);
    if (reading === undefined) return [];
    if (isNothing(reading.value) && this.#reader.errorCount === errors) {
      const message = "must have at least one condition, such as model: gpt-*";
      const hint = "leave the key out for every request";
      this.#reader.report(path, message, { at: slot?.at, hint });
    }
    const made = parts.createWhen(reading.value, scope);
    if ("conditions" in made) return made.conditions;
    const { place } = reading;
    this.#reader.reportParts(made.problems, place, { path, shape });
    return [];
  }

  #readRefuse(
    slot: Slot | undefined,
    path: KeyPath,
  ): Partial<Refusal> | undefined {
    const errors = this.#reader.errorCount;
    const refuse = this.#reader.readSet(REFUSE_SHAPE, slot, path);
    if (isNothing(refuse) && this.#reader.errorCount === errors) {
      const message = "must have a status, a message or both";
      const hint = "leave the key out for refuse at the top";
      this.#reader.report(path, message, { at: slot?.at, hint });
    }
    return refuse;
  }

  #readUse(slot: Slot | undefined, path: KeyPath): readonly Pool[] {
    const items = slot && this.#reader.openList(USE_SHAPE, slot, path);
    return (items ?? []).flatMap(({ slot, path }) => {
      const name = this.#reader.readSet(USE_SHAPE.of, slot, path);
      if (name === undefined) return [];
      const { pools } = this.#around;
      if (pools?.has(name) === false) this.#reportPool(name, slot, path);
      return pools?.get(name) ?? [];
    });
  }

  #reportPool(name: string, slot: Slot, path: KeyPath): void {
    if (this.#reader.isFull) return;
    const names = [...this.#around.pools?.keys() ?? []];
    const message = names.length === 0
      ? "must be a pool, but there are none under pools"
      : "must be a pool that is under pools";
    this.#reader.report(path, message, {
      at: slot.at,
      found: this.#reader.quote(USE_SHAPE.of, slot),
      hint: this.#reader.advise(name, names),
    });
  }

  /** What the host chooses from knows no pool and no isolation. */
  #checkLeaving(
    fields: Fields,
    { path, policy, otherwise }: ReadFields,
  ): void {
    if (policy?.policy?.leavesToHost !== true) return;
    // What must not filter is told of each of these keys elsewhere.
    if (!policy.kind.mayFilter) return;
    const closing = fields.has("use")
      ? "with use"
      : otherwise === "refuse"
      ? "in a rule with otherwise: refuse"
      : undefined;
    if (closing === undefined) return;
    const message = `must not be host ${closing}`;
    const slot = fields.get("policy");
    const key = "otherwise";
    const at = slot && this.#reader.peek([key], slot, {
      path: [...path, "policy"],
      key,
    })?.at;
    this.#reader.report([...path, "policy", key], message, {
      at: at ?? slot?.at,
      hint: "the host chooses from all that it has; another key, as in " +
        "key: [session, caller], keeps requests within the rule",
    });
  }

  #checkFields(
    fields: Fields,
    { path, policy, otherwise }: ReadFields,
  ): void {
    const report = this.#reader.report.bind(this.#reader);
    const { kind } = policy ?? {};
    for (const key of kind?.mayFilter === false ? ["use", "tiers"] : []) {
      const slot = fields.get(key);
      if (slot === undefined) continue;
      const message = `must not be set with the policy ${kind?.name}`;
      const hint = "it sees every candidate";
      report([...path, key], message, { at: slot.at, hint });
    }
    if (kind?.mayFilter === false && otherwise === "refuse") {
      const message = `must not be refuse with the policy ${kind.name}`;
      const hint = "it leaves every request to the host";
      const at = fields.get("otherwise")?.at;
      report([...path, "otherwise"], message, { at, hint });
    }
    if (kind?.otherwise === "refuse" && otherwise === "host") {
      const message = `must not be host with the policy ${kind.name}`;
      const at = fields.get("otherwise")?.at;
      report([...path, "otherwise"], message, { at });
    }
    const refuse = fields.get("refuse");
    const isRefusing = otherwise === "refuse" || kind?.otherwise === "refuse" ||
      fields.has("otherwise") && otherwise === undefined;
    if (refuse === undefined || isRefusing) return;
    report([...path, "refuse"], "is ignored while otherwise is not refuse", {
      at: refuse.at,
      severity: "warning",
    });
  }
}

/** Nothing empty may stand for everything. */
function isNothing(value: unknown): boolean {
  return value !== undefined && Object.keys(value as object).length === 0;
}
