/**
 * Whether a pick is written as the host writes it: the fields in its order,
 * spelled as it spells them, without white space. The C side takes requests
 * apart by their bytes (`ffi/cache/request_parts.c`), so that only the parts of such
 * a one may become a key of answers in advance. Part of step 3 of a pick: goes
 * by what was decoded, and searches nothing. Facts of the host:
 * sdk/pluginapi/types.go:24-69 and 478-517 (the version is named in `wire.ts`).
 */

import type { JsonObject } from "./go_fields.ts";
import { encodeJson } from "./go_json.ts";

/** The fields of a head. */
const HEAD = ["Plugin", "Provider", "Providers", "Model", "Stream"];

const OPTIONS_START = ',"Options":{"Headers":';

/**
 * Tells whether the head of a request is in the host's form.
 *
 * @param text What stands before the comma before `"Options"`.
 * @param fields What was decoded of it.
 * @returns True if its bytes are what the host would write.
 */
export function isHostHead(text: string, fields: JsonObject): boolean {
  const { Plugin, Provider, Providers, Model, Stream } = fields;
  return hasKeys(fields, HEAD) &&
    typeof Plugin === "object" && Plugin !== null &&
    typeof Provider === "string" && isTexts(Providers) &&
    typeof Model === "string" && typeof Stream === "boolean" &&
    encodeJson(fields) === `${text}}`;
}

function isTexts(value: unknown): boolean {
  return value === null || Array.isArray(value) &&
      value.every((item) => typeof item === "string");
}

/**
 * Tells whether the options of a request are in the host's form.
 *
 * @param text What stands from the comma before `"Options"` to the comma before
 * the candidates.
 * @param options What was decoded as the value of `Options`.
 * @returns True if all but the headers are the bytes that the host would write.
 */
export function isHostOptions(text: string, options: unknown): boolean {
  if (typeof options !== "object" || options === null) return false;
  const { Metadata } = options as JsonObject;
  // A comma before a quote is in no text: so ends the last field, and no other.
  return hasKeys(options as JsonObject, ["Headers", "Metadata"]) &&
    text.startsWith(OPTIONS_START) &&
    text.endsWith(`,"Metadata":${encodeJson(Metadata)}}`);
}

/** Exactly these, in this order: that of the text. */
function hasKeys(object: JsonObject, keys: readonly string[]): boolean {
  const found = Object.keys(object);
  return found.length === keys.length &&
    keys.every((key, index) => found[index] === key);
}
