/**
 * Reads typed fields out of decoded JSON as Go fills the fields of a struct:
 * null and missing are the zero value, another type is an error that names the
 * path and the two kinds, never the value.
 */

import { DecodeError } from "./go_json.ts";

/** A decoded JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

const EMPTY_OBJECT: JsonObject = Object.freeze({});
const EMPTY_LIST: readonly never[] = Object.freeze([]);

/** What an int of the host, 64 bits wide, can hold. */
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * Reads an object.
 *
 * @param value Decoded JSON.
 * @param path Where it stands, for the message.
 * @returns The object; an empty one for null and for a missing value.
 * @throws {DecodeError} when it is of another type.
 */
export function readObject(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  if (isZero(value)) return EMPTY_OBJECT;
  throw wrongType(value, path, "an object");
}

/**
 * Reads a list.
 *
 * @param value Decoded JSON.
 * @param path Where it stands, for the message.
 * @returns The list; an empty one for null and for a missing value.
 * @throws {DecodeError} when it is of another type.
 */
export function readList(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isZero(value)) return EMPTY_LIST;
  throw wrongType(value, path, "a list");
}

/**
 * Reads a string field.
 *
 * @param object The struct.
 * @param key The field's name.
 * @param path Where the struct stands, for the message; `""` for the request.
 * @returns The string; `""` for null and for a missing field.
 * @throws {DecodeError} when it is of another type.
 */
export function readString(
  object: JsonObject,
  key: string,
  path: string,
): string {
  const value = object[key];
  if (typeof value === "string") return value;
  if (isZero(value)) return "";
  throw wrongType(value, join(path, key), "a string");
}

/**
 * Reads a boolean field.
 *
 * @param object The struct.
 * @param key The field's name.
 * @param path Where the struct stands, for the message; `""` for the request.
 * @returns The boolean; false for null and for a missing field.
 * @throws {DecodeError} when it is of another type.
 */
export function readBoolean(
  object: JsonObject,
  key: string,
  path: string,
): boolean {
  const value = object[key];
  if (typeof value === "boolean") return value;
  if (isZero(value)) return false;
  throw wrongType(value, join(path, key), "a boolean");
}

/**
 * Reads a list of strings.
 *
 * @param value Decoded JSON.
 * @param path Where it stands, for the message.
 * @returns The strings, `""` for each null; none for null and if missing.
 * @throws {DecodeError} when it or an item is of another type.
 */
export function readStrings(value: unknown, path: string): readonly string[] {
  const list = readList(value, path);
  if (list.every(isString)) return list;
  return list.map((item, index) => {
    if (typeof item === "string") return item;
    if (isZero(item)) return "";
    throw wrongType(item, `${path}[${index}]`, "a string");
  });
}

/**
 * Reads an object whose keys are free and whose values have one type. Its keys
 * are data too: no message names them.
 *
 * @param value Decoded JSON.
 * @param path Where it stands, for the message.
 * @param readValue Reads one value; its path says only that it is a value.
 * @returns The object; an empty one for null and for a missing value.
 * @throws {DecodeError} when it or a value is of another type.
 */
export function readMap<T>(
  value: unknown,
  path: string,
  readValue: (value: unknown, path: string) => T,
): Readonly<Record<string, T>> {
  const object = readObject(value, path);
  const entries: [string, T][] = [];
  for (const key in object) {
    entries.push([key, readValue(object[key], `a value of ${path}`)]);
  }
  return Object.fromEntries(entries);
}

/**
 * Reads an object whose values are lists of strings, as HTTP headers are, the
 * common case without a copy.
 *
 * @param value Decoded JSON.
 * @param path Where it stands, for the message.
 * @returns The object; no list for null, `""` for a null in a list; an empty
 * object for null and if missing.
 * @throws {DecodeError} when it, a value or an item is of another type.
 */
export function readStringLists(
  value: unknown,
  path: string,
): Readonly<Record<string, readonly string[]>> {
  const object = readObject(value, path);
  return isStringLists(object) ? object : readMap(object, path, readStrings);
}

/**
 * Reads an object whose values are strings, the common case without a copy.
 *
 * @param value Decoded JSON.
 * @param path Where it stands, for the message.
 * @returns The object, `""` for each null; an empty one for null and if missing.
 * @throws {DecodeError} when it or a value is of another type.
 */
