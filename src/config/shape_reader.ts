/**
 * Reads values of the config by their shapes (`src/policy/shape.ts`): the one
 * place that knows what each kind of shape accepts. Reports what is wrong to
 * the subtree and goes on. Does not know any key.
 */

import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { PartProblem } from "../policy/part_problem.ts";
import type {
  Infer,
  JsonShape,
  ListShape,
  MapShape,
  NumberShape,
  ObjectShape,
  Shape,
  TextShape,
} from "../policy/shape.ts";
import { sourceOf } from "./document.ts";
import { readJson } from "./json_reader.ts";
import { ANY_KEY, type KeyPath } from "./key_path.ts";
import type { KeyPlaces } from "./key_places.ts";
import { isPlainName } from "./plain_name.ts";
import {
  agrees,
  type Meaning,
  readBoolean,
  readNumber,
  readText,
  type ScalarSource,
} from "./scalar.ts";
import { MAX_PROBLEMS } from "./problem.ts";
import {
  jsonBytes,
  keyPart,
  listItems,
  mapItems,
  mayQuote,
  refuseKey,
  wantedBy,
} from "./shape_facts.ts";
import { shorten } from "./shorten.ts";
import {
  childSlots,
  isEmpty,
  isSet,
  kindIn,
  secondAt,
  type Slot,
  slotAt,
} from "./slot.ts";
import { closestWord } from "./spelling.ts";
import type { Subtree } from "./subtree.ts";

/** What to do about a scalar of another kind. */
const HINTS: Partial<Readonly<Record<Shape["kind"], string>>> = {
  boolean: "write true or false",
  number: "write decimal digits without quotes",
};

/** Where a value was read, and each part of it. */
export interface Place {
  readonly at: Node;
  readonly parts?: ReadonlyMap<string | number, Place>;
  /** Whether it is the only item of a list that was left out. */
  readonly isOnlyItem?: boolean;
}

/** A value, and where it was read. */
export interface Reading<T> {
  readonly value: T;
  readonly place: Place;
}

/** Reads values by their shapes. */
export class ShapeReader {
  readonly #subtree: Subtree;
  readonly #places: KeyPlaces | undefined;
  /** How many values were warned of. */
  #warnings = 0;
  readonly #doubts: { readonly path: KeyPath; readonly at: Node }[] = [];

  /**
   * @param subtree Takes the problems.
   * @param places Where keys belong that stand in another place.
   */
  constructor(subtree: Subtree, places?: KeyPlaces) {
    this.#subtree = subtree;
    this.#places = places;
  }

  /** Whether there are so many errors that nobody would see another one. */
  get isFull(): boolean {
    return this.#subtree.isFull;
  }

  /** How many errors there are so far. */
  get errorCount(): number {
    return this.#subtree.errorCount;
  }

  /** Whether anything of the config was found to be wrong. */
  get hasErrors(): boolean {
    return this.errorCount > 0;
  }

  /**
   * Reads a value.
   *
   * @param shape How it must look.
   * @param slot Where it is; something must be set.
   * @param path Its path, for problems.
   * @returns The value; undefined if something is wrong with it, which is then
   * reported.
   */
  read<S extends Shape>(
    shape: S,
    slot: Slot,
    path: KeyPath,
  ): Reading<Infer<S>> | undefined {
    return this.#read(shape, slot, path) as Reading<Infer<S>> | undefined;
  }

  /**
   * Reads a value of a shape that is known at run time only.
   *
   * @param shape How it must look.
   * @param slot Where it is; something must be set.
   * @param path Its path, for problems.
   * @returns The value; undefined if something is wrong with it.
   */
  readUntyped(
    shape: Shape,
    slot: Slot,
    path: KeyPath,
  ): Reading<unknown> | undefined {
    return this.#read(shape, slot, path);
  }

  /**
   * Reads the good part of a value, so that its parts can be judged further.
   *
   * @param shape How it must look.
   * @param slot Where it is; something must be set.
   * @param path Its path, for problems.
   * @returns An object without the fields that are wrong; as `readUntyped` for
   * any other shape.
   */
  readGoodFields(
    shape: Shape,
    slot: Slot,
    path: KeyPath,
  ): Reading<unknown> | undefined {
    return shape.kind === "object"
      ? this.#readObject(shape, slot, path, Infinity)
      : this.#read(shape, slot, path);
  }

  /**
   * Reads a value that may be left out.
   *
   * @param shape How it must look.
   * @param slot Where it is, if it is anywhere.
   * @param path Its path, for problems.
   * @returns The value; undefined if there is none or if it is wrong.
   */
  readSet<S extends Shape>(
    shape: S,
    slot: Slot | undefined,
    path: KeyPath,
  ): Infer<S> | undefined {
    const reading = slot && this.#read(shape, slot, path);
    return reading?.value as Infer<S> | undefined;
  }

