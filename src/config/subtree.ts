/**
 * Step 3 of reading a config: what the mapping of one plugin says, with its
 * aliases followed and its merge keys applied as gopkg.in/yaml.v3 v3.0.1 does
 * for a struct (decode.go `mapping`, `mappingStruct`, `merge`). Collects what
 * is wrong instead of stopping. Does not know what any key means.
 */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from "yaml";
import { sourceOf, type YamlDocument } from "./document.ts";
import { formatPath, formatWholePath, type KeyPath } from "./key_path.ts";
import {
  type ConfigProblem,
  MAX_PROBLEMS,
  type ProblemPlace,
} from "./problem.ts";
import { mayBeNamed } from "./known_keys.ts";
import { describeKind, kindOfKey } from "./scalar.ts";
import { shorten } from "./shorten.ts";

/** A key that is in force, and its value. */
export interface Entry {
  readonly key: Node;
  /** Absent for a key without colon in a flow mapping, which is null. */
  readonly value: Node | undefined;
}

/** How the keys of a mapping may be shown. */
export interface KeyNaming {
  /** Whether a log may show it. @default {the keys of the plugin's part} */
  readonly mayBeNamed?: (name: string) => boolean;
  /** Whether nobody may see a key that may not be named. @default {false} */
  readonly isSecret?: boolean;
}

/** The part of a document that the host hands to one plugin. */
export class Subtree {
  readonly #document: YamlDocument;
  readonly #root: Node | null;
  readonly #path: string;
  readonly #targets = new Map<Alias, Node>();
  readonly #problems: ConfigProblem[] = [];
  /** Place of the rule that each of them is about. */
  readonly #rules: (number | undefined)[] = [];
  readonly #ruleNames = new Map<number, string>();
  readonly #entries = new Map<YAMLMap, ReadonlyMap<string, Entry>>();
  #errors = 0;

  /**
   * Follows the aliases of a part of a document. Anchors outside of the part
   * do not count: the host cuts them off.
   *
   * @param document The document.
   * @param root Top of the part.
   * @param path Key path of the part; `""` for the whole document.
   */
  constructor(document: YamlDocument, root: Node | null, path = "") {
    this.#document = document;
    this.#root = root;
    this.#path = path;
    if (root !== null) this.#followAliases(root);
  }

  /** Top of the part. */
  get root(): Node | null {
    return this.#root;
  }

