/**
 * Nothing empty means "all", and every key at the top has a value that stands
 * for none: the host's page deletes no key. With the real conditions, pools and
 * policies.
 */

import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";
import { CONDITION_KINDS } from "../../src/policy/conditions/kinds.ts";
import { MATCHER_KINDS } from "../../src/policy/pools/kinds.ts";
import { POLICY_KINDS } from "../../src/policy/policies/kinds.ts";
import { DEFAULT_SETTINGS } from "../../src/policy/settings.ts";

const HASH = "37fd8f35".repeat(8);
const EMPTY = ["~", "null", "", "[]", "{}", "''", "' '", "[~]", "['']", "[[]]"];

/** Config with `EMPTY` in the place of `@`, on a line of its own. */
const PLACES: Readonly<Record<string, string>> = {
  "a pool": "pools:\n  a: @\n",
  "a pool's not": "pools:\n  a:\n    id: x\n    not: @\n",
  "a caller": "callers:\n  a: @\n",
  "a rule": "rules:\n- @\n",
  "a second rule": "rules:\n- name: a\n- @\n",
  "a rule's when": "rules:\n- name: a\n  when: @\n",
  "a rule's use": "pools: {p: {id: x}}\nrules:\n- name: a\n  use: @\n",
  "one of a rule's pools":
    "pools: {p: {id: x}}\nrules:\n- name: a\n  use:\n  - p\n  - @\n",
  "a rule's policy": "rules:\n- name: a\n  policy: @\n",
  "a rule's otherwise": "rules:\n- name: a\n  otherwise: @\n",
  "a rule's refuse": "rules:\n- name: a\n  otherwise: refuse\n  refuse: @\n",
  "a rule's status":
    "rules:\n- name: a\n  otherwise: refuse\n  refuse:\n    status: @\n",
  "a rule's message":
    "rules:\n- name: a\n  otherwise: refuse\n  refuse:\n    message: @\n",
  "a rule's tiers": "rules:\n- name: a\n  tiers: @\n",
  "a rule's name": "rules:\n- name: @\n",
  "any": "rules:\n- name: a\n  when:\n    any: @\n",
  "a set of any":
    "rules:\n- name: a\n  when:\n    any:\n    - model: x\n    - @\n",
  "not": "rules:\n- name: a\n  when:\n    not: @\n",
  "not in any":
    "rules:\n- name: a\n  when:\n    any:\n    - not:\n        any: @\n",
  "a header": "rules:\n- name: a\n  when:\n    header:\n      X-A: @\n",
  "an attribute": "pools:\n  a:\n    attributes:\n      x: @\n",
  "a weight":
    "rules:\n- name: a\n  policy:\n    name: weighted\n    weights:\n      x: @\n",
  "a weight at the top": "policy:\n  name: weighted\n  weights:\n    x: @\n",
  "a policy of a user": "policies:\n  a: @\n",
  "the name of a policy": "rules:\n- name: a\n  policy:\n    name: @\n",
  ...Object.fromEntries(
    CONDITION_KINDS.map(({ key }) => [
      `the condition ${key}`,
      `rules:\n- name: a\n  when:\n    ${key}: @\n`,
    ]),
  ),
  ...Object.fromEntries(
    CONDITION_KINDS.map(({ key }) => [
      `the condition ${key} in not`,
      `rules:\n- name: a\n  when:\n    model: x\n    not:\n      ${key}: @\n`,
    ]),
  ),
  ...Object.fromEntries(
    MATCHER_KINDS.map(({ key }) => [
      `${key} of a pool`,
      `pools:\n  a:\n    ${key}: @\n`,
    ]),
  ),
  ...Object.fromEntries(
    MATCHER_KINDS.map(({ key }) => [
      `${key} in not of a pool`,
      `pools:\n  a:\n    id: x\n    not:\n      ${key}: @\n`,
    ]),
  ),
  ...Object.fromEntries(
    POLICY_KINDS.flatMap(({ name, options }) =>
      Object.keys(options.fields).map((key) => [
        `${key} of ${name} in a rule`,
        `rules:\n- name: a\n  policy:\n    name: ${name}\n    ${key}: @\n`,
      ])
    ),
  ),
};

for (const [what, template] of Object.entries(PLACES)) {
  Deno.test(`readConfig() refuses whatever is empty for ${what}`, () => {
    for (const empty of EMPTY) {
      const yaml = template.replace("@", empty);
      const { settings, problems } = readConfig(utf8(yaml));
      assertEquals(settings, undefined, yaml);
      const line = yaml.trimEnd().split("\n").length;
      const error = problems.find(({ severity }) => severity === "error");
      assert((error?.line ?? 0) >= line - 1, `${yaml}${error?.line}`);
    }
  });
}

