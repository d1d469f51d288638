/**
 * Whether a config that has an error may have been meant to close something:
 * then a first one is sealed (`src/rpc/dispatcher.ts`) instead of leaving every
 * pick to the host. Looks at words only, since the config could not be read;
 * where no tree could be made of it, `src/rpc/may_close.ts` looks at its bytes.
 */

import { isMap, isScalar, isSeq, type Node } from "yaml";
import { CONFIG_KEYS } from "../policy/settings.ts";
import { sourceOf } from "./document.ts";
import { HOST_KEYS, splitKey } from "./known_keys.ts";
import { closestWord } from "./spelling.ts";
import type { Subtree } from "./subtree.ts";

/** Keys with which a config behaves as that of the host's own example. */
const EXAMPLE_KEYS: readonly string[] = [
  ...Object.values(CONFIG_KEYS),
  ...HOST_KEYS,
];

/** What the host's plugin store keeps: nothing of ours. */
const STORE_KEY = "store";

/** What turns `deny` off, in quotes or not; the host takes fewer of them. */
const OFF_REGEXP =
  /^(?:false|False|FALSE|no|No|NO|off|Off|OFF|n|N|~|null|Null|NULL)?$/;

/**
 * Tells whether a config may close something.
 *
 * @param subtree The plugin's part of a document.
 * @param policies Names of the policies that come with the plugin.
 * @returns True if it has keys beyond those of the host's example, and an
 * `otherwise` that is neither `host` nor a policy, a key or value `refuse`, or
 * a `deny` that is not plainly off, in any place and also misspelled; undefined
 * if it is no mapping.
 */
export function mayClose(
  subtree: Subtree,
  policies: readonly string[],
): boolean | undefined {
  const { root } = subtree;
  if (!isMap(root)) return undefined;
  const keys = [...subtree.entries(root).keys()];
  const isExample = keys.every((key) => EXAMPLE_KEYS.includes(key)) &&
    root.items.every(({ key }) => isScalar(subtree.resolve(key)));
  if (isExample) return false;
  const known = [...policies, ...ownPolicies(subtree, keys)];
  const words = new Words(subtree, known.filter((name) => !isRefuse(name)));
  return root.items.some(({ key, value }) =>
    textOf(subtree.resolve(key)) !== STORE_KEY && words.closeIn(key, value)
  );
}

/** Names of the policies that the config defines. */
function ownPolicies(subtree: Subtree, keys: readonly string[]): string[] {
  const { root } = subtree;
  const policies = isMap(root)
    ? subtree.entries(root).get("policies")?.value
    : undefined;
  const nested = isMap(policies)
    ? policies.items.map(({ key }) => textOf(subtree.resolve(key)))
    : [];
  const dotted = keys.map(splitKey).map((key) =>
    key?.first === "policies" ? key.rest.split(".")[0] : undefined
  );
  return [...nested, ...dotted].filter((name) => name !== undefined);
}

/** Looks for words that close. */
class Words {
  readonly #subtree: Subtree;
  readonly #policies: readonly string[];

  constructor(subtree: Subtree, policies: readonly string[]) {
    this.#subtree = subtree;
    this.#policies = policies;
  }

  /** Whether a key with its value closes, or anything within the two. */
  closeIn(key: unknown, value: unknown): boolean {
    const name = textOf(this.#subtree.resolve(key)) ?? "";
    const found = this.#subtree.resolve(value);
    // An alias to nothing could have stood for anything.
    const isUnknown = value !== null && value !== undefined &&
      found === undefined;
    // Dotted keys, such as `refuse.status`, stand for nested ones.
    const parts = name.split(".");
    if (parts.some(isRefuse)) return true;
    const last = parts.at(-1) ?? "";
    if (isClose(last, "deny")) {
      return isUnknown || !isOff(found) || this.#within(key);
    }
    if (isClose(last, "otherwise") && (isUnknown || !this.#isOpen(found))) {
      return true;
    }
    return this.#within(key) || this.#within(value);
  }

  #within(node: unknown): boolean {
    if (isScalar(node)) return isRefuse(sourceOf(node).text);
    if (isSeq(node)) return node.items.some((item) => this.#within(item));
    return isMap(node) &&
      node.items.some(({ key, value }) => this.closeIn(key, value));
  }

  /** Whether a value of `otherwise` lets the host or a policy choose. */
  #isOpen(value: Node | undefined): boolean {
    const named = isMap(value)
      ? value.items.find(({ key }) =>
        textOf(this.#subtree.resolve(key)) === "name"
      )?.value
      : value;
    const name = textOf(this.#subtree.resolve(named));
    return name === "host" || name !== undefined &&
        this.#policies.includes(name);
  }
}

function textOf(node: Node | undefined): string | undefined {
  return isScalar(node) ? sourceOf(node).text : undefined;
}

function isOff(value: Node | undefined): boolean {
  if (value === undefined) return true;
  if (!isScalar(value)) return false;
  const { text, tag } = sourceOf(value);
  return tag === undefined && OFF_REGEXP.test(text);
}

function isRefuse(text: string): boolean {
  return isClose(text, "refuse");
}

function isClose(text: string, word: string): boolean {
  return closestWord(text, [word]) !== undefined;
}
