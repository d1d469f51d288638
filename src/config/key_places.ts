/**
 * Where each key of the config belongs, so that a key in another place can be
 * told where to go. Made of the shapes; knows no key by name.
 */

import { either } from "../policy/quote.ts";
import type { Shape } from "../policy/shape.ts";
import {
  MODULE_SHAPE,
  type PluginShapes,
  pluginShapes,
  REFUSE_SHAPE,
} from "./plugin_shapes.ts";
import type { RuleParts } from "./rule_parts.ts";
import { plainLetters } from "./spelling.ts";

/** Shorter keys are close to too many words. A guess. */
const MIN_MISSPELLED_LENGTH = 6;

/** Places of keys. */
export class KeyPlaces {
  /** Words such as `in a pool`, by keys without case, `-` and `_`. */
  readonly #places = new Map<string, Set<string>>();
  /** Keys of rules, and options of policies. */
  readonly #ruling = new Set<string>();
  /** Policies by their options. */
  readonly #owners = new Map<string, string>();

  /**
   * @param parts What rules are made of.
   */
  constructor(parts: RuleParts) {
    const shapes = pluginShapes(parts);
    this.#add("at the top", Object.keys(shapes.top));
    this.#add("in a rule", Object.keys(shapes.rule.fields));
    this.#add("in when of a rule", keysOf(parts.whenShape));
    this.#add("in a pool", keysOf(parts.poolShape));
    this.#addOptions(parts, Object.keys(shapes.rule.fields));
    this.#add("in refuse", keysOf(REFUSE_SHAPE));
    this.#add("in an entry of policies", keysOf(MODULE_SHAPE));
    this.#noteRuling(shapes, parts);
  }

  /**
   * Says where a key belongs.
   *
   * @param name The key; case, `-` and `_` do not count.
   * @returns Words such as `in a pool or in when of a rule`, to follow on `must
   * stand`; undefined if nowhere.
   */
  of(name: string): string | undefined {
    const places = this.#places.get(plainLetters(name));
    return places && either([...places]);
  }

  /** Keys of rules, and options of policies, that are long enough to be misspelled. */
  get misspelled(): readonly string[] {
    return [...this.#ruling];
  }

  /**
   * Shows how to write an option of a policy.
   *
   * @param name The option; case, `-` and `_` do not count.
   * @returns Words such as `write policy: { name: weighted, weights: … }`;
   * undefined if it is none, or a key of rules, too.
   */
  exampleOf(name: string): string | undefined {
    const owner = this.#owners.get(plainLetters(name));
    return owner && `write policy: { name: ${owner}, ${name}: … }`;
  }

  #add(place: string, keys: readonly string[]): void {
    for (const key of keys) {
      const plain = plainLetters(key);
      const known = this.#places.get(plain);
      if (known === undefined) this.#places.set(plain, new Set([place]));
      else known.add(place);
    }
  }

  /** One place for all policies that have an option. */
  #addOptions(
    { policyKinds, moduleOptions }: RuleParts,
    ruleKeys: readonly string[],
  ): void {
    const owners = new Map<string, string[]>();
    const note = (key: string, owner: string) =>
      owners.set(key, [...owners.get(key) ?? [], owner]);
    for (const { name, options } of policyKinds) {
      for (const key of Object.keys(options.fields)) {
        note(key, name);
        const plain = plainLetters(key);
        const isMeant = !ruleKeys.includes(key) && !this.#owners.has(plain);
        if (isMeant) this.#owners.set(plain, name);
      }
    }
    for (const key of Object.keys(moduleOptions.fields)) {
      note(key, "one under policies");
    }
    this.#add("in policy", ["name"]);
    for (const [key, names] of owners) {
      this.#add(`in policy, as an option of ${either(names)}`, [key]);
    }
  }

  #noteRuling(shapes: PluginShapes, parts: RuleParts): void {
    const keys = [
      ...Object.keys(shapes.rule.fields),
      ...parts.policyKinds.flatMap(({ options }) => keysOf(options)),
      ...keysOf(parts.moduleOptions),
    ];
    for (const key of keys) {
      if (key.length >= MIN_MISSPELLED_LENGTH) this.#ruling.add(key);
    }
  }
}

function keysOf(shape: Shape): readonly string[] {
  return shape.kind === "object" ? Object.keys(shape.fields) : [];
}
