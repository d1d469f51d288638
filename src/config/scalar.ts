/**
 * What a scalar means in a field of the host's config struct: the rules of
 * gopkg.in/yaml.v3 v3.0.1 (decode.go `scalar`, resolve.go `resolve`) for the
 * two types of field that we have. Knows text, quotes and tag; no positions.
 */

/** A scalar as it was written. */
export interface ScalarSource {
  /** Content, unquoted and unfolded. */
  readonly text: string;
  /** Whether it has neither quotes nor a block indicator. */
  readonly plain: boolean;
  /** Tag such as `!!int` or `!mine`, if one was written. */
  readonly tag?: string | undefined;
}

/** A value, or what the scalar is instead, such as `a number`. */
export type Meaning<T> = { readonly value: T } | { readonly kind: string };

const NULL_REGEXP = /^(?:~|null|Null|NULL)?$/;
const TRUE_REGEXP = /^(?:true|True|TRUE)$/;
const FALSE_REGEXP = /^(?:false|False|FALSE)$/;
/** Booleans of YAML 1.1, which yaml.v3 takes where it wants a boolean. */
const OLD_TRUE_REGEXP = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/;
const OLD_FALSE_REGEXP = /^(?:n|N|no|No|NO|off|Off|OFF)$/;
/** Numbers that every YAML reader takes for the same. */
const INTEGER_REGEXP = /^-?(?:0|[1-9][0-9]{0,14})$/;
const FLOAT_REGEXP = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$/;

/** For each tag that a text may have, which texts it may stand before. */
const TEXT_TAGS: Readonly<Record<string, RegExp>> = {
  "!!str": /^/,
  "!!merge": /^<<$/,
  "!!int": INTEGER_REGEXP,
  "!!float": FLOAT_REGEXP,
  "!!bool": new RegExp(`${TRUE_REGEXP.source}|${FALSE_REGEXP.source}`),
};

/**
 * Reads a scalar into a string field. Null is the empty string; everything
 * else stays as it was written, so `007` is `"007"`.
 *
 * @param scalar What was written.
 * @returns The string, or the kind of what was found.
 */
export function readText(scalar: ScalarSource): Meaning<string> {
  const { text, tag } = scalar;
  if (isNull(scalar)) return { value: "" };
  if (tag === undefined) return { value: text };
  if (tag === "!!binary") return readBinary(text);
  return TEXT_TAGS[tag]?.test(text)
    ? { value: text }
    : { kind: describeKind(scalar) };
}

/**
 * Reads a scalar into a boolean of ours. As the host reads its own, but for
 * `true` and `false` in quotes: the host's page writes those for a text.
 *
 * @param scalar What was written.
 * @returns The boolean, or the kind of what was found.
 */
export function readBoolean(scalar: ScalarSource): Meaning<boolean> {
  const { text, tag } = scalar;
  if (tag === "!!str" || tag === undefined) {
    if (TRUE_REGEXP.test(text)) return { value: true };
    if (FALSE_REGEXP.test(text)) return { value: false };
  }
  return readHostBoolean(scalar);
}

/**
 * Reads a scalar into a boolean field of the host. Null is `false`; the words
 * of YAML 1.1 count even in quotes, `true` and `false` only without.
 *
 * @param scalar What was written.
 * @returns The boolean, or the kind of what was found.
 */
export function readHostBoolean(scalar: ScalarSource): Meaning<boolean> {
  const { text, plain, tag } = scalar;
  if (isNull(scalar)) return { value: false };
  if (tag === "!!bool" || tag === undefined && plain) {
    if (TRUE_REGEXP.test(text)) return { value: true };
    if (FALSE_REGEXP.test(text)) return { value: false };
  }
  if (tag === "!!str" || tag === undefined) {
    if (OLD_TRUE_REGEXP.test(text)) return { value: true };
    if (OLD_FALSE_REGEXP.test(text)) return { value: false };
  }
  return { kind: describeKind(scalar) };
}

/**
 * Tells whether a scalar is null, which leaves a field at its default.
 *
 * @param scalar What was written.
 * @returns Whether it is null.
 */
export function isNull({ text, plain, tag }: ScalarSource): boolean {
  const mayBe = tag === "!!null" || tag === undefined && plain;
  return mayBe && NULL_REGEXP.test(text);
}

/**
 * Names the kind of a scalar, without its value.
 *
 * @param scalar What was written.
 * @returns Words such as `a number`.
 */
export function describeKind(scalar: ScalarSource): string {
  const { text, plain, tag } = scalar;
  if (tag !== undefined) return "a tagged value";
  if (!plain) return text === "" ? "an empty text" : "a quoted text";
  if (isNull(scalar)) return "null";
  if (TRUE_REGEXP.test(text) || FALSE_REGEXP.test(text)) return "a boolean";
  return /^[-+.]?[0-9]/.test(text) ? "a number" : "a text";
}

