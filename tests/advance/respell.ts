/**
 * A pick once more in JSON that is valid, of the same candidates, and not as
 * the host writes it. Whoever takes it apart by its bytes may find a client or
 * a model that it is not about. Only what stands before the candidates is
 * changed, so that these are found by their bytes all the same.
 */

import { goString } from "./go_text.ts";
import type { Random } from "./random.ts";
import type { PickCall } from "./requests.ts";

/** What chooses, and whose hashes decoys carry. */
interface Chance {
  readonly random: Random;
  readonly sessions: readonly string[];
}

/** A JSON object as its fields: keys and values in JSON. */
type Fields = readonly (readonly [key: string, value: string])[];

const CASES: readonly ((
  call: Parts,
  by: Chance,
) => Partial<Parts> & { readonly refusable?: true })[] = [
  // White space.
  ({ write }) => ({
    write: (fields) => write(fields).replace(/":(?=["{[])/g, '": '),
  }),
  ({ write }) => ({
    write: (fields) =>
      write(fields).replace(/"(Metadata|Model|caller_scope)":/g, '"$1" :'),
  }),
  ({ write }) => ({
    write: (fields) => write(fields).replace(`"Metadata":{`, `"Metadata": {`),
  }),
  ({ write }, by) => ({
    write: (fields) => ` \n${write(fields)}${by.random.of(["", " ", "\t"])}`,
  }),
  // Another order.
  ({ root }, by) => ({ root: shuffled(root, by) }),
  ({ root }) => ({
    root: [...root.filter(isNot("Model")), ...of(root, "Model")],
  }),
  ({ options }) => ({ options: options.toReversed() }),
  ({ metadata }, by) => ({ metadata: shuffled(metadata, by) }),
  // Other spellings.
  ({ root }, by) => ({ root: escaped(root, by) }),
  ({ options }, by) => ({ options: escaped(options, by) }),
  ({ metadata }, by) => ({ metadata: escaped(metadata, by) }),
  ({ metadata }, by) => ({
    metadata: metadata.map(([key, value]) => [key, escapedText(value, by)]),
  }),
  // What is about nobody, and looks as if it was.
  ({ root }, by) => ({ root: inserted(root, decoy(by), by) }),
  ({ options }, by) => ({
    options: inserted(options, decoy(by), by),
  }),
  ({ root }, by) => ({ root: [...root, ["X", optionsLike(by)]] }),
  ({ root, options }, by) => ({
    options: options.filter(isNot("Metadata")),
    root: [...root, ["X", optionsLike(by)]],
  }),
  ({ root, options }, by) => ({
    options: options.filter(isNot("Metadata")),
    root: [...root, ["X", `{"a":1,"Metadata":${metadataLike(by)}}`]],
  }),
  ({ options }, by) => ({
    options: options.map(([key, value]) =>
      key === "Metadata" ? [key, "null"] : [key, value]
    ),
    write: (fields) =>
      written([...fields, ["Y", `{"Metadata":${metadataLike(by)}}`]]),
  }),
  ({ root }, by) => ({
    root: root.map(([key, value]) =>
      key === "Plugin"
        ? [key, `{"Options":${optionsLike(by)},"Name":"n"}`]
        : [key, value]
    ),
  }),
  ({ metadata }, by) => ({
    metadata: inserted(metadata, ["Metadata", metadataLike(by)], by),
  }),
  ({ metadata }, by) => ({
    metadata: [["_", `[${metadataLike(by)}]`], ...metadata],
  }),
  // What the decoder refuses: a key twice, or in other letters.
  ({ root }, by) => ({
    root: inserted(root, ["Model", goString(by.random.of(MODELS))], by),
    refusable: true,
  }),
  ({ root }, by) => ({
    root: inserted(root, ["model", goString(by.random.of(MODELS))], by),
    refusable: true,
  }),
  ({ root }, by) => ({
    root: inserted(root, ["Options", optionsLike(by)], by),
    refusable: true,
  }),
  ({ root }, by) => ({
    root: inserted(root, ["options", optionsLike(by)], by),
    refusable: true,
  }),
  ({ options }, by) => ({
    options: inserted(options, ["Metadata", metadataLike(by)], by),
    refusable: true,
  }),
  ({ options }, by) => ({
    options: inserted(options, ["metadata", metadataLike(by)], by),
    refusable: true,
  }),
];

const MODELS = ["gpt-5.5", "gpt-5.4", "gpt-5.5-mini"];

