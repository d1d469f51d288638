/**
 * The keys that a config may hold, and which keys a problem may name: one that
 * nobody knows may be a secret that slipped into the wrong column. Used by the
 * steps that read keys; knows names only, no values.
 */

import { CONFIG_KEYS } from "../policy/settings.ts";
import { closestWord } from "./spelling.ts";

/** The key of the folder of policies. */
export const POLICIES_DIR_KEY = "policies_dir";

/** Keys of what `rules_reader.ts` reads. */
export const PLAN_KEYS = [
  "pools",
  "callers",
  "policies",
  POLICIES_DIR_KEY,
  "tiers",
  "refuse",
  "rules",
  "policy",
] as const;

/** Those of them that dotted keys such as `pools.paid.note` may go into. */
const DOTTED_KEYS: readonly string[] = [
  "pools",
  "callers",
  "policies",
  "refuse",
  "policy",
];

/** Keys of this plugin. */
export const OWN_KEYS: readonly string[] = [
  ...new Set([...Object.values(CONFIG_KEYS), ...PLAN_KEYS]),
];

/** Keys of the host, which it leaves in what it hands to the plugin. */
export const HOST_KEYS: readonly string[] = ["enabled", "priority", "store"];

/** Every key that a plugin's part may hold. */
export const KNOWN_KEYS: readonly string[] = [...OWN_KEYS, ...HOST_KEYS];

/** Keys of a host config around the plugin's part, and one that is not. */
export const OUTER_KEYS: readonly string[] = [
  "plugins",
  "configs",
  "scheduler",
  "plugin",
];

/** The key that merges mappings. */
const MERGE_KEY = "<<";

/** A key such as `pools.paid.note`, in two parts. */
export interface DottedKey {
  /** The key of this plugin that it goes into. */
  readonly first: string;
  /** What comes behind the dot. */
  readonly rest: string;
}

/**
 * Takes a key apart that stands for nested mappings: the host's Management
 * Center writes such keys.
 *
 * @param key The key as it was written.
 * @returns Its parts; undefined for any other key.
 */
export function splitKey(key: string): DottedKey | undefined {
  const end = key.indexOf(".");
  const first = key.slice(0, end);
  return end > 0 && DOTTED_KEYS.includes(first)
    ? { first, rest: key.slice(end + 1) }
    : undefined;
}

/**
 * Tells whether a plugin's part may hold a key.
 *
 * @param key The key as it was written.
 * @returns True for the keys that we know, dotted ones too.
 */
export function isKnownKey(key: string): boolean {
  return KNOWN_KEYS.includes(key) || splitKey(key) !== undefined;
}

/**
 * Tells whether a problem may name a key, which may end in a log.
 *
 * @param key The key as it was written.
 * @returns True for the keys that we know and for misspellings of them.
 *
 * @example
 * ```ts
 * import { mayBeNamed } from "./known_keys.ts";
 * console.assert(mayBeNamed("delgate") && !mayBeNamed("ada@example.com"));
 * ```
 */
export function mayBeNamed(key: string): boolean {
  return key === MERGE_KEY || OUTER_KEYS.includes(key) ||
    closestWord(key, KNOWN_KEYS) !== undefined;
}

/**
 * Tells whether keys are those of something else than a plugin's part: none is
 * known, and not all are misspelled ones. Keys that are merged may be known.
 *
 * @param keys All keys of a mapping.
 * @returns True if there are such keys only.
 */
export function areForeign(keys: readonly string[]): boolean {
  const isKnown = (key: string) => key === MERGE_KEY || isKnownKey(key);
  return !keys.some(isKnown) &&
    keys.some((key) => closestWord(key, KNOWN_KEYS) === undefined);
}