/**
 * Reads a scalar into a number. Only decimal notations count, which every YAML
 * reader takes for the same number: `017` is 17 to some and 15 to others.
 *
 * @param scalar What was written; not null.
 * @returns The number, or the kind of what was found.
 */
export function readNumber(scalar: ScalarSource): Meaning<number> {
  const { text, plain, tag } = scalar;
  const mayBe = tag === undefined
    ? plain
    : tag === "!!float" || tag === "!!int" && INTEGER_REGEXP.test(text);
  if (mayBe && FLOAT_REGEXP.test(text)) return { value: Number(text) };
  const kind = describeKind(scalar);
  return { kind: kind === "a number" ? "another notation" : kind };
}

/**
 * Notations of numbers beside those, in YAML 1.1, YAML 1.2 or for yaml.v3:
 * other bases, exponents, signs, `1_000`, more digits than a double holds, and
 * `1:30`, which is 90 to some.
 */
const ANY_NUMBER_REGEXP = new RegExp(
  [
    "[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?",
    "[-+]?0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)",
    "[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?",
  ].map((pattern) => `^(?:${pattern})$`).join("|"),
);
const NO_FINITE_REGEXP = /^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/;
const DATE_REGEXP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?$/;

/**
 * Reads a scalar that may be anything that JSON can hold. What some readers of
 * YAML take for one thing and some for another is nothing.
 *
 * @param scalar What was written.
 * @returns The value, or what is wrong, in words for a problem.
 */
export function readFree(
  scalar: ScalarSource,
): { readonly value: string | number | boolean | null } | FreeProblem {
  const { text, plain, tag } = scalar;
  if (tag !== undefined && tag !== "!!str") return held("a tagged value");
  if (isNull(scalar)) return { value: null };
  if (!plain || tag !== undefined) return { value: text };
  if (TRUE_REGEXP.test(text)) return { value: true };
  if (FALSE_REGEXP.test(text)) return { value: false };
  if (FLOAT_REGEXP.test(text)) return { value: Number(text) };
  if (OLD_TRUE_REGEXP.test(text) || OLD_FALSE_REGEXP.test(text)) {
    return { message: "must be true or false, or a text in quotes" };
  }
  if (ANY_NUMBER_REGEXP.test(text)) {
    const message = "must be a number in decimal digits, or a text in quotes";
    return { message, hint: "at most 15 digits on each side of the point" };
  }
  if (NO_FINITE_REGEXP.test(text)) return held("no finite number");
  if (DATE_REGEXP.test(text)) {
    return { ...held("a date"), hint: "put a text in quotes" };
  }
  return { value: text };
}

/**
 * Tells what YAML makes of a key that stands without quotes, if that is no
 * text. Whole numbers without a needless sign or zero do not count: every
 * reader that makes texts of them makes the same ones.
 *
 * @param scalar The key as it was written.
 * @returns The kind, such as `a number`; undefined for a text.
 */
export function kindOfKey(scalar: ScalarSource): string | undefined {
  const { text, plain, tag } = scalar;
  if (!plain || tag !== undefined) return undefined;
  if (isNull(scalar)) return "null";
  if (TRUE_REGEXP.test(text) || FALSE_REGEXP.test(text)) return "a boolean";
  if (INTEGER_REGEXP.test(text) && text !== "-0") return undefined;
  if (ANY_NUMBER_REGEXP.test(text) || NO_FINITE_REGEXP.test(text)) {
    return "a number";
  }
  return DATE_REGEXP.test(text) ? "a date" : undefined;
}

/** Why a scalar is no value. */
export interface FreeProblem {
  readonly message: string;
  readonly hint?: string;
}

/**
 * Says what JSON cannot hold.
 *
 * @param kind Words such as `a date`.
 * @returns The problem.
 */
export function held(kind: string): FreeProblem {
  return { message: `must be a value that JSON can hold, got ${kind}` };
}

/**
 * Tells whether the second library read the same from a scalar.
 *
 * @param scalar What was written.
 * @param second What the second library made of it.
 * @returns Whether the two can be the same.
 */
export function agrees(scalar: ScalarSource, second: unknown): boolean {
  if (second === null || second === undefined) return isNull(scalar);
  if (typeof second === "string") return second === scalar.text;
  // Numbers, dates and the like: only what has no quotes, or has a tag, is one.
  return scalar.plain || scalar.tag !== undefined;
}

/** Go's decoder skips line breaks, and nothing else. */
function readBinary(text: string): Meaning<string> {
  try {
    const base64 = text.replaceAll(/[\r\n]/g, "");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
      return { kind: "invalid base64" };
    }
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    return {
      value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
        .decode(bytes),
    };
  } catch {
    return { kind: "binary data" };
  }
}