  /**
   * Looks into a list.
   *
   * @param shape How it must look.
   * @param slot Where it is, or its only item.
   * @param path Its path.
   * @returns Slot and path of each item; undefined if it is no good list.
   */
  openList(
    shape: ListShape,
    slot: Slot,
    path: KeyPath,
  ): readonly { readonly slot: Slot; readonly path: KeyPath }[] | undefined {
    const { value, at, second } = slot;
    if (!isSeq(value)) return [{ slot, path }];
    this.#refuseDotted(slot, path);
    const max = listItems(shape);
    const { length } = value.items;
    if (length === 0 || length > max) {
      const message = length === 0
        ? "must have at least one item, got an empty list"
        : `must have at most ${max} items, got ${length}`;
      this.report(path, message, { at });
      return undefined;
    }
    this.#expectSecond(
      "value" in second && Array.isArray(second.value) &&
        second.value.length === length,
      slot,
      path,
    );
    return value.items.map((item, i) => {
      const node = this.#subtree.resolve(item);
      const slot = slotAt(node ?? at, node, secondAt(second, i));
      return { slot, path: [...path, i] };
    });
  }

  /**
   * Looks into a mapping whose keys are free.
   *
   * @param shape How it must look.
   * @param slot Where it is.
   * @param path Its path.
   * @param refused Takes the wrong keys.
   * @returns Slot and path of each value by its key, those with a wrong key
   * left out; undefined if it is no good mapping.
   */
  openMap(
    shape: MapShape,
    slot: Slot,
    path: KeyPath,
    refused?: Set<string>,
  ):
    | ReadonlyMap<string, { readonly slot: Slot; readonly path: KeyPath }>
    | undefined {
    if (!this.#expectMapping(shape, slot, path)) return undefined;
    const { check, isSecret = false } = shape.key;
    const children = childSlots(this.#subtree, slot, {
      path,
      naming: {
        mayBeNamed: (name) => typeof keyPart(shape.key, name) === "string",
        isSecret,
      },
      isLast: shape.of.kind !== "object" && shape.of.kind !== "map",
    });
    const max = mapItems(shape);
    const { size } = children;
    if (size === 0 || size > max) {
      const { example } = shape.key;
      const such = example === undefined ? "" : `, such as ${example}`;
      const message = size === 0
        ? `must have at least one key${such}`
        : `must have at most ${max} keys, got ${size}`;
      this.report(path, message, { at: slot.at });
      return undefined;
    }
    const open = new Map<string, { slot: Slot; path: KeyPath }>();
    for (const [name, child] of children) {
      const message = check?.(name);
      const part = keyPart(shape.key, name);
      const inner = [...path, part ?? ANY_KEY];
      if (message !== undefined) {
        refused?.add(name);
        const found = part === undefined ? undefined : shorten(name);
        const problem = `has a key that ${message}`;
        this.report(path, problem, { at: child.key, found });
      } else if (this.#isRefusedKey(name, child, inner)) {
        refused?.add(name);
      } else if (isSet(child)) {
        this.#warnOfDoubt(shape.key, name, { at: child.key, path: inner });
        open.set(name, { slot: child, path: inner });
      } else {
        this.#refuseNothing(child, inner);
      }
    }
    return open;
  }

  /** What YAML makes no text of is another key to other readers. */
  #isRefusedKey(name: string, { key }: Slot, path: KeyPath): boolean {
    const kind = this.#subtree.kindOfKey(key);
    if (kind === undefined) return false;
    const { part, message, hint } = refuseKey(name, kind);
    const shown = part === undefined ? path : [...path.slice(0, -1), part];
    this.report(shown, message, { at: key, hint });
    return true;
  }

  /** To take it for a key that is not there could widen a pool or a rule. */
  #refuseNothing({ key }: Slot, path: KeyPath, without?: string): void {
    const instead = without === undefined ? "" : ` for ${without}`;
    this.report(path, "must have a value, got null", {
      at: key,
      hint: `leave the key out${instead}`,
    });
  }

  /**
   * Looks into a mapping with known keys.
   *
   * @param shape How it must look.
   * @param slot Where it is.
   * @param path Its path.
   * @returns Slots of the known keys that are set; undefined if it is no
   * mapping.
   */
  openObject(
    shape: ObjectShape,
    slot: Slot,
    path: KeyPath,
  ): ReadonlyMap<string, Slot> | undefined {
    if (!this.#expectMapping(shape, slot, path)) return undefined;
    const { fields, allowsUnset = false } = shape;
    const names = Object.keys(fields);
    const open = new Map<string, Slot>();
    for (const [name, child] of this.#children(names, slot, path)) {
      const isKnown = names.includes(name);
      if (allowsUnset && (isKnown ? isEmpty(child) : !isSet(child))) continue;
      if (!isKnown) this.#reportUnknown(name, child, names, path);
      else if (isSet(child)) open.set(name, child);
      else if (fields[name]?.isRequired !== true) {
        this.#refuseNothing(child, [...path, name], fields[name]?.default);
      }
    }
    for (const [name, { isRequired }] of Object.entries(shape.fields)) {
      if (isRequired && !open.has(name)) {
        this.report([...path, name], "must be set", { at: slot.at });
      }
    }
    return open;
  }

  /**
   * Looks at one key of a mapping, and at nothing else of it.
   *
   * @param names Every key that the mapping may have.
   * @param slot Where the mapping is.
   * @param options Its path and the key.
   * @returns The slot of the key if it is set.
   */
  peek(
    names: readonly string[],
    slot: Slot,
    options: { readonly path: KeyPath; readonly key: string },
  ): Slot | undefined {
    const { path, key } = options;
    const child = this.#children(names, slot, path).get(key);
    return child !== undefined && isSet(child) ? child : undefined;
  }

  /**
   * Reports a problem.
   *
   * @param path Of the value.
   * @param message What is wrong, without the value.
   * @param options Where, how bad, what was found, and what to do.
   */
  report(
    path: KeyPath,
    message: string,
    options: Parameters<Subtree["report"]>[2] = {},
  ): void {
    if (this.#subtree.isFull) return;
    this.#subtree.report(path, message, options);
  }

  /**
   * Reports problems of parts of a value.
   *
   * @param problems What is wrong.
   * @param place Where the value was read.
   * @param options Its path and its shape.
   */
  reportParts(
    problems: readonly PartProblem[],
    place: Place,
    options: { readonly path: KeyPath; readonly shape: Shape },
  ): void {
    for (const { path, message, meant } of problems) {
      const { at, shown } = findPart({ place, shape: options.shape }, path);
      // Only names that anybody may see.
      const hint = meant &&
        this.advise(meant.word, meant.known.filter(isPlainName));
      this.report([...options.path, ...shown], message, { at, hint });
    }
  }

  /**
   * Names a rule, for every problem of it.
   *
   * @param index Its place.
   * @param name Its name.
   */
  nameRule(index: number, name: string): void {
    this.#subtree.nameRule(index, name);
  }

  /** What a problem may quote of a value: nothing of a secret. */
  quote(shape: Shape, { value }: Slot): string | undefined {
    if (value === undefined || this.#subtree.isFull) return undefined;
    return mayQuote(shape) ? this.#subtree.quote(value) : undefined;
  }

  /**
   * The known word that was meant, as advice.
   *
   * @param word What was written.
   * @param known What could have been meant.
   * @returns Words such as `did you mean "paid"`.
   */
  advise(word: string, known: readonly string[]): string | undefined {
    if (this.#subtree.isFull) return undefined;
    const closest = closestWord(word, known);
    return closest === undefined ? undefined : `did you mean "${closest}"`;
  }

  /**
   * Reports what the two libraries read differently, only if nothing else is
   * wrong, which would be the reason.
   */
  reportDoubts(): void {
    if (this.#subtree.errorCount > 0) return;
    for (const { path, at } of this.#doubts) {
      const message = "must be written so that every reader agrees";
      const hint = "put it on one line, in double quotes";
      this.report(path, message, { at, hint });
    }
  }

  #read(
    shape: Shape,
    slot: Slot,
    path: KeyPath,
  ): Reading<unknown> | undefined {
    switch (shape.kind) {
      case "text":
        return this.#readScalar(shape, slot, path, {
          readScalar: readText,
          check: shape.check,
          warn: (text) => this.#warnOfDoubt(shape, text, { at: slot.at, path }),
        });
      case "choice":
        return this.#readScalar(shape, slot, path, {
          readScalar: readWord,
          check: (text) => shape.values.includes(text) ? undefined : "",
        });
      case "boolean":
        return this.#readScalar(shape, slot, path, { readScalar: readBoolean });
      case "number":
        return this.#readScalar(shape, slot, path, {
          readScalar: readNumber,
          check: (number) => checkNumber(shape, number),
        });
      case "list":
        return this.#readList(shape, slot, path);
      case "map":
        return this.#readMap(shape, slot, path);
      case "object":
        return this.#readObject(shape, slot, path);
      case "json":
        return this.#readJson(shape, slot, path);
    }
  }

  #readJson(
    shape: JsonShape,
    slot: Slot,
    path: KeyPath,
  ): Reading<unknown> | undefined {
    if (shape.isMapping && !this.#expectMapping(shape, slot, path)) {
      return undefined;
    }
    if (slot.value !== undefined && !isMap(slot.value)) {
      this.#refuseDotted(slot, path);
    }
    const errors = this.#subtree.errorCount;
    const value = readJson(slot, path, {
      subtree: this.#subtree,
      maxBytes: jsonBytes(shape),
      report: (path, message, options) => this.report(path, message, options),
      doubt: (path, at) => this.#doubts.push({ path, at }),
    });
    return this.#subtree.errorCount > errors || this.#subtree.isFull
      ? undefined
      : { value, place: { at: slot.at } };
  }

  #readScalar<T>(
    shape: Shape,
    slot: Slot,
    path: KeyPath,
    options: {
      readonly readScalar: (scalar: ScalarSource) => Meaning<T>;
      readonly check?: ((value: T) => string | undefined) | undefined;
      readonly warn?: ((value: T) => void) | undefined;
    },
  ): Reading<T> | undefined {
    const { value: node, at, second } = slot;
    if (node !== undefined) this.#refuseDotted(slot, path);
    const source = isScalar(node) ? sourceOf(node) : undefined;
    const meaning = source === undefined
      ? { kind: kindIn(slot) }
      : options.readScalar(source);
    if ("kind" in meaning) {
      const message = `must be ${wantedBy(shape)}, got ${meaning.kind}`;
      const found = this.quote(shape, slot);
      const hint = HINTS[shape.kind];
      this.report(path, message, { at, found, hint });
      return undefined;
    }
    this.#expectSecond(
      source === undefined || "value" in second && agrees(source, second.value),
      slot,
      path,
    );
    const { value } = meaning;
    const message = options.check?.(value);
    if (message === undefined) {
      options.warn?.(value);
      return { value, place: { at } };
    }
    const isChoice = shape.kind === "choice";
    this.report(path, isChoice ? `must be ${wantedBy(shape)}` : message, {
      at,
      found: this.quote(shape, slot),
      hint: isChoice ? this.advise(`${value}`, shape.values) : undefined,
    });
    return undefined;
  }

  /** Of a secret nothing is shown, not even how to write it. */
  #warnOfDoubt(
    { doubt, isSecret = false }: Pick<TextShape, "doubt" | "isSecret">,
    text: string,
    { at, path }: { readonly at: Node; readonly path: KeyPath },
  ): void {
    if (this.#warnings >= MAX_PROBLEMS) return;
    const found = doubt?.(text);
    if (found === undefined) return;
    const { message, hint, known = [], isMisspelling, instead } = found;
    const meant = this.advise(text, known);
    if (isMisspelling && meant === undefined) return;
    this.#warnings++;
    this.report(path, message, {
      at,
      severity: "warning",
      hint: [meant, hint].filter((part) => part !== undefined).join("; ") ||
        undefined,
      ...(!isSecret && { found: shorten(text), instead }),
    });
  }

  #readList(
    shape: ListShape,
    slot: Slot,
    path: KeyPath,
  ): Reading<readonly unknown[]> | undefined {
    const items = this.openList(shape, slot, path);
    if (items === undefined) return undefined;
    const readings = items.map((item) =>
      this.#read(shape.of, item.slot, item.path)
    );
    const good = readings.filter((reading) => reading !== undefined);
    if (good.length < readings.length) return undefined;
    const places = good.map(({ place }, i) => [i, place] as const);
    return {
      value: good.map(({ value }) => value),
      place: {
        at: slot.at,
        parts: new Map(places),
        isOnlyItem: !isSeq(slot.value),
      },
    };
  }

  #readMap(
    shape: MapShape,
    slot: Slot,
    path: KeyPath,
  ): Reading<object> | undefined {
    const errors = this.#subtree.errorCount;
    const open = this.openMap(shape, slot, path);
    if (open === undefined) return undefined;
    const parts = Array.from(
      open,
      ([name, { slot, path }]) =>
        [
          name,
          this.#read(shape.ofKey?.(name) ?? shape.of, slot, path),
        ] as const,
    );
    return this.#gather(parts, slot, errors);
  }

  #readObject(
    shape: ObjectShape,
    slot: Slot,
    path: KeyPath,
    errors = this.#subtree.errorCount,
  ): Reading<object> | undefined {
    const open = this.openObject(shape, slot, path);
    if (open === undefined) return undefined;
    const parts = Object.entries(shape.fields).flatMap(([name, field]) => {
      const child = open.get(name);
      if (child === undefined) return [];
      return [[name, this.#read(field.shape, child, [...path, name])] as const];
    });
    return this.#gather(parts, slot, errors);
  }

  /** A value of its parts, unless something was wrong since `errors`. */
  #gather(
    parts: readonly (readonly [string, Reading<unknown> | undefined])[],
    { at }: Slot,
    errors: number,
  ): Reading<object> | undefined {
    if (this.#subtree.isFull || this.#subtree.errorCount > errors) {
      return undefined;
    }
    const good = parts.flatMap(([name, reading]) =>
      reading === undefined ? [] : [[name, reading] as const]
    );
    return {
      value: Object.fromEntries(good.map(([name, { value }]) => [name, value])),
      place: {
        at,
        parts: new Map(good.map(([name, { place }]) => [name, place])),
      },
    };
  }

  #children(
    names: readonly string[],
    slot: Slot,
    path: KeyPath,
  ): ReadonlyMap<string, Slot> {
    const mayBeNamed = (name: string) =>
      name === "<<" || closestWord(name, names) !== undefined;
    return childSlots(this.#subtree, slot, { path, naming: { mayBeNamed } });
  }

  #expectMapping(shape: Shape, slot: Slot, path: KeyPath): boolean {
    if (isMap(slot.value)) return true;
    if (slot.value === undefined && slot.dotted.length > 0) return true;
    this.report(path, `must be ${wantedBy(shape)}, got ${kindIn(slot)}`, {
      at: slot.at,
      found: this.quote(shape, slot),
    });
    return false;
  }

  /** No dotted key may go into what is no mapping. */
  #refuseDotted({ dotted, key }: Slot, path: KeyPath): void {
    const [first] = dotted;
    if (first === undefined) return;
    const line = this.#subtree.lineOf(key);
    const message = `must be set once, got it on line ${line} too`;
    const hint = "a dotted key is the same as a nested one";
    this.report(path, message, { at: first.slot.key, hint });
  }

  #expectSecond(isSame: boolean, slot: Slot, path: KeyPath): void {
    const isCertain = isSame || !("value" in slot.second);
    if (!isCertain) this.#doubts.push({ path, at: slot.at });
  }

  #reportUnknown(
    name: string,
    slot: Slot,
    names: readonly string[],
    path: KeyPath,
  ): void {
    const hint = this.advise(name, names);
    const place = this.#places?.of(name);
    const at = slot.key;
    if (hint !== undefined) {
      const other = place === undefined ? "" : `; or it must stand ${place}`;
      this.report([...path, name], "is no key that is known here", {
        at,
        hint: hint + other,
      });
    } else if (place !== undefined) {
      const example = this.#places?.exampleOf(name);
      this.report([...path, name], `must stand ${place}`, {
        at,
        hint: example,
      });
    } else {
      this.report(path, "has an unknown key", {
        at,
        found: shorten(name),
        hint: `known are ${names.join(", ")}`,
      });
    }
  }
}