  /** Everything that is wrong so far, in the order of its finding. */
  get problems(): readonly ConfigProblem[] {
    return this.#problems.map((problem, i) => {
      const rule = this.#ruleNames.get(this.#rules[i] ?? -1);
      return rule === undefined ? problem : { ...problem, rule };
    });
  }

  /** How many of the problems are errors. */
  get errorCount(): number {
    return this.#errors;
  }

  /** Whether there are so many errors that nobody would see another one. */
  get isFull(): boolean {
    return this.#errors >= MAX_PROBLEMS;
  }

  /**
   * Adds a problem, unless there are too many already.
   *
   * @param key Key at the top, or the path from there; `""` for the top itself.
   * @param message What was wanted, and the kind of what was found.
   * @param options Where, how bad, what was found, and what to do.
   */
  report(
    key: string | KeyPath,
    message: string,
    options: {
      readonly at?: Node | undefined;
      readonly severity?: ConfigProblem["severity"];
      readonly found?: string | undefined;
      readonly hint?: string | undefined;
      readonly instead?: string | undefined;
    } = {},
  ): void {
    if (this.isFull) return;
    const { at, severity = "error", found, hint, instead } = options;
    if (severity === "error") this.#errors++;
    const keys = typeof key !== "string" ? key : key === "" ? [] : [key];
    const path = this.#below(formatPath(keys));
    const wholePath = this.#below(formatWholePath(keys));
    this.#rules.push(ruleOf(keys));
    this.#problems.push({
      severity,
      path,
      ...(wholePath !== path && { wholePath }),
      ...(at && this.#document.positionOf(at)),
      message,
      ...(found === undefined ? {} : { found }),
      ...(hint === undefined ? {} : { hint }),
      ...(instead === undefined ? {} : { instead }),
    });
  }

  /**
   * Names a rule, for every problem of it.
   *
   * @param index Its place.
   * @param name Its name.
   */
  nameRule(index: number, name: string): void {
    this.#ruleNames.set(index, name);
  }

  /**
   * Names a place, for what is found out after the reading.
   *
   * @param keys Path from the top.
   * @returns What a problem says of the place; without a line if the path is
   * not written as such.
   */
  placeOf(keys: KeyPath): ProblemPlace {
    const rule = this.#ruleNames.get(ruleOf(keys) ?? -1);
    const at = this.find(keys);
    return {
      path: this.#below(formatPath(keys)),
      ...(rule !== undefined && { rule }),
      ...(at && this.#document.positionOf(at)),
    };
  }

  /**
   * Finds what a path leads to.
   *
   * @param keys Path from the top.
   * @returns The value, or its key if it has none; undefined if the path is not
   * written as such.
   */
  find(keys: KeyPath): Node | undefined {
    let node: Node | undefined = this.#root ?? undefined;
    for (const key of keys) {
      if (isSeq(node) && typeof key === "number") {
        node = this.resolve(node.items[key]);
      } else if (isMap(node) && typeof key === "string") {
        const entry: Entry | undefined = this.entries(node).get(key);
        node = entry?.value ?? entry?.key;
      } else return undefined;
    }
    return node;
  }

  #below(path: string): string {
    return [this.#path, path].filter(Boolean).join(".");
  }

  /** The line where a node starts, from 1. */
  lineOf(node: Node): number {
    return this.#document.positionOf(node).line;
  }

  /** The text of a node, shortened. */
  quote(node: Node): string {
    return shorten(this.#document.textOf(node));
  }

  /** What an alias stands for; any other node itself. */
  resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return this.#targets.get(node);
    return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined;
  }

  /**
   * What YAML makes of a key without quotes.
   *
   * @param node The key, or an alias of it.
   * @returns The kind, such as `a number`; undefined for a text.
   */
  kindOfKey(node: Node): string | undefined {
    const key = this.resolve(node);
    return isScalar(key) ? kindOfKey(sourceOf(key)) : undefined;
  }

  /**
   * The keys of a mapping that are in force: its own, then merged ones. What is
   * wrong with them is reported the first time.
   *
   * @param map The mapping.
   * @param under Keys that lead to it from the top, for problems.
   * @param naming How problems may show its keys.
   * @returns The keys by name.
   */
  entries(
    map: YAMLMap,
    under: KeyPath = [],
    naming: KeyNaming = {},
  ): ReadonlyMap<string, Entry> {
    const known = this.#entries.get(map);
    if (known !== undefined) return known;
    const entries = new Map<string, Entry>();
    const [open, done] = [new Set<YAMLMap>(), new Set<YAMLMap>()];
    this.#collect(map, { entries, under, naming, open, done });
    this.#entries.set(map, entries);
    return entries;
  }

  #collect(map: YAMLMap, walk: Walk): void {
    const { entries, open, done } = walk;
    if (done.has(map)) return;
    open.add(map);
    const lines = new Map<string, number>();
    let merge: Pair | undefined;
    for (const pair of map.items) {
      const key = this.#readKey(pair, map, walk);
      if (key === undefined) continue;
      const { name, node } = key;
      const earlier = lines.get(name);
      if (earlier !== undefined) {
        this.#reportKey(key, walk, {
          named: `must be set once, got it on line ${earlier} too`,
          unnamed: `must not set a key twice, got one of line ${earlier} again`,
        });
        continue;
      }
      lines.set(name, this.#document.positionOf(node).line);
      if (isMerge(pair.key)) merge = pair;
      else if (!entries.has(name)) {
        entries.set(name, { key: node, value: this.resolve(pair.value) });
      }
    }
    for (const source of merge ? this.#mergeSources(merge, walk) : []) {
      if (open.has(source)) {
        const message = "must not merge a mapping into itself";
        this.report(under(walk, "<<"), message, { at: source });
      } else this.#collect(source, walk);
    }
    open.delete(map);
    done.add(map);
  }

  /** Names a key that nobody knows in `found` only, which no log shows. */
  #reportKey(
    { name, node }: Key,
    walk: Walk,
    message: { readonly named: string; readonly unnamed: string },
  ): void {
    const { mayBeNamed: isNamed = mayBeNamed, isSecret } = walk.naming;
    if (isNamed(name)) {
      this.report(under(walk, name), message.named, { at: node });
    } else {
      const found = isSecret ? undefined : shorten(name);
      this.report(under(walk), message.unnamed, { at: node, found });
    }
  }

  #readKey(pair: Pair, map: YAMLMap, walk: Walk): Key | undefined {
    const key = this.resolve(pair.key);
    const at = isAlias(pair.key) ? pair.key : key;
    if (key === undefined || at === undefined) {
      // An alias to nothing is reported where aliases are followed.
      return isAlias(pair.key) ? undefined : { name: "", node: map };
    }
    if (!isScalar(key)) {
      const message = `must have texts as keys, got ${kindOf(key)}`;
      this.report(under(walk), message, { at });
      return undefined;
    }
    const { text, tag } = sourceOf(key);
    if (tag !== undefined && tag !== "!!str" && !isMerge(key)) {
      this.#reportKey({ name: text, node: at }, walk, {
        named: "must be a key without a tag",
        unnamed: "must have keys without tags",
      });
      return undefined;
    }
    return { name: text, node: at };
  }

  #mergeSources(merge: Pair, walk: Walk): YAMLMap[] {
    const items = isSeq(merge.value) ? merge.value.items : [merge.value];
    const sources: YAMLMap[] = [];
    for (const item of items) {
      const source = this.resolve(item);
      if (isMap(source)) sources.push(source);
      else if (source !== undefined || !isAlias(item)) {
        const message = `must merge a mapping, got ${kindOf(source)}`;
        const at = source ?? this.resolve(merge.key);
        this.report(under(walk, "<<"), message, { at });
      }
    }
    return sources;
  }

  #aliasMessage(): string {
    return this.#path === ""
      ? "must define the anchor of an alias before it"
      : "must not use an anchor from outside of it, which the host cuts off";
  }

  #followAliases(root: Node): void {
    const anchors = new Map<string, Node>();
    const remember = (node: Node & { anchor?: string | undefined }) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    };
    visit(root, {
      Scalar: (_key, node) => remember(node),
      Map: (_key, node) => remember(node),
      Seq: (_key, node) => remember(node),
      Alias: (_key, node) => {
        const target = anchors.get(node.source);
        if (target !== undefined) this.#targets.set(node, target);
        else {
          this.report("", this.#aliasMessage(), {
            at: node,
            found: this.quote(node),
          });
        }
      },
    });
  }
}

