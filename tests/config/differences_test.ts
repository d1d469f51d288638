/**
 * Where we refuse a config that the host's own example accepts. Stricter is
 * allowed for these; giving another meaning never is. None of them is what the
 * host sends for a config that a person would write.
 */

import { assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "a second document": [
    "auth_id: x\n---\nauth_id: y\n",
    "auth_id: x\n...\nauth_id: y\n",
    "auth_id: x\n---\n[\n",
  ],
  "text after a root mapping in braces": [
    "{auth_id: x}\ndeny: true\n",
    "{auth_id: x}}\n",
  ],
  "a directive": [
    "%YAML 1.1\n---\nauth_id: x\n",
    "%TAG ! x\n---\nauth_id: x\n",
  ],
  "UTF-16": ["\ufeffauth_id: x\n"],
  "a second byte order mark": [
    "\ufeff\ufeffauth_id: x\n",
    "x: 1\n\ufeffy: 2\n",
  ],
  "a raw line break of YAML 1.1": [
    "auth_id: x\u0085deny: true\n",
    "auth_id: 'a\u2028b'\n",
    "# \u2029\n",
  ],
  "a tag of somebody's own": [
    "auth_id: !mine x\n",
    "deny: !mine yes\n",
    "other: !mine x\n",
    "other: !!python/name x\n",
  ],
  "a tag that does not fit its value": [
    "other: !!float x\n",
    "other: !!map x\n",
    "auth_id: !!set x\n",
    "auth_id: !!map\n",
  ],
  "an unusual number behind its tag": [
    "auth_id: !!int 0x1F\n",
    "auth_id: !!float .inf\n",
    "auth_id: !!timestamp 2024-01-02\n",
  ],
  "binary data as a boolean": ["deny: !!binary eWVz\n"],
  "binary data that is no UTF-8": ["auth_id: !!binary /w==\n"],
  "a tag on a key": ["x: 1\n!!int 1: y\n", "x: 1\n!!binary ZGVueQ==: y\n"],
  "a tag or anchor on the first key": [
    "&a auth_id: x\n",
    "!!str auth_id: x\n",
  ],
  "an alias with a colon behind it": ["x: &a y\n*a: z\n"],
  "a merge that is no mapping, in an unknown key": ["other: {<<: 5}\n"],
  "keys that differ as text, but not behind an alias": [
    "x: &k x\n*k : 1\n",
  ],
  "a tab as indentation in braces": ["{\n\tauth_id: x}\n"],
  "a comment right behind a quote": ['auth_id: "a"#c\n'],
  "the escape of a single quote": ['auth_id: "it\\\'s"\n'],
  "the end mark of a document in braces": ["{}---\n"],
  "text that is less indented than its key's value": [
    "auth_id: 'a\nb'\n",
  ],
  "a key of a rule": ["use: x\n", "when: {a: b}\n", "otherwise: refuse\n"],
  "a misspelled key of ours that may close something": [
    "rulez: [{name: a}]\n",
    "polcy: refuse\n",
    "pool.a.id: x\n",
    "scheduler: {rules: [{name: a}]}\n",
  ],
  "more than a thousand unknown keys": [
    Array.from({ length: 1001 }, (_, i) => `k${i}x: 1\n`).join(""),
  ],
  "more than a mebibyte": [`auth_id: x\n${"# c\n".repeat(300_000)}`],
  "deep nesting": [`x: ${"[".repeat(9_000)}${"]".repeat(9_000)}\n`],
  "hundreds of aliases in a long document": [
    `x: &a 1\n${"# c\n".repeat(20_000)}y: [${"*a, ".repeat(300)}]\n`,
  ],
};

for (const [what, documents] of Object.entries(REFUSED)) {
  Deno.test(`readConfig() is stricter than the host when it meets ${what}`, () => {
    for (const yaml of documents) {
      const bytes = what === "UTF-16" ? utf16(yaml) : utf8(yaml);
      assertEquals(readConfig(bytes).settings, undefined, yaml.slice(0, 60));
    }
  });
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function utf16(text: string): Uint8Array {
  const units = Array.from(text, (char) => char.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}
