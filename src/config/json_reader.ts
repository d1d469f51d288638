/**
 * Reads free values (`JsonShape`): whatever JSON can hold, however deep it may
 * be written. Takes the types from how the scalars are written, and doubts what
 * the second library types differently. Reports no value: secrets may be there.
 */

import { isMap, isScalar, isSeq, type Node, type YAMLSeq } from "yaml";
import { sourceOf } from "./document.ts";
import { ANY_KEY, type KeyPath } from "./key_path.ts";
import { held, readFree } from "./scalar.ts";
import { refuseKey } from "./shape_facts.ts";
import { childSlots, isSet, secondAt, type Slot, slotAt } from "./slot.ts";
import type { Subtree } from "./subtree.ts";

/** More is no setting; JSON itself knows no bound. A guess. */
const MAX_DEPTH = 32;

/** A key that is no password and no address: problems may show it. */
const SHOWN_KEY_REGEXP = /^[\p{L}_-]{1,40}$/u;

/** Sets the prototype of whatever is assigned from such a value. */
const PROTOTYPE_KEY = "__proto__";

/** Tags that say what is there anyway. */
const COLLECTION_TAG_REGEXP = /^(?:!|tag:yaml\.org,2002:(?:map|seq))$/;

/** What a free value is read with. */
export interface JsonOptions {
  readonly subtree: Subtree;
  /** Bytes that the JSON may have. */
  readonly maxBytes: number;
  /** Takes what is wrong. */
  readonly report: (
    path: KeyPath,
    message: string,
    options: { readonly at: Node; readonly hint?: string | undefined },
  ) => void;
  /** Takes what the second library may read differently. */
  readonly doubt: (path: KeyPath, at: Node) => void;
}

/**
 * Reads a free value.
 *
 * @param slot Where it is.
 * @param path Its path, for problems.
 * @param options What it is read with.
 * @returns The value; if a problem was reported, whatever could be read.
 */
export function readJson(
  slot: Slot,
  path: KeyPath,
  options: JsonOptions,
): unknown {
  return new JsonReader(slot, path, options).read();
}

class JsonReader {
  readonly #slot: Slot;
  readonly #path: KeyPath;
  readonly #options: JsonOptions;
  #bytesLeft: number;
  /** Whether a bound was met, so that nothing more is read. */
  #isOver = false;

  constructor(slot: Slot, path: KeyPath, options: JsonOptions) {
    this.#slot = slot;
    this.#path = path;
    this.#options = options;
    this.#bytesLeft = options.maxBytes;
  }

  read(): unknown {
    return this.#read(this.#slot, this.#path, 1);
  }

  #read(slot: Slot, path: KeyPath, depth: number): unknown {
    if (this.#isOver || this.#options.subtree.isFull) return undefined;
    const { value } = slot;
    const isList = isSeq(value);
    if (!isList && (!isSet(slot) || isScalar(value))) {
      return this.#readScalar(slot, path);
    }
    if (depth > MAX_DEPTH) {
      return this.#stop(`must be nested at most ${MAX_DEPTH} deep`);
    }
    const tag = value?.tag;
    if (tag !== undefined && !COLLECTION_TAG_REGEXP.test(tag)) {
      this.#report(path, held("a tagged value").message, slot.at);
      return undefined;
    }
    return isList
      ? this.#readList(value, slot, path, depth)
      : this.#readMapping(slot, path, depth);
  }

  #readScalar({ value, at, second }: Slot, path: KeyPath): unknown {
    const read = isScalar(value) ? readFree(sourceOf(value)) : { value: null };
    if (!("value" in read)) {
      this.#report(path, read.message, at, read.hint);
      return undefined;
    }
    const isSame = !("value" in second) || second.value === read.value;
    if (!isSame) this.#options.doubt(path, at);
    this.#spend(JSON.stringify(read.value));
    return read.value;
  }

  #readList(
    { items }: YAMLSeq,
    { at, second }: Slot,
    path: KeyPath,
    depth: number,
  ): unknown {
    const isSame = !("value" in second) ||
      Array.isArray(second.value) && second.value.length === items.length;
    if (!isSame) this.#options.doubt(path, at);
    this.#spend(`[${",".repeat(Math.max(0, items.length - 1))}]`);
    return items.map((item, i) => {
      const node = this.#options.subtree.resolve(item);
      const slot = slotAt(node ?? at, node, secondAt(second, i));
      return this.#read(slot, [...path, i], depth + 1);
    });
  }

  #readMapping(slot: Slot, path: KeyPath, depth: number): unknown {
    this.#refuseMoreDots(slot, path);
    const children = childSlots(this.#options.subtree, slot, {
      path,
      naming: { mayBeNamed: isShown, isSecret: true },
      isLast: true,
    });
    const { value, second, at } = slot;
    if (isMap(value) && "value" in second && !isPlainObject(second.value)) {
      this.#options.doubt(path, at);
    }
    this.#spend(`{${",".repeat(Math.max(0, children.size - 1))}}`);
    const entries = Array.from(children, ([name, child]) => {
      if (name === PROTOTYPE_KEY) {
        const message = `has a key that must not be ${PROTOTYPE_KEY}`;
        this.#report(path, message, child.key);
        return [name, undefined] as const;
      }
      const kind = this.#options.subtree.kindOfKey(child.key);
      if (kind !== undefined) {
        const { part = ANY_KEY, message, hint } = refuseKey(name, kind);
        this.#report([...path, part], message, child.key, hint);
        return [name, undefined] as const;
      }
      this.#spend(`${JSON.stringify(name)}:`);
      const shown = isShown(name) ? name : ANY_KEY;
      return [name, this.#read(child, [...path, shown], depth + 1)] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Whether `options.a.b` is a key with a dot or two keys, nobody can know. */
  #refuseMoreDots({ dotted }: Slot, path: KeyPath): void {
    for (const { rest, slot } of dotted) {
      if (!rest.includes(".")) continue;
      const message = "must not be set by a key with more dots";
      this.#report(path, message, slot.key, "write it as a mapping");
    }
  }

  /** Takes a piece of the JSON from what is left. */
  #spend(json: string): void {
    const { maxBytes } = this.#options;
    this.#bytesLeft -= new TextEncoder().encode(json).length;
    if (this.#bytesLeft >= 0) return;
    this.#stop(`must be at most ${maxBytes} bytes as JSON`);
  }

  #stop(message: string): undefined {
    if (!this.#isOver) this.#report(this.#path, message, this.#slot.at);
    this.#isOver = true;
  }

  #report(path: KeyPath, message: string, at: Node, hint?: string): void {
    if (!this.#isOver) this.#options.report(path, message, { at, hint });
  }
}

function isShown(name: string): boolean {
  return SHOWN_KEY_REGEXP.test(name);
}

/** Dates, bytes and lists are none. */
function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    [null, Object.prototype].includes(Object.getPrototypeOf(value));
}