/** A key as it was written, and where. */
interface Key {
  readonly name: string;
  readonly node: Node;
}

/** What one walk through a mapping and the mappings merged into it shares. */
interface Walk {
  readonly entries: Map<string, Entry>;
  readonly under: KeyPath;
  readonly naming: KeyNaming;
  /** Mappings that the walk is inside of. */
  readonly open: Set<YAMLMap>;
  /** Mappings that it has left: a second time would add nothing. */
  readonly done: Set<YAMLMap>;
}

function under(walk: Walk, ...keys: readonly string[]): KeyPath {
  return [...walk.under, ...keys];
}

function ruleOf([first, second]: KeyPath): number | undefined {
  return first === "rules" && typeof second === "number" ? second : undefined;
}

/**
 * Names the kind of a value, without the value.
 *
 * @param node The value; nothing is null.
 * @returns Words such as `a list`.
 */
export function kindOf(node: Node | undefined): string {
  if (isSeq(node)) return "a list";
  if (isMap(node)) return "a mapping";
  return isScalar(node) ? describeKind(sourceOf(node)) : "null";
}

/** A quoted `"<<"` is an ordinary key. */
function isMerge(key: unknown): boolean {
  if (!isScalar(key) || key.source !== "<<") return false;
  const { plain, tag } = sourceOf(key);
  return tag === "!!merge" || tag === undefined && plain;
}
