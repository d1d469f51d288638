/**
 * Step 4 of reading a config: the three keys of the host's own example, with
 * the types that they have there, and advice on what would surprise; the other
 * keys are read by `rules_reader.ts`. A new key goes into three places:
 * `src/policy/settings.ts` (the field, its default, its key), `readSettings()`
 * below, and CONFIG_FIELDS of `src/rpc/registration.ts`. The compiler asks for
 * the first two once the field is there, a test for the third.
 */

import { isMap, isScalar, type Node } from "yaml";
import { DELEGATES } from "../policy/delegate.ts";
import { trimGoSpace } from "../policy/go_space.ts";
import {
  CONFIG_KEYS,
  DEFAULT_SETTINGS,
  type Settings,
} from "../policy/settings.ts";
import { type SecondReading, sourceOf } from "./document.ts";
import {
  agrees,
  isNull,
  type Meaning,
  readBoolean,
  readText,
} from "./scalar.ts";
import type { ScalarSource } from "./scalar.ts";
import { closestWord } from "./spelling.ts";
import { type Entry, kindOf, type Subtree } from "./subtree.ts";

/**
 * Reads the settings of one plugin. What is wrong is reported to the subtree.
 *
 * @param subtree The plugin's part of a document.
 * @param second The same part as the second library read it.
 * @returns The settings; the defaults for whatever could not be read.
 */
export function readSettings(
  subtree: Subtree,
  second: SecondReading,
): Settings {
  const root = subtree.root;
  if (root === null || isScalar(root) && isNull(sourceOf(root))) {
    return DEFAULT_SETTINGS;
  }
  if (!isMap(root)) {
    subtree.report("", `must be a mapping, got ${kindOf(root)}`, { at: root });
    return DEFAULT_SETTINGS;
  }
  const entries = subtree.entries(root);
  const fields = new Fields(subtree, entries, second);
  const readName = (key: string) => {
    const text = fields.read(key, "a text", readText);
    return text === undefined ? undefined : trimGoSpace(text);
  };
  const settings: Settings = {
    ...DEFAULT_SETTINGS,
    deny: fields.read(CONFIG_KEYS.deny, "a boolean", readBoolean) ??
      DEFAULT_SETTINGS.deny,
    delegate: readName(CONFIG_KEYS.delegate) ?? DEFAULT_SETTINGS.delegate,
    authId: readName(CONFIG_KEYS.authId) ?? DEFAULT_SETTINGS.authId,
  };
  fields.reportDoubts();
  warnOfSurprises(subtree, entries, settings);
  return settings;
}

/** Reads fields of the top mapping. */
class Fields {
  readonly #subtree: Subtree;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #values: object | undefined;
  readonly #doubts: { readonly key: string; readonly at?: Node }[] = [];

  constructor(
    subtree: Subtree,
    entries: ReadonlyMap<string, Entry>,
    second: SecondReading,
  ) {
    this.#subtree = subtree;
    this.#entries = entries;
    this.#values = "value" in second ? Object(second.value) : undefined;
  }

  read<T>(
    key: string,
    wanted: string,
    readScalar: (scalar: ScalarSource) => Meaning<T>,
  ): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#second(key) !== undefined) this.#doubts.push({ key });
      return undefined;
    }
    const { value } = entry;
    const at = value ?? entry.key;
    if (value !== undefined && !isScalar(value)) {
      this.#subtree.report(key, `must be ${wanted}, got ${kindOf(value)}`, {
        at,
        found: this.#subtree.quote(value),
      });
      return undefined;
    }
    const scalar = value === undefined
      ? { text: "", plain: true }
      : sourceOf(value);
    const meaning = readScalar(scalar);
    if ("kind" in meaning) {
      this.#subtree.report(key, `must be ${wanted}, got ${meaning.kind}`, {
        at,
        found: this.#subtree.quote(at),
        hint: wanted === "a boolean" ? "write true or false" : undefined,
      });
      return undefined;
    }
    const isCertain = this.#values === undefined ||
      agrees(scalar, this.#second(key));
    if (!isCertain) this.#doubts.push({ key, at });
    return meaning.value;
  }

  #second(key: string): unknown {
    return Object.getOwnPropertyDescriptor(this.#values ?? {}, key)?.value;
  }

  /** Only if nothing else is wrong, which would be the reason. */
  reportDoubts(): void {
    if (this.#subtree.problems.length > 0) return;
    for (const { key, at } of this.#doubts) {
      const message = "must be written so that every reader agrees";
      const hint = "put it on one line, in double quotes";
      this.#subtree.report(key, message, { at, hint });
    }
  }
}

function warnOfSurprises(
  subtree: Subtree,
  entries: ReadonlyMap<string, Entry>,
  { deny, delegate, authId }: Settings,
): void {
  const warn = (key: string, message: string, hint?: string) =>
    subtree.report(key, message, {
      at: entries.get(key)?.value,
      severity: "warning",
      hint,
    });
  if (/[*?]/.test(authId)) {
    warn(
      "auth_id",
      "is one ID, byte for byte: * and ? stand for themselves",
      "for a glob write the policy fixed with the option id",
    );
  } else if (/[,;|]/.test(authId)) {
    warn(
      "auth_id",
      "is one ID, byte for byte, and no list",
      "for several write the policy fixed with a list as its option id",
    );
  }
  if (deny) {
    if (delegate !== "") warn("delegate", "is ignored while deny is true");
    if (authId !== "") warn("auth_id", "is ignored while deny is true");
    return;
  }
  if (delegate === "") return;
  if (!DELEGATES.includes(delegate)) {
    const closest = closestWord(delegate, DELEGATES);
    warn(
      "delegate",
      "is no selector that the host knows, so every pick is left to the " +
        "selector that the host is configured with",
      closest === undefined
        ? `known are ${DELEGATES.join(" and ")}`
        : `did you mean "${closest}"`,
    );
  }
  if (authId !== "") warn("auth_id", "is ignored while delegate is set");
}
