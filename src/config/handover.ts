/**
 * What goes wrong when the host writes a plugin's part of its config anew
 * before the plugin gets it (yaml.Marshal of gopkg.in/yaml.v3 v3.0.1, seen by
 * running it). Only for a config that is read from the host's file.
 */

import { isMap, isPair, isScalar, type Pair, type Scalar, visit } from "yaml";
import { sourceOf } from "./document.ts";
import { PLAN_KEYS, splitKey } from "./known_keys.ts";
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

/** An empty value in braces becomes an empty text, which is not null. */
function checkFlowPair(
  subtree: Subtree,
  { key, value }: Pair,
  top: Pair,
): void {
  if (!isScalar(key)) return;
  const source = isScalar(value) ? sourceOf(value) : undefined;
  if (value !== null && !(source?.plain && source.text === "")) return;
  const name = keyOf(top);
  if (name !== "deny" && !isPlanKey(name)) return;
  const path = splitKey(name)?.first ?? name;
  subtree.report(path, "must have a value, got none in braces", {
    at: key,
    hint: "the host hands it over as an empty text; write " +
      (name === "deny" ? "false" : "null"),
  });
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? sourceOf(key).text : "";
}

function isPlanKey(name: string): boolean {
  const keys: readonly string[] = PLAN_KEYS;
  return keys.includes(splitKey(name)?.first ?? name);
}

function isUnstableBlock(node: Scalar): boolean {
  const { text } = sourceOf(node);
  if (node.type === "BLOCK_FOLDED" && text.trimEnd().includes("\n")) {
    return true;
  }
  return node.type?.startsWith("BLOCK_") === true && /^\s/.test(text);
}
