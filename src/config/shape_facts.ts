/**
 * What the reader, the JSON Schema and the reference all need to know of a
 * shape. Pure.
 */

import type {
  JsonShape,
  ListShape,
  MapKey,
  MapShape,
  Shape,
} from "../policy/shape.ts";
import type { UnloggedKey } from "./key_path.ts";
import { isPlainName } from "./plain_name.ts";

/** Items of a list that says nothing. Enough for what a person writes. */
const DEFAULT_LIST_ITEMS = 32;

/** Keys of a mapping that says nothing. As many as some hosts have credentials. */
const DEFAULT_MAP_ITEMS = 1024;

/** How many items a list may have. */
export function listItems(
  { maxItems = DEFAULT_LIST_ITEMS }: ListShape,
): number {
  return maxItems;
}

/** How many keys a mapping may have. */
export function mapItems({ maxItems = DEFAULT_MAP_ITEMS }: MapShape): number {
  return maxItems;
}

/** A guess: pages of settings, and small enough to be handed on at each start. */
const DEFAULT_JSON_BYTES = 64 * 1024;

/** How many bytes the JSON of a free value may have. */
export function jsonBytes(
  { maxBytes = DEFAULT_JSON_BYTES }: JsonShape,
): number {
  return maxBytes;
}

/**
 * Tells whether a problem may quote a value of a shape.
 *
 * @param shape The shape.
 * @returns False if a secret may be in it.
 */
export function mayQuote(shape: Shape): boolean {
  switch (shape.kind) {
    case "text":
      return shape.isSecret !== true;
    case "list":
      return mayQuote(shape.of);
    case "map":
      return shape.key.isSecret !== true && mayQuote(shape.of);
    case "object":
      return Object.values(shape.fields).every(({ shape }) => mayQuote(shape));
    case "json":
      return false;
    default:
      return true;
  }
}

/**
 * Tells how a path may show a key of a mapping whose keys are free.
 *
 * @param key What the keys are.
 * @param name One of them.
 * @returns The part of the path; undefined if nobody may see it.
 */
export function keyPart(
  { check, isName = false, isSecret = false }: MapKey,
  name: string,
): string | UnloggedKey | undefined {
  if (isPlainName(name)) return name;
  if (isSecret) return undefined;
  return isName && check?.(name) === undefined ? name : { unlogged: name };
}

/** A longer number, as a key, may be one that nobody may see. A guess. */
const MAX_SHOWN_NUMBER = 10;

/**
 * Says what is wrong with a key that YAML makes no text of.
 *
 * @param name The key as it was written.
 * @param kind What YAML makes of it, such as `a number`.
 * @returns The problem, and the key for its path if any log may show it.
 */
export function refuseKey(name: string, kind: string): {
  readonly part: string | undefined;
  readonly message: string;
  readonly hint: string;
} {
  const isShown = name.length <= MAX_SHOWN_NUMBER;
  return {
    part: isShown ? name : undefined,
    message: `must have its key in quotes: YAML reads it as ${kind}`,
    hint: isShown ? `write "${name}"` : "put quotes around the key",
  };
}

/**
 * Names what a shape wants.
 *
 * @param shape The shape.
 * @returns Words that follow on "must be".
 */
export function wantedBy(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "a text";
    case "choice":
      return oneOf(shape.values);
    case "boolean":
      return "a boolean";
    case "number": {
      const { min, max, isInteger } = shape;
      return `a ${isInteger ? "whole " : ""}number from ${min} to ${max}`;
    }
    case "list":
      return "a list";
    case "map":
    case "object":
      return "a mapping";
    case "json":
      return shape.isMapping ? "a mapping" : "a value that JSON can hold";
  }
}

function oneOf(values: readonly string[]): string {
  if (values.length > 2) return `one of ${values.join(", ")}`;
  return values.join(" or ");
}