/** Keys at the top, what may stand for nothing, and a value. */
const TOP: readonly (readonly [
  key: string,
  unset: readonly string[],
  value: string,
])[] = [
  ["pools", ["~", "", "null", "[]", "{}"], "{a: {id: x}}"],
  ["callers", ["~", "", "null", "[]", "{}"], `{a: ${HASH}}`],
  ["policies", ["~", "", "null", "[]", "{}"], "{a: {module: a.ts}}"],
  ["policies_dir", ["~", "", "null", "''", "' '"], "x"],
  ["tiers", ["~", "", "null", "''", "' '"], "all"],
  ["refuse", ["~", "", "null", "[]", "{}"], "{status: 429}"],
  ["rules", ["~", "", "null", "[]", "{}"], "[{name: a}]"],
  ["policy", ["~", "", "null", "[]", "{}", "''", "' '"], "sticky"],
  ["delegate", ["~", "", "null", "''", "' '"], "fill-first"],
  ["auth_id", ["~", "", "null", "''", "' '"], "x"],
  ["deny", ["~", "", "null"], "true"],
];

/** Which of them exclude each other. */
const MASTERS = ["rules", "policy", "delegate", "auth_id"];

for (const [key, unset] of TOP) {
  Deno.test(`readConfig() takes ${key} for unset, as if it were not there`, () => {
    for (const nothing of unset) {
      const { settings, problems } = readConfig(utf8(`${key}: ${nothing}\n`));
      assertEquals({ settings, problems }, {
        settings: DEFAULT_SETTINGS,
        problems: [],
      });
    }
  });
}

Deno.test("readConfig() lets keys exclude each other only when they are set", () => {
  for (const [master, , value] of TOP) {
    if (!MASTERS.includes(master)) continue;
    for (const [key, unset] of TOP) {
      if (key === master) continue;
      for (const nothing of unset) {
        const yaml = `${key}: ${nothing}\n${master}: ${value}\n`;
        const { settings, problems } = readConfig(utf8(yaml));
        assert(settings !== undefined, yaml);
        assertEquals(problems, [], yaml);
      }
    }
  }
});

/** A step of somebody who uses the host's page, which keeps every key. */
const STEPS: readonly string[] = [
  "pools: {a: {id: x}}\nrules: [{name: r, use: a, otherwise: refuse}]\n",
  "pools: {}\nrules: []\npolicy: {name: weighted, weights: {x: 1}}\n",
  "pools: null\nrules: null\npolicy: {name: round_robin, weights: null}\n",
  "pools: null\nrules: null\npolicy: {name: sticky, key: null, weights: {}}\n",
  "pools: null\nrules: null\npolicy: {}\nauth_id: x\n",
  "pools: null\nrules: null\npolicy: null\nauth_id: ''\ndelegate: fill-first\n",
  "pools: {a: {id: x}}\nrules: [{name: r, use: a}]\npolicy: null\n" +
  "auth_id: null\ndelegate: null\nrefuse: {status: null, message: null}\n",
];

for (const [step, yaml] of STEPS.entries()) {
  Deno.test(`readConfig() accepts step ${step} of a merging page`, () => {
    const { settings, problems } = readConfig(utf8(yaml));
    assert(settings !== undefined);
    assertEquals(problems, []);
  });
}

Deno.test("readConfig() takes a dotted key without a value for unset", () => {
  const yaml = "pools.a.id: x\npools.a.note: null\npools.b: null\n" +
    "policy.name: null\nrefuse.status: null\nauth_id: x\n";
  const { plan, problems } = readConfig(utf8(yaml));
  assertEquals(problems, []);
  assertEquals(plan?.pools.map(({ name }) => name), ["a"]);
});

Deno.test("readConfig() says what nothing stands for instead", () => {
  const yaml = "rules: [{name: a, use: ~, when: {}, tiers: null}]\n";
  const { problems } = readConfig(utf8(yaml));
  assertEquals(
    problems.map(({ path, message, hint }) => `${path} ${message}; ${hint}`),
    [
      "rules[0].use must have a value, got null; leave the key out for all " +
      "candidates",
      "rules[0].tiers must have a value, got null; leave the key out for tiers " +
      "at the top",
      "rules[0].when must have at least one condition, such as model: gpt-*; " +
      "leave the key out for every request",
    ],
  );
});

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