/** How many ways there are. */
export const RESPELLINGS = CASES.length;

/** A pick in its parts. */
interface Parts {
  readonly root: Fields;
  readonly options: Fields;
  readonly metadata: Fields;
  /** The root without its last brace; `Options` is among its fields. */
  readonly write: (fields: Fields) => string;
}

/**
 * Writes a pick otherwise.
 *
 * @param call A pick in the host's form.
 * @param way Which way, below `RESPELLINGS`.
 * @param by Random numbers, and the clients to be taken for.
 * @returns The pick; undefined if it has no metadata to speak of.
 */
export function respell(
  call: PickCall,
  way: number,
  by: Chance,
): PickCall | undefined {
  const { Options, Candidates: _, ...head } = JSON.parse(call.text);
  if (call.refusable || Options.Metadata === null) return undefined;
  const parts: Parts = {
    root: fieldsOf(head),
    options: [["Headers", goJson(Options.Headers)]],
    metadata: fieldsOf(Options.Metadata),
    write: written,
  };
  // With Options and Metadata, whose values are put in at the end.
  const whole: Parts = {
    ...parts,
    root: [...parts.root, ["Options", ""]],
    options: [...parts.options, ["Metadata", ""]],
  };
  const { refusable = false, ...changed } = CASES[way]!(whole, by);
  const { root, options, metadata, write } = { ...whole, ...changed };
  const full = filled(options, "Metadata", written(metadata));
  const text = write(filled(root, "Options", written(full)));
  return {
    kinds: [...call.kinds, `respelled: ${way}`],
    text: text.replace(/\}(\s*)$/, "$1") + call.list,
    list: call.list,
    refusable,
  };
}

/** Where the value is left out. */
function filled(fields: Fields, key: string, value: string): Fields {
  return fields.map(([name, given]) =>
    given === "" && JSON.parse(`"${name}"`) === key
      ? [name, value]
      : [name, given]
  );
}

function fieldsOf(object: Readonly<Record<string, unknown>>): Fields {
  return Object.entries(object).map(([key, value]) => [key, goJson(value)]);
}

function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function written(fields: Fields): string {
  return `{${fields.map(([key, value]) => `"${key}":${value}`)}}`;
}

function of(fields: Fields, key: string): Fields {
  return fields.filter(([name]) => name === key);
}

function isNot(key: string): (field: readonly [string, string]) => boolean {
  return ([name]) => name !== key;
}

function shuffled(fields: Fields, by: Chance): Fields {
  const rest = [...fields];
  return fields.map(() => rest.splice(by.random.below(rest.length), 1)[0]!);
}

function inserted(
  fields: Fields,
  field: readonly [string, string],
  by: Chance,
): Fields {
  return fields.toSpliced(by.random.below(fields.length + 1), 0, field);
}

/** Letters of keys as escapes. */
function escaped(fields: Fields, by: Chance): Fields {
  return fields.map(([key, value]) => [
    by.random.once(2) ? key : escapedText(key, by),
    value,
  ]);
}

/** Letters and digits of a string in JSON as escapes, at least one of them. */
function escapedText(json: string, by: Chance): string {
  if (json.includes("\\") || json.startsWith("{")) return json;
  const inside = json.startsWith('"') ? json.slice(1, -1) : json;
  if (inside === "" || /^(true|false|null|[-\d.]+|\[.*)$/.test(json)) {
    return json;
  }
  const at = by.random.below(inside.length);
  const escape = `\\u${inside.charCodeAt(at).toString(16).padStart(4, "0")}`;
  return json.replace(
    inside,
    () => inside.slice(0, at) + escape + inside.slice(at + 1),
  );
}

function metadataLike(by: Chance): string {
  const scope = by.random.of(by.sessions);
  return `{"caller_scope":"${scope}","derived_session_id":"ctx:v1:${scope}"}`;
}

function optionsLike(by: Chance): string {
  return `{"Headers":{},"Metadata":${metadataLike(by)}}`;
}

function decoy(by: Chance): readonly [string, string] {
  return by.random.of([
    ["caller_scope", `"${by.random.of(by.sessions)}"`],
    ["A", metadataLike(by)],
    ["Z", optionsLike(by)],
    ["Z", `{"Options":${optionsLike(by)}}`],
    ["Z", `{"Model":${goString(by.random.of(MODELS))},"Options":{}}`],
  ]);
}
