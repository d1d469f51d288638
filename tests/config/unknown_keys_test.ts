/**
 * Keys that can do nothing: misspelled ones at the top, and keys of one mapping
 * in another. With the real conditions, pools and policies.
 */

import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";
import { describeProblem } from "../../src/config/problem.ts";
import { CONDITION_KINDS } from "../../src/policy/conditions/kinds.ts";
import { POLICY_KINDS } from "../../src/policy/policies/kinds.ts";
import { MATCHER_KINDS } from "../../src/policy/pools/kinds.ts";

/** Errors and warnings of the keys of a config, in their order. */
function problemsOf(yaml: string): string[] {
  return readConfig(new TextEncoder().encode(yaml)).problems
    .map(({ severity, path, message, hint = "" }) =>
      `${severity} ${path}: ${message}; ${hint}`
    );
}

/** Misspelled keys, what is meant, and a value. */
const MISSPELLED: readonly (readonly [string, string, string])[] = [
  ["rulez", "rules", "[{name: a}]"],
  ["rule", "rules", "[{name: a}]"],
  ["Rules", "rules", "[{name: a}]"],
  ["RULES", "rules", "x"],
  ["ruels", "rules", "{name: a}"],
  ["'rules '", "rules", "[{name: a}]"],
  ["rul\u0435s", "rules", "[{name: a}]"],
  ["polcy", "policy", "round_robin"],
  ["Policy", "policy", "round_robin"],
  ["polices", "policies", "{mine: {module: a.ts}}"],
  ["pool", "pools", "{a: {id: x}}"],
  ["Pools", "pools", "{a: {id: x}}"],
  ["caller", "callers", "{a: b}"],
  ["policies-dir", "policies_dir", "x"],
  ["policiesDir", "policies_dir", "x"],
  ["tier", "tiers", "all"],
  ["Tiers", "tiers", "all"],
  ["refuze", "refuse", "{status: 429}"],
  ["reuse", "refuse", "{status: 429}"],
  ["Deny", "deny", "true"],
  ["dney", "deny", "true"],
  ["DENY", "deny", "yes"],
  ["delgate", "delegate", "fill-first"],
  ["Auth-ID", "auth_id", "x"],
  ["authid", "auth_id", "x"],
];

/** Keys that the host's example does not have, set or not. */
const OURS: readonly string[] = [
  "pools: {a: {id: x}}\n",
  "rules: [{name: a}]\n",
  "rules: null\n",
  "rules: []\n",
  "policy: round_robin\n",
  "policies: {}\n",
  "policies_dir: x\n",
  "tiers: top\n",
  "refuse: {status: 429}\n",
  "refuse.status: 429\n",
  "callers: ~\n",
];

for (const [key, meant, value] of MISSPELLED) {
  Deno.test(`readConfig() refuses ${key} beside a key that the host's example does not have`, () => {
    for (const ours of OURS) {
      const [first = ""] = problemsOf(`${key}: ${value}\n${ours}`);
      const path = key.replaceAll("'", "");
      const start = key === "caller"
        ? "error caller: must stand in when of a rule; or did you mean " +
          '"callers"'
        : `error ${path}: is no key of this plugin; did you mean "${meant}"`;
      assertEquals(first, start, ours);
    }
  });

  Deno.test(`readConfig() warns of ${key} beside keys of the host's example when it is unset`, () => {
    for (const unset of ["~", "", "[]", "{}", "''"]) {
      const yaml = `${key}: ${unset}\npolicy: round_robin\n`;
      const [first = "", ...rest] = problemsOf(yaml);
      assertEquals(rest, []);
      assert(first.startsWith("warning "), first);
    }
  });
}

/** Nothing but keys of the host's example, well or badly written. */
const EXAMPLES: readonly string[] = [
  "Deny: true\n",
  "dney: true\nauth_id: x\n",
  "Auth-ID: x\ndelegate: fill-first\n",
  "enabled: true\npriority: 1\ndelgate: fill-first\n",
  "deny.x: true\n",
  "polcy: round_robin\n",
  "Policy: sticky\n",
  "Tiers: all\n",
  "policies-dir: x\n",
  "policies_dir.a: x\n",
  "rulez: []\n",
  "Rules:\n",
  "weights: {a: 0}\n",
  "model: gpt-*\n",
  "Enabled: false\n",
  "scheduler: {deny: true}\n",
  "plugins: {configs: {scheduler: {auth_id: x}}}\n",
];

