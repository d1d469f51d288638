/**
 * What a whole config of the host says that rules depend on: names of models,
 * priorities of its API keys, how often it tries again. Reads both layouts, and
 * takes what it does not understand for absent: the host judges its own part.
 * Holds no key and no address.
 *
 * Facts of the host, v7.2.140: internal/config/config_types.go and
 * internal/watcher/synthesizer/config.go; of the layout since v8.0.4: `api-keys`
 * is a mapping of groups whose keys inherit, and a path of it wins over the
 * earlier one wherever it is there.
 */

import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { sourceOf } from "./document.ts";
import type { KeyPath } from "./key_path.ts";
import { isNull, readBoolean } from "./scalar.ts";
import type { Subtree } from "./subtree.ts";

/** A value of the file. */
interface Place {
  readonly node: Node | undefined;
  readonly keys: KeyPath;
}

/** Another name for a model. */
export interface ModelAlias {
  /** What the upstream calls it. */
  readonly name: string;
  /** What clients may call it. */
  readonly alias: string;
  readonly place: Place;
}

/** An API key of the config, without the key. */
export interface HostKey {
  readonly provider: string;
  /** How its ID begins. */
  readonly idStart: string;
  readonly baseUrl: string;
  readonly prefix: string;
  readonly priority: number;
  /** Names that clients use; undefined: whatever the provider has. */
  readonly models: readonly string[] | undefined;
  readonly place: Place;
}

/** What the config says. */
export interface HostFacts {
  /** Further rounds after one that failed. */
  readonly requestRetry: number;
  /** The key `session-affinity`, if it is on. */
  readonly sessionAffinity: Place | undefined;
  readonly aliases: readonly ModelAlias[];
  readonly keys: readonly HostKey[];
}

/** Lists of API keys: before v8, in v8, and what the host makes of them. */
const FAMILIES: readonly (readonly [
  list: string,
  group: string,
  provider: string,
])[] = [
  ["gemini-api-key", "gemini", "gemini"],
  ["interactions-api-key", "interactions", "gemini-interactions"],
  ["vertex-api-key", "vertex", "vertex"],
  ["codex-api-key", "codex", "codex"],
  ["claude-api-key", "claude", "claude"],
  ["xai-api-key", "xai", "xai"],
  ["meta-api-key", "meta", "meta"],
];

const COMPATIBILITY = "openai-compatibility";

/**
 * Reads the host's part.
 *
 * @param file The file.
 * @param root Its top.
 * @returns What it says.
 */
export function readHostFacts(file: Subtree, root: YAMLMap): HostFacts {
  const reader = new HostReader(file, { node: root, keys: [] });
  const entries = reader.entries();
  return {
    requestRetry: Math.max(
      0,
      reader.number(
        reader.at("routing", "retry", "request-retry") ??
          reader.at("request-retry"),
      ),
    ),
    sessionAffinity: reader.ifTrue(reader.at("routing", "session-affinity")),
    aliases: [
      ...entries.flatMap(({ models }) => models),
      ...reader.oauthAliases(),
    ].filter(({ name, alias }) => name !== "" && alias !== ""),
    keys: entries.map(({ key }) => key),
  };
}

/** A key, and the models that are listed for it. */
interface Entry {
  readonly key: HostKey;
  readonly models: readonly ModelAlias[];
}

class HostReader {
  readonly #file: Subtree;
  readonly #root: Place;

  constructor(file: Subtree, root: Place) {
    this.#file = file;
    this.#root = root;
  }

  /** What a path leads to, if it is there, even as null. */
  at(...keys: readonly string[]): Place | undefined {
    return keys.reduce<Place | undefined>(
      (place, key) => place && this.#child(place, key),
      this.#root,
    );
  }

