/**
 * Which keys a log may name, and which keys tell that a file is none of ours.
 * A key that nobody knows may be a secret in the wrong column.
 */

import { assertEquals } from "@std/assert";
import {
  areForeign,
  isKnownKey,
  mayBeNamed,
  splitKey,
} from "../../src/config/known_keys.ts";
import { CONFIG_KEYS } from "../../src/policy/settings.ts";

const NAMED: readonly string[] = [
  ...Object.values(CONFIG_KEYS),
  "enabled",
  "priority",
  "store",
  "<<",
  "plugins",
  "scheduler",
  "delgate",
  "Auth-ID",
];
const UNNAMED: readonly string[] = [
  "",
  "x",
  "zones",
  "zoe@qux-mail.zz",
  "sk-0123456789abcdef",
  "deny-0123456789",
  "toString",
  "deny".repeat(100_000),
];

for (const key of NAMED) {
  Deno.test(`mayBeNamed() is true when the key is ${JSON.stringify(key)}`, () => {
    assertEquals(mayBeNamed(key), true);
  });
}

for (const key of UNNAMED) {
  const shown = JSON.stringify(key.slice(0, 30));
  Deno.test(`mayBeNamed() is false when the key is ${shown}`, () => {
    assertEquals(mayBeNamed(key), false);
  });
}

const FILES: readonly (readonly [keys: readonly string[], want: boolean])[] = [
  [[], false],
  [["scheduler"], true],
  [["Model", "Candidates"], true],
  [["Model", "deny"], false],
  [["Model", "enabled"], false],
  [["Model", "<<"], false],
  [["delgate"], false],
  [["delgate", "Model"], true],
  [["Model", "rules"], false],
  [["Model", "pools.a.id"], false],
];

for (const [keys, want] of FILES) {
  Deno.test(`areForeign() is ${want} when the keys are "${keys.join(" ")}"`, () => {
    assertEquals(areForeign(keys), want);
  });
}

const DOTTED: readonly (readonly [key: string, rest: string | undefined])[] = [
  ["pools.a.id", "a.id"],
  ["callers.a", "a"],
  ["policy.weights.a@b.c", "weights.a@b.c"],
  ["refuse.status", "status"],
  ["policies.mine.options.a", "mine.options.a"],
  ["pools.", ""],
  ["pools", undefined],
  [".pools", undefined],
  ["rules.0", undefined],
  ["tiers.a", undefined],
  ["policies_dir.a", undefined],
  ["auth_id.a", undefined],
  ["store.version", undefined],
];

for (const [key, rest] of DOTTED) {
  Deno.test(`splitKey() gives ${rest} when it is ${key}`, () => {
    assertEquals(splitKey(key)?.rest, rest);
  });
}

for (const key of ["pools", "rules", "store", "pools.a.id"]) {
  Deno.test(`isKnownKey() is true when it is ${key}`, () => {
    assertEquals(isKnownKey(key), true);
  });
}

for (const key of ["pool", "rules.0", "", "x.pools"]) {
  Deno.test(`isKnownKey() is false when it is "${key}"`, () => {
    assertEquals(isKnownKey(key), false);
  });
}