for (const yaml of EXAMPLES) {
  Deno.test(`readConfig() ignores, as the host's example does, and warns: ${yaml.trim()}`, () => {
    const [first = "", ...rest] = problemsOf(yaml);
    assert(first.startsWith("warning "), first);
    assert(first.includes("is no key of this plugin and is ignored"), first);
    assertEquals(rest, []);
  });
}

/** No key of ours is right, but what is meant may close something. */
const CLOSING: readonly string[] = [
  "rulez: [{name: a, otherwise: refuse}]\n",
  "Rules: {name: a}\n",
  "enabled: true\nrule:\n- name: a\n",
  "polcy: {name: fixed, id: a}\n",
  "polcy: refuse\n",
  "Policy: refuze\n",
  "polcy.name: refuse\n",
  "pool.paid.note: x\n",
  "Pools: {a: {id: x}}\n",
  "rules.0: {name: a}\n",
  "rules.0.use: a\n",
  "refuze: {status: 429}\n",
  "scheduler: {rules: [{name: a}]}\n",
  "plugin: {configs: {scheduler: {policy: refuse}}}\n",
];

for (const yaml of CLOSING) {
  Deno.test(`readConfig() refuses what may be to close something: ${yaml.trim()}`, () => {
    const [first = "", ...rest] = problemsOf(yaml);
    assert(first.startsWith("error "), first);
    assert(first.includes("is no key of this plugin"), first);
    assertEquals(rest, []);
  });
}

const UNKNOWN: readonly string[] = [
  "zones",
  "comment",
  "x",
  "notes2",
  "version",
];

Deno.test("readConfig() takes a key of x- for one that is kept for aliases", () => {
  const problems = problemsOf(
    "x-pools: &p {a: {id: x}}\npools: *p\nrules: [{name: a, use: a}]\n",
  );
  assertEquals(problems, [
    "warning x-pools: is no key of this plugin and is ignored; did you mean " +
    '"pools"',
  ]);
});

for (const key of UNKNOWN) {
  Deno.test(`readConfig() warns of ${key}, which is close to nothing`, () => {
    for (const ours of OURS) {
      const [first = "", ...rest] = problemsOf(`${key}: [1]\n${ours}`);
      assertEquals(first, "warning : has an unknown key, which is ignored; ");
      assert(rest.every((problem) => problem.startsWith("warning ")));
    }
  });
}

/** Keys of something else at the top. */
const MISPLACED: readonly string[] = [
  ...["name", "when", "use", "otherwise", "module", "options"],
  ...["status", "message"],
  ...CONDITION_KINDS.map(({ key }) => key),
  ...["any", "not"],
  ...MATCHER_KINDS.map(({ key }) => key),
  ...POLICY_KINDS.flatMap(({ options }) => Object.keys(options.fields)),
  "headers",
  "when.model",
  "use.0",
  "weights.a@example.com",
];

for (const key of new Set(MISPLACED)) {
  // The host has a key of this name.
  if (key === "priority") continue;
  Deno.test(`readConfig() says where ${key} belongs when it stands at the top`, () => {
    for (const ours of ["policy: random\n", "pools: {a: {id: x}}\n"]) {
      const [first = ""] = problemsOf(`${key}: x\n${ours}`);
      const start = `error ${key.replace(/a@.*/, "*")}: must stand `;
      assertEquals(first.slice(0, start.length), start);
    }
    const [first = "", ...rest] = problemsOf(`${key}: ~\npolicy: random\n`);
    assert(
      first.startsWith("warning ") && first.includes(" must stand "),
      first,
    );
    assertEquals(rest, []);
  });
}