export function readStringMap(
  value: unknown,
  path: string,
): Readonly<Record<string, string>> {
  const object = readObject(value, path);
  if (isStringMap(object)) return object;
  return readMap(object, path, (item, itemPath) => {
    if (typeof item === "string") return item;
    if (isZero(item)) return "";
    throw wrongType(item, itemPath, "a string");
  });
}

/** How to read a whole number. */
export interface IntegerOptions {
  /** Smallest allowed. @default {-(2n ** 63n)}, the host's smallest int */
  readonly min?: bigint;
  /** Largest allowed. @default {2n ** 63n - 1n}, the host's largest int */
  readonly max?: bigint;
  /**
   * The same struct with each number as its text, from `spelled` of the
   * document; not needed where `isPlainInteger` is true of the key.
   */
  readonly spelled?: JsonObject | undefined;
}

/**
 * Reads a field that is a whole number.
 *
 * @param object The struct.
 * @param key The field's name.
 * @param path Where the struct stands, for the message; `""` for the request.
 * @param options Limits and spelling.
 * @returns The number, rounded if it is beyond 2^53; 0 for null and if missing.
 * @throws {DecodeError} when it is of another type, has a fraction or an
 * exponent (also `1.0` and `1e2`), or is out of range.
 */
export function readInteger(
  object: JsonObject,
  key: string,
  path: string,
  options: IntegerOptions = {},
): number {
  const value = object[key];
  if (isZero(value)) return 0;
  if (typeof value !== "number") {
    throw wrongType(value, join(path, key), "a whole number");
  }
  const { min = MIN_INT64, max = MAX_INT64, spelled } = options;
  if (spelled === undefined && value >= min && value <= max) return value + 0;
  const text = spelled === undefined ? `${value}` : `${spelled[key]}`;
  // Anything longer is out of range, and costly to convert.
  const short = text.length <= `${MIN_INT64}`.length;
  const exact = short && /^-?[0-9]+$/.test(text) ? BigInt(text) : undefined;
  if (exact === undefined || exact < min || exact > max) {
    throw new DecodeError(
      `${join(path, key)} must be a whole number from ${min} to ${max}, ` +
        "without fraction or exponent",
    );
  }
  return value + 0;
}

/** The names of a struct's fields. */
export interface FieldNames {
  readonly exact: ReadonlySet<string>;
  /** From the form in which case does not count to the name. */
  readonly folded: ReadonlyMap<string, string>;
}

/**
 * Prepares the names of a struct's fields for `refuseFoldedKeys`.
 *
 * @param names As the host spells them.
 * @returns The names.
 */
export function fieldNames(names: readonly string[]): FieldNames {
  return {
    exact: new Set(names),
    folded: new Map(names.map((name) => [fold(name), name])),
  };
}

/**
 * Refuses keys that Go would take for known ones although their case differs.
 * No host writes them, and Go's rules for two spellings of one field are odd.
 *
 * @param object The struct.
 * @param names The names of its fields.
 * @param path Where the struct stands, for the message; `""` for the request.
 * @throws {DecodeError} when there is such a key.
 */
export function refuseFoldedKeys(
  object: JsonObject,
  names: FieldNames,
  path: string,
): void {
  for (const key in object) {
    if (names.exact.has(key)) continue;
    const name = names.folded.get(fold(key));
    if (name !== undefined) {
      const subject = path === "" ? "a key" : `a key of ${path}`;
      throw new DecodeError(
        `${subject} must be spelled "${name}", got another case`,
      );
    }
  }
}

/**
 * The error for a value of a wrong type.
 *
 * @param value What was found; only its kind is named.
 * @param path Where it stands.
 * @param wanted What was wanted, such as `a string`.
 * @returns The error, to be thrown.
 */
export function wrongType(
  value: unknown,
  path: string,
  wanted: string,
): DecodeError {
  return new DecodeError(`${path} must be ${wanted}, got ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isZero(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isStringLists(
  object: JsonObject,
): object is Readonly<Record<string, readonly string[]>> {
  for (const key in object) {
    const value = object[key];
    if (!Array.isArray(value) || !value.every(isString)) return false;
  }
  return true;
}

function isStringMap(
  object: JsonObject,
): object is Readonly<Record<string, string>> {
  for (const key in object) {
    if (typeof object[key] !== "string") return false;
  }
  return true;
}

/** Go folds ASCII case, and these two letters onto `s` and `k`. */
function fold(key: string): string {
  return key.replaceAll("\u017f", "s").replaceAll("\u212a", "k").toLowerCase();
}
