/** JSON text as Go writes it, for the requests and for the expected answers. */

/**
 * A JSON string with Go's escapes.
 *
 * @param text Any text; half a surrogate pair counts as U+FFFD.
 * @returns The string with its quotes.
 */
export function goString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A JSON object as Go writes a map.
 *
 * @param values JSON text by key.
 * @returns The object, its keys in the order of their bytes.
 */
export function goMap(values: Readonly<Record<string, string>>): string {
  return goStruct(
    Object.entries(values).sort(([a], [b]) => compareBytes(a, b)),
  );
}

/** A JSON object with its fields in the given order. */
export function goStruct(
  fields: readonly (readonly [key: string, json: string])[],
): string {
  return `{${
    fields.map(([key, json]) => `${goString(key)}:${json}`).join(",")
  }}`;
}

/** Orders texts as Go does: by the bytes of their UTF-8. */
export function compareBytes(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const order = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