/** Where a part of a value stands, and its path as a log may show it. */
function findPart(
  reading: { readonly place: Place; readonly shape: Shape },
  path: PartProblem["path"],
): { readonly at: Node; readonly shown: KeyPath } {
  let place: Place | undefined = reading.place;
  let shape: Shape | undefined = reading.shape;
  let { at } = place;
  const shown: KeyPath[number][] = [];
  for (const part of path) {
    if (place?.isOnlyItem !== true) {
      const key = shape?.kind === "map" ? shape.key : undefined;
      shown.push(
        key === undefined ? part : keyPart(key, `${part}`) ?? ANY_KEY,
      );
    }
    place = place?.parts?.get(part);
    at = place?.at ?? at;
    shape = shape && partOf(shape, part);
  }
  return { at, shown };
}

function partOf(shape: Shape, part: string | number): Shape | undefined {
  if (shape.kind === "object") return shape.fields[part]?.shape;
  return shape.kind === "list" || shape.kind === "map" ? shape.of : undefined;
}

/** One of some words: spaces around it do not count. */
function readWord(scalar: ScalarSource): Meaning<string> {
  const meaning = readText(scalar);
  return "value" in meaning ? { value: meaning.value.trim() } : meaning;
}

function checkNumber(shape: NumberShape, value: number): string | undefined {
  const range = `must be ${wantedBy(shape)}`;
  if (value < shape.min) return `${range}, got a smaller one`;
  if (value > shape.max) return `${range}, got a larger one`;
  return shape.isInteger && !Number.isInteger(value)
    ? `${range}, got a fraction`
    : undefined;
}
