/**
 * A config from a file, which may be the host's whole `config.yaml`: finds the
 * plugin's part and reads it as the host would hand it over. For the command
 * line only; the host itself sends the part alone.
 */

import { isMap, isScalar, type Node, type YAMLMap } from "yaml";
import {
  type ConfigReading,
  guardDepth,
  type ReadOptions,
  readPart,
  toReading,
} from "./config.ts";
import { openDocument, type SecondReading, sourceOf } from "./document.ts";
import type { YamlDocument } from "./document.ts";
import { checkHandover } from "./handover.ts";
import { areForeign, OWN_KEYS } from "./known_keys.ts";
import { readHostFacts } from "./host_facts.ts";
import { reviewHost } from "./host_review.ts";
import type { ConfigProblem } from "./problem.ts";
import { isNull, readHostBoolean } from "./scalar.ts";
import { decodeSource } from "./source.ts";
import { closestWord } from "./spelling.ts";
import { type Entry, kindOf, Subtree } from "./subtree.ts";

/** A config file that was read. */
export interface FileReading {
  /** Whether the file is the plugin's own YAML or a whole host config. */
  readonly form: "plugin" | "host";
  /** Key paths and lines are those of the file. */
  readonly reading: ConfigReading;
  /** Where in a host config the plugin's part is, or was expected. */
  readonly pluginPath?: string;
  /** Whether a host config enables this plugin. */
  readonly enabled?: boolean;
  /** Whether a host config enables plugins at all. */
  readonly pluginsEnabled?: boolean;
  /** Present if the file holds keys, but none of a plugin or of a host. */
  readonly isForeign?: true;
}

/** Root keys that tell a host config from a plugin's part, v8 layout too. */
const HOST_ROOT_KEYS = [
  "plugins",
  "port",
  "host",
  "auth-dir",
  "api-keys",
  "remote-management",
  "config-version",
  "server",
  "management",
  "access",
  "routing",
  "oauth",
  "upstream",
];

/** Integers that the host reads, if not all spellings of them. */
const INTEGER_REGEXP = /^[-+]?(?:0[box]?[0-9a-fA-F]{0,15}|[1-9][0-9]{0,17})$/;

/**
 * Reads a config file.
 *
 * @param bytes The file: the plugin's own YAML, or a whole host config.
 * @param options Under which id the host config has the plugin, and what it is
 * read with.
 * @returns What the plugin would be configured with; never throws.
 */
export function readConfigFile(
  bytes: Uint8Array,
  options: ReadOptions & { readonly pluginId?: string } = {},
): FileReading {
  const { pluginId = "scheduler" } = options;
  let found: Omit<FileReading, "reading"> = { form: "plugin" };
  const reading = guardDepth(() => {
    const source = decodeSource(bytes);
    if ("problem" in source) return toReading([source.problem]);
    const document = openDocument(source.text);
    if (!("root" in document)) return toReading(document);
    const file = new Subtree(document, document.root);
    const root = hostRoot(file);
    if (root === undefined) {
      const part = readPart(file, document.second, options);
      const foreign = findForeign(document, file, pluginId);
      if (foreign.length > 0) found = { form: "plugin", isForeign: true };
      return toReading([...foreign, ...file.problems], { document, ...part });
    }
    const host = new HostConfig(file, root, pluginId);
    const { pluginPath, enabled, pluginsEnabled } = host;
    found = {
      form: "host",
      pluginPath,
      ...(enabled === undefined ? {} : { enabled }),
      ...(pluginsEnabled === undefined ? {} : { pluginsEnabled }),
    };
    return readPlugin(document, { file, host, options });
  });
  return { ...found, reading };
}

function readPlugin(
  document: YamlDocument,
  { file, host, options }: {
    readonly file: Subtree;
    readonly host: HostConfig;
    readonly options: ReadOptions;
  },
): ConfigReading {
  if (host.plugin === undefined) return toReading(file.problems);
  const plugin = new Subtree(document, host.plugin, host.pluginPath);
  const second = secondOf(document.second, host.keys);
  const part = readPart(plugin, second, options);
  checkHandover(plugin);
  if (file.errorCount === 0 && plugin.errorCount === 0) {
    reviewHost(part.plan.rules, readHostFacts(file, host.root), {
      file,
      plugin,
    });
  }
  const problems = [...file.problems, ...plugin.problems];
  return toReading(problems, { document, ...part });
}

function hostRoot(file: Subtree): YAMLMap | undefined {
  if (!isMap(file.root)) return undefined;
  const names = keyNames(file, file.root);
  const isHost = names.some((name) => HOST_ROOT_KEYS.includes(name)) &&
    !names.some((name) => OWN_KEYS.includes(name));
  return isHost ? file.root : undefined;
}

/** Names of the keys, `""` for one that is no text; merged ones are absent. */
function keyNames(file: Subtree, map: YAMLMap): string[] {
  return map.items.map((pair) => {
    const key = file.resolve(pair.key);
    return isScalar(key) ? sourceOf(key).text : "";
  });
}

/** The warning that a file is most likely not what it was taken for. */
function findForeign(
  document: YamlDocument,
  file: Subtree,
  pluginId: string,
): readonly ConfigProblem[] {
  const { root } = file;
  if (!isMap(root) || !areForeign(keyNames(file, root))) return [];
  return [{
    severity: "warning",
    path: "",
    ...document.positionOf(root),
    message: "holds no key of this plugin, so nothing of it is in force",
    hint: "in a config.yaml of the host the plugin is looked for at " +
      `plugins.configs.${pluginId}`,
  }];
}