const WORDS: Readonly<Record<string, string>> = {
  "weights: {a: 1}\npolicy: weighted\n":
    "error weights: must stand in policy, as an option of weighted, random or " +
    "sticky; write policy: { name: weighted, weights: … }",
  "key: caller\npolicy: sticky\n":
    "error key: must stand in policy, as an option of sticky; write policy: " +
    "{ name: sticky, key: … }",
  "weihgts: {a: 1}\npolicy: weighted\n":
    'error weihgts: is no key of this plugin; did you mean "weights", which ' +
    "must stand in policy, as an option of weighted, random or sticky",
  "othewise: refuse\npolicy: weighted\n":
    'error othewise: is no key of this plugin; did you mean "otherwise", which ' +
    "must stand in a rule or in policy, as an option of sticky",
  "Use: a\npolicy: weighted\n": "error Use: must stand in a rule; ",
  "policy: {name: round_robin, weights: {a: 1}}\n":
    "error policy.weights: must stand in policy, as an option of weighted, " +
    "random or sticky; write policy: { name: weighted, weights: … }",
  "rules: [{name: a, weights: {a: 1}}]\n":
    "error rules[0].weights: must stand in policy, as an option of weighted, " +
    "random or sticky; write policy: { name: weighted, weights: … }",
  "rules: [{name: a, model: x}]\n":
    "error rules[0].model: must stand in when of a rule; ",
  "rules: [{name: a, provider: x}]\n":
    "error rules[0].provider: must stand in when of a rule or in a pool; ",
  "rules: [{name: a, plan_type: x}]\n":
    "error rules[0].plan_type: must stand in a pool; ",
  "rules: [{name: a, pools: [x]}]\n":
    "error rules[0].pools: must stand at the top; ",
  "rules: [{name: a, deny: true}]\n":
    "error rules[0].deny: must stand at the top; ",
  "rules: [{name: a, status: 429}]\n":
    "error rules[0].status: must stand in a pool or in refuse; ",
  "rules: [{name: a, when: {use: x}}]\n":
    "error rules[0].when.use: must stand in a rule; ",
  "rules: [{name: a, when: {headers: {a: b}}}]\n":
    "error rules[0].when.headers: is no key that is known here; did you mean " +
    '"header"; or it must stand in policy, as an option of one under policies',
  "rules: [{name: a, when: {not: {otherwise: refuse}}}]\n":
    "error rules[0].when.not.otherwise: must stand in a rule or in policy, as " +
    "an option of sticky; ",
  "rules: [{name: a, policy: {name: random, use: x}}]\n":
    "error rules[0].policy.use: must stand in a rule; ",
  "rules: [{name: a, refuse: {otherwise: refuse}}]\n":
    "error rules[0].refuse.otherwise: must stand in a rule or in policy, as an " +
    "option of sticky; ",
  "pools: {a: {model: x}}\n":
    "error pools.a.model: must stand in when of a rule; ",
  "pools: {a: {use: x}}\n": "error pools.a.use: must stand in a rule; ",
  "pools: {a: {not: {weights: 1}}}\n":
    "error pools.a.not.weights: must stand in policy, as an option of weighted, " +
    "random or sticky; write policy: { name: weighted, weights: … }",
  "policies: {a: {module: a.ts, headers: X-A}}\n":
    "error policies.a.headers: must stand in policy, as an option of one under " +
    "policies; ",
  "refuse: {policy: refuse}\n":
    "error refuse.policy: must stand at the top or in a rule; ",
};

for (const [yaml, problem] of Object.entries(WORDS)) {
  Deno.test(`readConfig() says where a key belongs when it is ${JSON.stringify(yaml)}`, () => {
    assertEquals(problemsOf(yaml)[0], problem);
  });
}

Deno.test("readConfig() shows nothing behind the dot of a key that nobody knows", () => {
  const yaml = "polcy.sk-0123456789abcdef: 1\npolcy.name: x\ntiers: top\n";
  const { problems } = readConfig(new TextEncoder().encode(yaml));
  assertEquals(problems.map(describeProblem), [
    "polcy.* is no key of this plugin (line 1)",
    "polcy.name is no key of this plugin (line 2)",
  ]);
});

Deno.test("readConfig() finds a misspelled key behind many unknown ones", () => {
  const many = Array.from({ length: 900 }, (_, i) => `k${i}x: 1\n`).join("");
  const problems = problemsOf(`${many}rulez: [{name: a}]\n`);
  assertEquals(problems.length, 21);
  assert(problems.at(-1)?.startsWith("error rulez: "));
});

Deno.test("readConfig() refuses more unknown keys than it compares", () => {
  const many = Array.from({ length: 1001 }, (_, i) => `k${i}x: 1\n`).join("");
  assertEquals(problemsOf(many), [
    "error : must have at most 1000 unknown keys; ",
  ]);
});
