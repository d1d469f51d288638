/**
 * Where a value of the config stands, together with what dotted keys such as
 * `pools.paid.note: x` add to it: the host's Management Center writes those at
 * the top, and they mean the same as nested mappings. Knows no shape.
 */

import { isCollection, isMap, isScalar, type Node } from "yaml";
import { type SecondReading, sourceOf } from "./document.ts";
import type { KeyPath } from "./key_path.ts";
import { splitKey } from "./known_keys.ts";
import { isNull } from "./scalar.ts";
import { type Entry, type KeyNaming, kindOf, type Subtree } from "./subtree.ts";

/** A place for a value. */
export interface Slot {
  /** What problems point at: the value, or its key if there is none. */
  readonly at: Node;
  /** What problems of its key point at. */
  readonly key: Node;
  /** Absent for null, which means the default. */
  readonly value: Node | undefined;
  /** The same value as the second library read it. */
  readonly second: SecondReading;
  /** Values of dotted keys that go into it. */
  readonly dotted: readonly DottedSlot[];
}

/** The value of a dotted key, and what of the key is still to be followed. */
export interface DottedSlot {
  readonly rest: string;
  readonly slot: Slot;
}

/**
 * Makes a slot of an entry of a mapping.
 *
 * @param entry The entry.
 * @param second The second reading of its value.
 * @returns The slot.
 */
export function slotOf(entry: Entry, second: SecondReading): Slot {
  const { key, value } = entry;
  return { ...slotAt(value ?? key, value, second), key };
}

/**
 * Makes a slot of a value that has no key.
 *
 * @param at What problems point at.
 * @param value The value.
 * @param second The second reading of it.
 * @returns The slot; null is no value.
 */
export function slotAt(
  at: Node,
  value: Node | undefined,
  second: SecondReading,
): Slot {
  const isAbsent = isScalar(value) && isNull(sourceOf(value));
  const found = isAbsent ? undefined : value;
  return { at, key: at, value: found, second, dotted: [] };
}

/**
 * Tells whether there is a value.
 *
 * @param slot The slot.
 * @returns False for null and for nothing.
 */
export function isSet(slot: Slot): boolean {
  return slot.value !== undefined || slot.dotted.length > 0;
}

/**
 * Tells whether there is nothing, or an empty list or mapping: what the host's
 * page can write in the place of a key that it cannot delete.
 *
 * @param slot The slot.
 * @returns True for null, `[]` and `{}`.
 */
export function isEmpty({ value, dotted }: Slot): boolean {
  const isNothing = value === undefined || isCollection(value) &&
      value.items.length === 0;
  return isNothing && dotted.length === 0;
}

/**
 * Names the kind of what is in a slot, without the value.
 *
 * @param slot The slot.
 * @returns Words such as `a list`.
 */
export function kindIn({ value, dotted }: Slot): string {
  if (value === undefined && dotted.length > 0) return "a mapping";
  return kindOf(value);
}

/**
 * The second reading of what is under a key or at a position.
 *
 * @param second The second reading of the mapping or list.
 * @param key The key or position.
 * @returns The second reading of the value.
 */
export function secondAt(
  second: SecondReading,
  key: string | number,
): SecondReading {
  if (!("value" in second)) return second;
  const property = Object.getOwnPropertyDescriptor(Object(second.value), key);
  return { value: property?.value };
}

/**
 * The keys at the top, with the dotted ones put where they belong.
 *
 * @param subtree The plugin's part of a document.
 * @param entries Its keys.
 * @param second The same part as the second library read it.
 * @returns Slots by the keys that have no dot.
 */
export function topSlots(
  subtree: Subtree,
  entries: ReadonlyMap<string, Entry>,
  second: SecondReading,
): ReadonlyMap<string, Slot> {
  const slots = new Slots(subtree, []);
  for (const [name, entry] of entries) {
    const slot = slotOf(entry, secondAt(second, name));
    const key = splitKey(name);
    if (key === undefined) slots.add(name, slot);
    // Null is the default, so there is nothing to put anywhere.
    else if (isSet(slot)) slots.addDotted(key.first, { rest: key.rest, slot });
  }
  return slots.byName;
}

/**
 * The keys of a mapping, with the parts of dotted ones.
 *
 * @param subtree The plugin's part of a document.
 * @param slot Where the mapping is; what is none has no keys.
 * @param options Its path; how its keys may be shown, by default as those of
 * the top; and whether what is left of a dotted key is one key, since no
 * mapping can follow.
 * @returns Slots by key.
 */
export function childSlots(
  subtree: Subtree,
  slot: Slot,
  options: {
    readonly path: KeyPath;
    readonly naming?: KeyNaming;
    readonly isLast?: boolean;
  },
): ReadonlyMap<string, Slot> {
  const { path, naming = {}, isLast = false } = options;
  const slots = new Slots(subtree, path, naming);
  if (isMap(slot.value)) {
    for (const [name, entry] of subtree.entries(slot.value, path, naming)) {
      slots.add(name, slotOf(entry, secondAt(slot.second, name)));
    }
  }
  for (const { rest, slot: part } of slot.dotted) {
    const end = isLast ? -1 : rest.indexOf(".");
    if (end < 0) slots.add(rest, part);
    else {
      const dotted = { rest: rest.slice(end + 1), slot: part };
      slots.addDotted(rest.slice(0, end), dotted);
    }
  }
  return slots.byName;
}

/** Slots that are being put together. */
class Slots {
  readonly byName = new Map<string, Slot & { readonly dotted: DottedSlot[] }>();
  readonly #subtree: Subtree;
  readonly #path: KeyPath;
  readonly #naming: KeyNaming;

  constructor(subtree: Subtree, path: KeyPath, naming: KeyNaming = {}) {
    this.#subtree = subtree;
    this.#path = path;
    this.#naming = naming;
  }

  add(name: string, slot: Slot): void {
    const { at, key, value, second } = slot;
    const earlier = this.byName.get(name);
    const dotted = earlier?.dotted ?? [];
    if (earlier?.value === undefined) {
      this.byName.set(name, { at, key, value, second, dotted });
    } else if (value !== undefined) this.#reportTwice(name, earlier, slot);
  }

  addDotted(name: string, part: DottedSlot): void {
    const earlier = this.byName.get(name);
    if (earlier !== undefined) earlier.dotted.push(part);
    else {
      const second = { value: undefined };
      const { key } = part.slot;
      const slot = { at: key, key, value: undefined, second };
      this.byName.set(name, { ...slot, dotted: [part] });
    }
  }

  #reportTwice(name: string, earlier: Slot, slot: Slot): void {
    const line = this.#subtree.lineOf(earlier.key);
    const path = this.#naming.mayBeNamed?.(name) === false
      ? this.#path
      : [...this.#path, name];
    this.#subtree.report(
      path,
      `must be set once, got it on line ${line} too`,
      { at: slot.key, hint: "a dotted key is the same as a nested one" },
    );
  }
}
