/**
 * What there is to say about keys at the top that are none of this plugin's. A
 * part of step 4 of reading a config. The host's own example ignores such keys,
 * and so do we, but for those that somebody may believe to close something.
 */

import { isCollection, isMap, isScalar, type Node } from "yaml";
import { sourceOf } from "./document.ts";
import type { KeyPlaces } from "./key_places.ts";
import type { KeyPath } from "./key_path.ts";
import {
  isKnownKey,
  KNOWN_KEYS,
  OUTER_KEYS,
  OWN_KEYS,
  PLAN_KEYS,
  POLICIES_DIR_KEY,
  splitKey,
} from "./known_keys.ts";
import { isPlainName } from "./plain_name.ts";
import { isNull } from "./scalar.ts";
import { shorten } from "./shorten.ts";
import { closestWord, isSameKey } from "./spelling.ts";
import type { Subtree } from "./subtree.ts";

/** Warnings of unknown keys beyond these say nothing new. */
const MAX_WARNINGS = 20;

/** More than anybody writes by mistake; each is compared with all of ours. */
const MAX_UNKNOWN = 1000;

/** Keys of a rule: to ignore them is to open what they were to close. */
export const RULE_KEYS: readonly string[] = ["use", "otherwise", "when"];

/** Keys that can close nothing, whatever is written in their place. */
const HARMLESS_KEYS: readonly string[] = ["tiers", POLICIES_DIR_KEY];

/** How people name what they keep for aliases. */
const ASIDE_REGEXP = /^x-/i;

/** How deep keys of ours are looked for in a mapping that is none of ours. */
const MAX_DEPTH = 3;

/** What is to be said of a key. */
interface Judgement {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string | undefined;
  /** Whether a log may show the key, up to its first dot. */
  readonly isNamed: boolean;
}

/**
 * Reports every key at the top that can do nothing. An error are: keys of
 * rules, pools and the like, and misspelled ones of ours, as soon as one is
 * there that the host's example does not have; misspelled ones of the latter
 * that may close something, anyway; and a mapping that holds such keys. Keys such
 * as `x-pools`, for aliases, are no misspelled ones.
 *
 * @param subtree The plugin's part of a document.
 * @param places Where keys belong.
 */
export function judgeUnknownKeys(subtree: Subtree, places: KeyPlaces): void {
  if (!isMap(subtree.root)) return;
  const entries = [...subtree.entries(subtree.root)];
  const unknown = entries.filter(([name]) => !isKnownKey(name));
  if (unknown.length > MAX_UNKNOWN) {
    const message = `must have at most ${MAX_UNKNOWN} unknown keys`;
    subtree.report("", message, { at: unknown[MAX_UNKNOWN]?.[1].key });
    return;
  }
  const isOurs = entries.some(([name]) => isPlanKey(name));
  const judge = new Judge(subtree, places, isOurs);
  let warnings = 0;
  for (const [name, { key, value }] of unknown) {
    const { isNamed, ...judgement } = judge.judge(name, value);
    if (judgement.severity === "warning" && ++warnings > MAX_WARNINGS) continue;
    const found = isNamed ? undefined : shorten(name);
    subtree.report(isNamed ? pathOf(name) : "", judgement.message, {
      ...judgement,
      at: key,
      found,
    });
  }
}

/** What counts of a key beside its name. */
interface Facts {
  /** Whether its value stands for none. */
  readonly isUnset: boolean;
  /** Whether its value is none that a key of the host's example has. */
  readonly mayClose: boolean;
}

/** Judges keys of one document. */
class Judge {
  readonly #subtree: Subtree;
  readonly #places: KeyPlaces;
  /** Whether a key is there that the host's example does not have. */
  readonly #isOurs: boolean;

  constructor(subtree: Subtree, places: KeyPlaces, isOurs: boolean) {
    this.#subtree = subtree;
    this.#places = places;
    this.#isOurs = isOurs;
  }

  judge(name: string, value: Node | undefined): Judgement {
    const [first = ""] = name.split(".", 1);
    const isDotted = first !== name;
    // The host's page deletes no key: without a value none can do harm.
    const isUnset = isEmpty(value);
    const mayClose = isDotted || this.#mayClose(value);
    return this.#judgePlace(first, { isUnset, mayClose }) ??
      this.#judgeSpelling(first, { isUnset, mayClose }) ??
      this.#judgeWrapper(first, value) ??
      this.#judgeNested(first, isUnset) ??
      warning("has an unknown key, which is ignored", { isNamed: false });
  }

