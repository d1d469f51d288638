/**
 * Paths of keys in words.
 */

import { assertEquals } from "@std/assert";
import { formatPath, type KeyPath } from "../../src/config/key_path.ts";

const CASES: readonly (readonly [path: KeyPath, text: string])[] = [
  [[], ""],
  [["deny"], "deny"],
  [["rules", 1, "use", 0], "rules[1].use[0]"],
  [["plugins", "configs", "a"], "plugins.configs.a"],
  [["a\nb", "c"], "a….c"],
  [["x".repeat(50)], `${"x".repeat(40)}…`],
];

for (const [path, text] of CASES) {
  Deno.test(`formatPath() gives ${JSON.stringify(text)}`, () => {
    assertEquals(formatPath(path), text);
  });
}