  entries(): readonly Entry[] {
    const families = FAMILIES.flatMap(([list, group, provider]) => {
      const groups = this.at("api-keys", group);
      return groups === undefined
        ? this.#items(this.at(list)).map((item) =>
          this.#entry(item, [item], provider)
        )
        : this.#items(groups).flatMap((group) =>
          this.#items(this.#child(group, "keys")).map((key) =>
            this.#entry(key, [key, group], provider)
          )
        );
    });
    const compatible = this.#items(
      this.at("api-keys", COMPATIBILITY) ?? this.at(COMPATIBILITY),
    ).filter((item) => this.ifTrue(this.#child(item, "disabled")) === undefined)
      .map((item) => this.#compatible(item));
    return [...families, ...compatible];
  }

  oauthAliases(): readonly ModelAlias[] {
    const channels = this.at("oauth", "model-alias") ??
      this.at("oauth-model-alias");
    return this.#children(channels).flatMap((channel) =>
      this.#aliases(channel)
    );
  }

  number(place: Place | undefined): number {
    const value = Number(this.#text(place) || NaN);
    return Number.isSafeInteger(value) ? value : 0;
  }

  ifTrue(place: Place | undefined): Place | undefined {
    const { node } = place ?? {};
    if (!isScalar(node)) return undefined;
    const meaning = readBoolean(sourceOf(node));
    return "value" in meaning && meaning.value ? place : undefined;
  }

  /** The first of the sources that has a field says it. */
  #entry(place: Place, from: readonly Place[], provider: string): Entry {
    return this.#make(place, from, {
      provider,
      idStart: `${provider}:apikey:`,
    });
  }

  #compatible(item: Place): Entry {
    const name = this.#text(this.#child(item, "name")).trim().toLowerCase();
    const known = name === "" || name.startsWith("openai-compatib");
    return this.#make(item, [item], {
      provider: known ? name || COMPATIBILITY : `openai-compatible-${name}`,
      idStart: `${COMPATIBILITY}:${name || COMPATIBILITY}:`,
    });
  }

  #make(
    place: Place,
    from: readonly Place[],
    who: Pick<HostKey, "provider" | "idStart">,
  ): Entry {
    const field = (key: string) =>
      from.map((source) => this.#child(source, key))
        .find((found) => found !== undefined && isThere(found));
    const listed = field("models");
    const models = this.#aliases(listed);
    const names = models.map(({ name, alias }) => alias || name);
    return {
      key: {
        ...who,
        baseUrl: this.#text(field("base-url")).trim(),
        prefix: this.#text(field("prefix")).trim(),
        priority: this.number(field("priority")),
        models: names.length === 0 ? undefined : names,
        place,
      },
      models,
    };
  }

  #aliases(list: Place | undefined): ModelAlias[] {
    return this.#items(list).map((item) => {
      const alias = this.#child(item, "alias");
      return {
        name: this.#text(this.#child(item, "name")).trim(),
        alias: this.#text(alias).trim(),
        place: alias ?? item,
      };
    });
  }

  #child(place: Place, key: string): Place | undefined {
    return this.#children(place).find(({ keys }) => keys.at(-1) === key);
  }

  #children({ node, keys }: Place = { node: undefined, keys: [] }): Place[] {
    if (!isMap(node)) return [];
    return node.items.flatMap((pair) => {
      const key = this.#file.resolve(pair.key);
      if (!isScalar(key)) return [];
      const value = this.#file.resolve(pair.value);
      return [{ node: value, keys: [...keys, sourceOf(key).text] }];
    });
  }

  #items({ node, keys }: Place = { node: undefined, keys: [] }): Place[] {
    if (!isSeq(node)) return [];
    return node.items.map((item, index) => ({
      node: this.#file.resolve(item),
      keys: [...keys, index],
    }));
  }

  #text(place: Place | undefined): string {
    return isScalar(place?.node) ? sourceOf(place.node).text : "";
  }
}

function isThere({ node }: Place): boolean {
  return node !== undefined && !(isScalar(node) && isNull(sourceOf(node)));
}
