/**
 * Names for policies that are the same in both isolates of the worker, and over
 * restarts.
 */

import { hashText } from "../policy/policies/murmur.ts";
import type { ModuleSpec } from "../policy/policy_modules.ts";

/**
 * Names one entry of a config: with another folder, file or options it is
 * another one.
 *
 * @param folder The folder of policies.
 * @param spec The entry.
 * @returns A text.
 */
export function moduleKey(
  folder: string,
  { name, file, options }: ModuleSpec,
): string {
  return JSON.stringify([folder, name, file, options]);
}

/**
 * The policy's name in a key.
 *
 * @param key Of an entry, as {@link moduleKey} makes it.
 * @returns Its name in the config.
 */
export function nameOfKey(key: string): string {
  const [, name] = JSON.parse(key) as [string, string, string, string];
  return name;
}

/**
 * Names one version of a policy, for the host's side, which counts how often
 * the worker ended in it.
 *
 * @param key Of the entry.
 * @param text What its file holds.
 * @returns A whole number from 1 to 2^32 - 1.
 */
export function fingerprintOf(key: string, text: string): number {
  return hashText(text, hashText(key, 0)) || 1;
}
