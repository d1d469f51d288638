/**
 * Remembers what was made of an object as long as the object lives: known lists
 * of candidates are decided about often.
 */

/**
 * Makes something of each object once.
 *
 * @param make Makes it; the objects are not to be changed any more.
 * @returns The same, remembered.
 *
 * @example
 * ```ts
 * import { once } from "./once.ts";
 *
 * const lengthOf = once((list: readonly string[]) => list.length);
 * ```
 */
export function once<K extends object, T>(make: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly made: T }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = { made: make(key) };
      known.set(key, found);
    }
    return found.made;
  };
}