/** What a host config says about one plugin. */
class HostConfig {
  readonly root: YAMLMap;
  readonly keys: readonly string[];
  readonly pluginPath: string;
  readonly plugin: Node | undefined;
  readonly enabled: boolean | undefined;
  readonly pluginsEnabled: boolean | undefined;
  readonly #file: Subtree;

  constructor(file: Subtree, root: YAMLMap, pluginId: string) {
    this.#file = file;
    this.root = root;
    this.keys = ["plugins", "configs", pluginId];
    this.pluginPath = this.keys.join(".");
    const top = file.entries(root);
    const plugins = this.#mappingAt(top, 1);
    if (plugins === undefined) return;
    this.pluginsEnabled = this.#readEnabled(plugins, {
      under: ["plugins"],
      at: top.get("plugins")?.key,
    });
    const configs = this.#mappingAt(plugins, 2);
    const entry = configs && this.#find(configs, 3);
    if (entry === undefined) return;
    this.plugin = entry.value ?? entry.key;
    this.#checkHostKeys(entry);
    this.enabled = isMap(entry.value) &&
      this.#readEnabled(this.#ownKeys(entry.value), {
        under: this.keys,
        at: entry.key,
      });
  }

  /** The mapping that the first `depth` keys lead to. */
  #mappingAt(
    parent: ReadonlyMap<string, Entry>,
    depth: number,
  ): ReadonlyMap<string, Entry> | undefined {
    const entry = this.#find(parent, depth);
    if (entry === undefined) return undefined;
    const path = this.keys.slice(0, depth);
    if (isMap(entry.value)) return this.#file.entries(entry.value, path);
    this.#file.report(
      path.join("."),
      `must be a mapping that leads to ${this.pluginPath}, got ${
        kindOf(entry.value)
      }`,
      { at: entry.value ?? entry.key },
    );
    return undefined;
  }

  #find(parent: ReadonlyMap<string, Entry>, depth: number): Entry | undefined {
    const key = this.keys[depth - 1] ?? "";
    const entry = parent.get(key);
    if (entry !== undefined) return entry;
    const closest = closestWord(key, [...parent.keys()]);
    this.#file.report(
      this.keys.slice(0, depth - 1).join("."),
      `must hold "${key}": the plugin is looked for at ${this.pluginPath}`,
      {
        at: [...parent.values()][0]?.key,
        hint: closest === undefined
          ? undefined
          : `"${closest}" is not the same as "${key}"`,
      },
    );
    return undefined;
  }

  /** The host looks at a plugin's own keys only, not at merged ones. */
  #ownKeys(map: YAMLMap): Map<string, Entry> {
    const own = new Map<string, Entry>();
    for (const pair of map.items) {
      const key = this.#file.resolve(pair.key);
      if (!isScalar(key) || own.has(sourceOf(key).text)) continue;
      const value = this.#file.resolve(pair.value);
      own.set(sourceOf(key).text, { key, value });
    }
    return own;
  }

  /** `at` is the key of the mapping, for when there is no `enabled`. */
  #readEnabled(
    entries: ReadonlyMap<string, Entry>,
    { under, at }: {
      readonly under: readonly string[];
      readonly at: Node | undefined;
    },
  ): boolean | undefined {
    const path = [...under, "enabled"].join(".");
    const entry = entries.get("enabled");
    const value = entry?.value;
    const meaning = value === undefined
      ? { value: false }
      : isScalar(value)
      ? readHostBoolean(sourceOf(value))
      : { kind: kindOf(value) };
    if ("kind" in meaning) {
      this.#file.report(path, `must be a boolean, got ${meaning.kind}`, {
        at: value,
        hint: "the host does not start with this",
      });
      return undefined;
    }
    if (!meaning.value) {
      const message = "is not true, so the host does not load the plugin";
      this.#file.report(path, message, {
        at: value ?? entry?.key ?? at,
        severity: "warning",
      });
    }
    return meaning.value;
  }

  #checkHostKeys({ key, value }: Entry): void {
    if (value === undefined || isScalar(value) && isNull(sourceOf(value))) {
      const message = "is null, so the host does not load the plugin";
      this.#file.report(this.pluginPath, message, {
        at: value ?? key,
        severity: "warning",
      });
    }
    const priority = isMap(value) && this.#ownKeys(value).get("priority");
    const node = priority ? priority.value : undefined;
    if (node === undefined) return;
    if (isScalar(node)) {
      const source = sourceOf(node);
      const isInteger = source.plain && source.tag === undefined &&
        INTEGER_REGEXP.test(source.text);
      if (isInteger || isNull(source)) return;
    }
    this.#file.report(
      `${this.pluginPath}.priority`,
      `must be an integer, got ${kindOf(node)}`,
      { at: node, hint: "the host does not start with this" },
    );
  }
}

function secondOf(
  second: SecondReading,
  keys: readonly string[],
): SecondReading {
  if (!("value" in second)) return second;
  const value = keys.reduce<unknown>(
    (parent, key) =>
      Object.getOwnPropertyDescriptor(Object(parent), key)?.value,
    second.value,
  );
  return { value };
}
