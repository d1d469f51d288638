/**
 * The keys that a config may hold, and which keys a problem may name: one that
 * nobody knows may be a secret that slipped into the wrong column. Used by the
 * steps that read keys; knows names only, no values.
 */

import { CONFIG_KEYS } from "../policy/settings.ts";
import { closestWord } from "./spelling.ts";

/** Keys of this plugin. */
export const OWN_KEYS: readonly string[] = Object.values(CONFIG_KEYS);

/** Keys of the host, which it leaves in what it hands to the plugin. */
const HOST_KEYS = ["enabled", "priority", "store"];

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
  const isKnown = (key: string) =>
    key === MERGE_KEY || KNOWN_KEYS.includes(key);
  return !keys.some(isKnown) &&
    keys.some((key) => closestWord(key, KNOWN_KEYS) === undefined);
}