  /** A key that belongs elsewhere, and may be a misspelled one, too. */
  #judgePlace(first: string, facts: Facts): Judgement | undefined {
    const place = this.#places.of(first);
    const spelling = this.#judgeSpelling(first, facts);
    const isOwn = OWN_KEYS.some((key) => isSameKey(key, first));
    if (place === undefined || isOwn) return undefined;
    const isError = spelling?.severity === "error" ||
      !facts.isUnset && (this.#isOurs || RULE_KEYS.includes(first));
    if (!isError) {
      return warning(IGNORED, { hint: `it must stand ${place}` });
    }
    const meant = spelling && `or ${spelling.hint}`;
    return error(`must stand ${place}`, meant ?? this.#places.exampleOf(first));
  }

  /** A misspelled key. */
  #judgeSpelling(
    first: string,
    { isUnset, mayClose }: Facts,
  ): Judgement | undefined {
    const closest = closestWord(first, KNOWN_KEYS);
    if (closest === undefined) return undefined;
    const hint = `did you mean "${closest}"`;
    const isClosing = mayClose && isPlanKey(closest) &&
      !HARMLESS_KEYS.includes(closest);
    const isError = OWN_KEYS.includes(closest) && !isUnset &&
      !ASIDE_REGEXP.test(first) && (this.#isOurs || isClosing);
    return isError
      ? error("is no key of this plugin", hint)
      : warning(IGNORED, { hint });
  }

  /** No config of the host's example has a list or a mapping, or `refuse`. */
  #mayClose(value: Node | undefined): boolean {
    if (isCollection(value)) return true;
    return isScalar(value) &&
      closestWord(sourceOf(value).text.trim(), ["refuse"]) !== undefined;
  }

  /** A key of the host's config around the plugin's part. */
  #judgeWrapper(first: string, value: Node | undefined): Judgement | undefined {
    if (!OUTER_KEYS.includes(first)) return undefined;
    const hint = "the keys of this plugin stand directly in " +
      "plugins.configs.scheduler";
    return this.#holdsOurs(value, MAX_DEPTH)
      ? error("is no key of this plugin", hint)
      : warning(IGNORED, { hint });
  }

  #holdsOurs(value: Node | undefined, depth: number): boolean {
    if (depth === 0 || !isMap(value)) return false;
    return value.items.some((pair) => {
      const key = this.#subtree.resolve(pair.key);
      return isScalar(key) && isPlanKey(sourceOf(key).text) ||
        this.#holdsOurs(this.#subtree.resolve(pair.value), depth - 1);
    });
  }

  /** A misspelled key of a rule, or option of a policy. */
  #judgeNested(first: string, isUnset: boolean): Judgement | undefined {
    const meant = closestWord(first, this.#places.misspelled);
    if (meant === undefined) return undefined;
    const hint = `did you mean "${meant}", which must stand ` +
      `${this.#places.of(meant)}`;
    return this.#isOurs && !isUnset
      ? error("is no key of this plugin", hint)
      : warning(IGNORED, { hint });
  }
}

const IGNORED = "is no key of this plugin and is ignored";

function error(message: string, hint?: string): Judgement {
  return { severity: "error", message, hint, isNamed: true };
}

function warning(
  message: string,
  { hint, isNamed = true }: {
    readonly hint?: string;
    readonly isNamed?: boolean;
  } = {},
): Judgement {
  return { severity: "warning", message, hint, isNamed };
}

/** Whether the host's example has no such key. */
function isPlanKey(name: string): boolean {
  const key = splitKey(name)?.first ?? name;
  return PLAN_KEYS.some((known) => known === key);
}

function isEmpty(value: Node | undefined): boolean {
  if (value === undefined) return true;
  if (isCollection(value)) return value.items.length === 0;
  if (!isScalar(value)) return false;
  const source = sourceOf(value);
  return isNull(source) || source.text.trim() === "";
}

/** What comes behind a dot nobody knows. */
function pathOf(name: string): KeyPath {
  const end = name.indexOf(".");
  if (end < 0) return [name];
  const rest = name.slice(end + 1);
  const isShown = isPlainName(rest);
  return [name.slice(0, end), isShown ? rest : { unlogged: rest }];
}
