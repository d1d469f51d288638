/**
 * What goes wrong when the host writes a plugin's part of its config anew
 * before the plugin gets it (yaml.Marshal of gopkg.in/yaml.v3 v3.0.1, seen by
 * running it). Only for a config that is read from the host's file.
 */

import { isMap, isPair, isScalar, type Pair, type Scalar, visit } from "yaml";
import { sourceOf } from "./document.ts";
import { splitKey } from "./known_keys.ts";
import type { Subtree } from "./subtree.ts";

/**
 * Reports what the host would hand over with another meaning than it has in
 * the file.
 *
 * @param subtree The plugin's part of the file.
 */
export function checkHandover(subtree: Subtree): void {
  if (subtree.root === null) return;
  visit(subtree.root, {
    Pair(_key, pair, path) {
      const parent = path.at(-1);
      if (isMap(parent) && parent.flow === true) {
        checkFlowPair(subtree, pair, path.find(isPair) ?? pair);
      }
    },
    Scalar(_key, node) {
      if (isUnstableBlock(node)) {
        const message =
          "must not hold a > block of several lines, nor a block " +
          "that begins with space: the host hands them over changed";
        subtree.report("", message, { at: node, hint: "use double quotes" });
      }
    },
  });
}

/** Keys at the top whose values an empty text changes. */
const CHANGED_KEYS: readonly string[] = [
  "deny",
  "pools",
  "callers",
  "policies",
  "refuse",
  "rules",
  "policy",
];

/** Those that an empty text unsets, as null does. */
const TEXT_KEYS: readonly string[] = ["policy"];

/** Those in which null is an error anyway. */
const NULL_REFUSING_KEYS: readonly string[] = ["pools", "callers", "rules"];

/** An empty value in braces becomes an empty text, which is not null. */
function checkFlowPair(
  subtree: Subtree,
  pair: Pair,
  top: Pair,
): void {
  const { key, value } = pair;
  if (!isScalar(key)) return;
  const source = isScalar(value) ? sourceOf(value) : undefined;
  if (value !== null && !(source?.plain && source.text === "")) return;
  const name = keyOf(top);
  const path = splitKey(name)?.first ?? name;
  if (!CHANGED_KEYS.includes(path)) return;
  const isTop = pair === top;
  if ((isTop ? TEXT_KEYS : NULL_REFUSING_KEYS).includes(path)) return;
  subtree.report(path, "must have a value, got none in braces", {
    at: key,
    hint: "the host hands it over as an empty text; write " +
      (name === "deny" ? "false" : "null"),
  });
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? sourceOf(key).text : "";
}

function isUnstableBlock(node: Scalar): boolean {
  const { text } = sourceOf(node);
  if (node.type === "BLOCK_FOLDED" && text.trimEnd().includes("\n")) {
    return true;
  }
  return node.type?.startsWith("BLOCK_") === true && /^\s/.test(text);
}
