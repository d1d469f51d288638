/**
 * The bounds of names and texts in the plugin's part.
 */

import { assertEquals } from "@std/assert";
import {
  CALLERS_SHAPE,
  MODULE_SHAPE,
  pluginShapes,
  POLICIES_DIR_SHAPE,
  REFUSE_SHAPE,
  RULE_NAME_SHAPE,
} from "../../src/config/plugin_shapes.ts";
import { PLAN_KEYS } from "../../src/config/known_keys.ts";
import type { TextShape } from "../../src/policy/shape.ts";
import { CONFIG_KEYS } from "../../src/policy/settings.ts";
import { STAND_INS } from "./stand_ins.ts";

type Checked = Pick<TextShape, "check" | "pattern">;

const { pools, modules, top } = pluginShapes(STAND_INS);
const FILE = MODULE_SHAPE.fields.module.shape;
const { shape: MESSAGE } = REFUSE_SHAPE.fields.message;
const HASH = CALLERS_SHAPE.of.of;

const CASES: readonly (readonly [string, Checked, string, boolean])[] = [
  ["a name", pools.key, "a", true],
  ["a name", pools.key, "Größe_1-x", true],
  ["a name", pools.key, "x".repeat(40), true],
  ["a name", pools.key, "x".repeat(41), false],
  ["a name", pools.key, "", false],
  ["a name", pools.key, "a.b", false],
  ["a name", pools.key, "a b", false],
  ["a name", pools.key, "a\n", false],
  ["a name", CALLERS_SHAPE.key, "ada@example", false],
  ["a policy", modules.key, "Größe_1-x", true],
  ["a policy", modules.key, "x".repeat(40), true],
  ["a policy", modules.key, "x".repeat(41), false],
  ["a policy", modules.key, "a.b", false],
  ["a policy", modules.key, "sticky", false],
  ["a policy", modules.key, "sticky2", true],
  ["a policy", modules.key, "mysticky", true],
  ["a policy", modules.key, "none", false],
  ["a policy", modules.key, "nonesuch", true],
  ["a file", FILE, "mine.ts", true],
  ["a file", FILE, "d.ts", true],
  ["a file", FILE, "mine.d.ts", false],
  ["a file", FILE, "mine.d.js", true],
  ["a file", FILE, "../mine.ts", false],
  ["a file", FILE, "mine.ts\n", false],
  ["a folder", POLICIES_DIR_SHAPE, "../my policies", true],
  ["a folder", POLICIES_DIR_SHAPE, "😀".repeat(1024), true],
  ["a folder", POLICIES_DIR_SHAPE, "x".repeat(1025), false],
  ["a folder", POLICIES_DIR_SHAPE, "", false],
  ["a folder", POLICIES_DIR_SHAPE, "a\0b", false],
  ["a rule name", RULE_NAME_SHAPE, "everybody else", true],
  ["a rule name", RULE_NAME_SHAPE, "😀".repeat(100), true],
  ["a rule name", RULE_NAME_SHAPE, "x".repeat(101), false],
  ["a rule name", RULE_NAME_SHAPE, " a", false],
  ["a rule name", RULE_NAME_SHAPE, "a\n", false],
  ["a rule name", RULE_NAME_SHAPE, "a\x1b", false],
  ["a message", MESSAGE, "x".repeat(500), true],
  ["a message", MESSAGE, "x".repeat(501), false],
  ["a message", MESSAGE, "  ", false],
  ["a hash", HASH, "0".repeat(64), true],
  ["a hash", HASH, "0".repeat(63), false],
  ["a hash", HASH, "A".repeat(64), true],
  ["a hash", HASH, "g".repeat(64), false],
];

for (const [what, { check, pattern = "" }, text, isGood] of CASES) {
  const shown = JSON.stringify(text.slice(0, 20));
  Deno.test(`pluginShapes() takes ${shown} for ${what}: ${isGood}`, () => {
    assertEquals(check?.(text) === undefined, isGood);
    assertEquals(new RegExp(pattern, "u").test(text), isGood);
  });
}

Deno.test("pluginShapes() describes every key of the plugin", () => {
  const keys = new Set([...Object.values(CONFIG_KEYS), ...PLAN_KEYS]);
  assertEquals(new Set(Object.keys(top)), keys);
});
