/**
 * Rules, pools, callers and policies: what a config makes of them, and every
 * way in which it can be wrong, with stand-ins for the kinds.
 */

import { assert, assertEquals } from "@std/assert";
import { readConfigFile } from "../../src/config/host_config.ts";
import { describeProblem } from "../../src/config/problem.ts";
import { EMPTY_PLAN, type Plan } from "../../src/config/rules_reader.ts";
import { FULL, inOneLine, problemsOf, quoted, read } from "./reading.ts";
import { STAND_INS, type StandInPolicy } from "./stand_ins.ts";

const HASH = "37fd8f35".repeat(8);
const OTHER_HASH = "0a".repeat(32);
const MESSAGE = "no credential is available for this request";

Deno.test("readPlan() reads the config of the README", () => {
  assertEquals(read(FULL).problems, []);
  assertEquals(summary(FULL), {
    callers: { "team-red": [HASH] },
    pools: ["paid: plan_type", "keys: id", "spare: note"],
    rules: [{
      name: "research",
      when: ["caller", "model", "time"],
      use: ["paid", "keys"],
      policy: "sticky {}",
      otherwise: "refuse",
      refusal: { status: 429, message: "research is limited to working hours" },
      tiers: "top",
    }, {
      name: "everybody else",
      when: [],
      use: ["paid", "spare"],
      policy: 'weighted {"weights":{"codex-ada*":3}}',
      otherwise: "host",
      refusal: { status: 503, message: MESSAGE },
      tiers: "top",
    }],
  });
});

/** Configs, and a fact of the plan that each makes. */
const RULE = "rules: [{name: a}]\n";
const GOOD: readonly (readonly [string, (plan: Plan) => unknown, unknown])[] = [
  ["", (plan) => plan, EMPTY_PLAN],
  ["rules:\npools:\ncallers: ~\npolicy:\n", (plan) => plan, EMPTY_PLAN],
  ["policy: ''\n", (plan) => plan, EMPTY_PLAN],
  ["policy: sticky\n", rules, ["policy: sticky {}"]],
  ["policy: {name: sticky, ttl: 2}\n", rules, ['policy: sticky {"ttl":2}']],
  ["policy: {name: sticky, ttl: ~}\n", rules, ["policy: sticky {}"]],
  ["policy: {<<: {name: sticky}, ttl: 2}\n", rules, [
    'policy: sticky {"ttl":2}',
  ]],
  ["tiers: all\npolicy: sticky\n", tiers, ["all"]],
  ["policy: {name: delegate, to: fill-first}\n", rules, [
    'policy: delegate {"to":"fill-first"}',
  ]],
  ["policy: {name: delegate, to: fill-first}\n", tiers, ["top"]],
  [RULE, rules, ["a: round_robin {}"]],
  ["rules: {name: a}\n", rules, ["a: round_robin {}"]],
  ["rules:\n- name: 5\n", rules, ["5: round_robin {}"]],
  [RULE, tiers, ["top"]],
  [`tiers: all\n${RULE}`, tiers, ["all"]],
  ["tiers: all\nrules: [{name: a, tiers: top}]\n", tiers, ["top"]],
  [
    "tiers: top\nrules: [{name: a, policy: {name: delegate, to: fill-first}}]\n",
    tiers,
    ["top"],
  ],
  [RULE, refusals, [{ status: 503, message: MESSAGE }]],
  [`refuse: {status: 500}\n${RULE}`, refusals, [{
    status: 500,
    message: MESSAGE,
  }]],
  [
    "refuse: {status: 500, message: m}\n" +
    "rules: [{name: a, otherwise: refuse, refuse: {message: n}}]\n",
    refusals,
    [{ status: 500, message: "n" }],
  ],
  [
    `callers: {a: ${HASH}, b: [${OTHER_HASH}, ${OTHER_HASH}]}\n`,
    (p) => p.callers,
    {
      a: [HASH],
      b: [OTHER_HASH, OTHER_HASH],
    },
  ],
  ["pools: {a: {id: x}}\n", (p) => p.pools.length, 1],
  ["pools: {größe-1_x: {id: x}}\n", (p) => p.pools.length, 1],
  ["pools: &p {a: {id: x}}\nrules: [{name: r, use: a}]\nx: *p\n", uses, [
    ["a"],
  ]],
  ["x: &u [a]\npools: {a: {id: x}}\nrules: [{name: r, use: *u}]\n", uses, [
    ["a"],
  ]],
  [
    "x: &r {use: a, name: x}\npools: {a: {id: x}}\n" +
    "rules: [{<<: *r, name: r}, {<<: *r, name: s}]\n",
    uses,
    [["a"], ["a"]],
  ],
  // Dotted keys.
  ["pools.a.id: x\n", (p) => p.pools.length, 1],
  ["pools.a.id: x\npools.a.note: y\npools: {b: {id: z}, a: ~}\n", pools, [
    "b: id",
    "a: id,note",
  ]],
  ["pools: {a: {note: y}}\npools.a.id: x\n", pools, ["a: id,note"]],
  ["pools: {a: {note: y, id: ~}}\npools.a.id: x\n", pools, ["a: id,note"]],
  ["pools: {a: {note: y}}\npools.a.note:\n", pools, ["a: note"]],
  ["pools.a: {note: y}\npools.a.id: [x]\n", pools, ["a: id,note"]],
  ["pools.a.id:\npools: \n", pools, []],
  ["<<: {pools.a.id: x}\n", pools, ["a: id"]],
  [`callers.a: ${HASH}\n`, (p) => p.callers, { a: [HASH] }],
  ["policy.name: sticky\npolicy.ttl: 2\n", rules, ['policy: sticky {"ttl":2}']],
  ["policy.name: sticky\npolicy: ''\n", rules, ["policy: sticky {}"]],
  ["policy: {name: weighted}\npolicy.weights.a@b.c: 2\n", rules, [
    'policy: weighted {"weights":{"a@b.c":2}}',
  ]],
  [`refuse.status: 418\n${RULE}`, refusals, [{
    status: 418,
    message: MESSAGE,
  }]],
  ["zones.a.b: 1\n", (plan) => plan, EMPTY_PLAN],
];

for (const [yaml, fact, want] of GOOD) {
  Deno.test(`readPlan() accepts a config when it is ${quoted(yaml)}`, () => {
    const { plan, problems } = read(yaml);
    const errors = problems.filter(({ severity }) => severity === "error");
    assertEquals(errors.map(inOneLine), []);
    assertEquals(fact(plan!), want);
  });
}

const BAD: readonly (readonly [string, readonly string[]])[] = [
  // Who decides.
  ["policy: sticky\nrules: [{name: a}]\n", [
    "1:9 policy: must not be set together with rules; leave one of the two out",
  ]],
  ["policy: sticky\nauth_id: x\n", [
    "2:10 auth_id: must not be set together with policy; leave one of the two " +
    "out",
  ]],
  ["rules: [{name: a}]\ndelegate: fill-first\n", [
    "2:11 delegate: must not be set together with rules; leave one of the two " +
    "out",
  ]],
  // Rules.
  ["rules: ''\n", ["1:8 rules: must be a mapping, got an empty text"]],
  ["rules: x\n", ["1:8 rules: must be a mapping, got a text"]],
  ["rules: [x, ~]\n", [
    "1:9 rules[0]: must be a mapping, got a text",
    "1:12 rules[1]: must be a mapping, got null",
  ]],
  ["rules: [{}]\n", ["1:9 rules[0].name: must be set"]],
  ["rules: [{name: ' '}]\n", [
    "1:16 rules[0].name: must be a text of 1 to 100 characters on one line, " +
    "without spaces around it [' ']",
  ]],
  [
    "rules: [{name: a, when: {model: x}}, {name: b, when: {model: x}}, {name: a}]\n",
    [
      "1:74 rules[2].name: must be unique, rules[0] has the same name [a]",
    ],
  ],
  ["rules: [{name: a, polcy: x}]\n", [
    '1:19 rules[0].polcy: is no key that is known here; did you mean "policy"',
  ]],
  ["rules: [{name: a, otherwise: deny, tiers: [all]}]\n", [
    "1:30 rules[0].otherwise: must be refuse or host [deny]",
    "1:43 rules[0].tiers: must be top or all, got a list [[all]]",
  ]],
  ["rules: [{name: a, otherwise: refuse, refuse: {status: 200}}]\n", [
    "1:55 rules[0].refuse.status: must be a whole number from 400 to 599, got " +
    "a smaller one [200]",
  ]],
  ["rules: [{name: a, refuse: {status: 500}}]\n", [
    "1:27 warning rules[0].refuse: is ignored while otherwise is not refuse",
  ]],
  ['refuse: {message: "a\\nb"}\n', [
    "1:19 refuse.message: must be a text of 1 to 500 characters on one line",
  ]],
  // Pools.
  ["pools: [a]\n", ["1:8 pools: must be a mapping, got a list [[a]]"]],
  ["pools: {a.b: {id: x}}\n", [
    "1:9 pools: has a key that must be a name of at most 40 letters, digits, - " +
    "and _ [a.b]",
  ]],
  ["pools: {a: {plan_type: gold}}\n", [
    "1:24 pools.a.plan_type: must be one of free, plus, pro, team [gold]",
  ]],
  ["pools: {a: {}}\n", ["1:12 pools.a: must have at least one key"]],
  ["rules: [{name: a, use: []}]\n", [
    "1:24 rules[0].use: must have at least one item, got an empty list",
  ]],
  ["pools: x\nrules: [{name: a, use: b}]\n", [
    "1:8 pools: must be a mapping, got a text [x]",
  ]],
  ["rules: [{name: a, use: b}]\n", [
    "1:24 rules[0].use: must be a pool, but there are none under pools [b]",
  ]],
  [
    "pools: {paid: {id: x}, bad: {x: y}}\nrules: [{name: a, use: [piad, bad]}]\n",
    [
      "1:30 pools.bad: has an unknown key [x]; known are id, plan_type, note",
      "2:25 rules[0].use[0]: must be a pool that is under pools [piad]; did you " +
      'mean "paid"',
    ],
  ],
  [`rules: [{name: a, use: [${Array(33).fill("b")}]}]\n`, [
    "1:24 rules[0].use: must have at most 32 items, got 33",
  ]],
  // Callers.
  [`callers: {a: ${HASH}, b: ${HASH}}\n`, [
    "1:83 callers.b: must be the hash of one caller, callers.a has it; a rule " +
    "names several callers as a list",
  ]],
  [
    `callers:\n  a: [${OTHER_HASH}, ${HASH}]\n  b:\n  - ${HASH.toUpperCase()}\n`,
    [
      "4:5 callers.b[0]: must be the hash of one caller, callers.a has it; a " +
      "rule names several callers as a list",
    ],
  ],
  [`callers.a: ${HASH}\ncallers:\n  sk-b: ${HASH}\n`, [
    "1:12 callers.a: must be the hash of one caller, callers.* has it; a rule " +
    "names several callers as a list",
  ]],
  ["callers: {a: abc}\n", [
    "1:14 callers.a: must be the hash of a client's key, 64 hexadecimal " +
    "digits: make it with scheduler.so caller",
  ]],
  ["callers: [abc]\n", ["1:10 callers: must be a mapping, got a list"]],
  [`callers: {${HASH}: a}\n`, [
    "1:11 callers: has a key that must be a name of at most 40 letters, " +
    "digits, - and _",
  ]],
  ["callers: {sk.a: x, sk.a: y}\n", [
    "1:20 callers: must not set a key twice, got one of line 1 again",
    "1:11 callers: has a key that must be a name of at most 40 letters, " +
    "digits, - and _",
  ]],
  ["callers: {red: abc}\nrules: [{name: a, when: {caller: [red, blue]}}]\n", [
    "1:16 callers.red: must be the hash of a client's key, 64 hexadecimal " +
    "digits: make it with scheduler.so caller",
    "2:40 rules[0].when.caller[1]: must name a caller that is under callers",
  ]],
  // Conditions.
  ["rules: [{name: a, when: {stream: x, caller: b, time: ' '}}]\n", [
    "1:54 rules[0].when.time: must be a window of time [' ']",
    "1:34 rules[0].when.stream: must be a boolean, got a text [x]; write true " +
    "or false",
    "1:45 rules[0].when.caller: must name a caller that is under callers",
  ]],
  ["rules: [{name: a, when: {headers: {X-Key: s3cret!}}}]\n", [
    "1:43 rules[0].when.headers.X-Key: must be a pattern without !",
  ]],
  ["rules: [{name: a, when: s3cret}]\n", [
    "1:25 rules[0].when: must be a mapping, got a text",
  ]],
  // Policies.
  ["policy: stiky\n", [
    "1:9 policy: must be one of round_robin, sticky, weighted, delegate " +
    '[stiky]; did you mean "sticky"',
  ]],
  ["policy: [sticky]\n", [
    "1:9 policy: must be a text or a mapping, got a list [[sticky]]",
  ]],
  ["policy: weighted\n", [
    "1:9 policy: must have options with the policy weighted; write a mapping " +
    "with name: weighted and weights",
  ]],
  ["policy: {name: ~}\n", [
    "1:9 policy.name: must be set; known are round_robin, sticky, weighted, " +
    "delegate",
  ]],
  ["policy: {name: stiky, ttl: x}\n", [
    "1:16 policy.name: must be one of round_robin, sticky, weighted, delegate " +
    '[stiky]; did you mean "sticky"',
  ]],
  ["policy: {name: weighted}\n", ["1:9 policy.weights: must be set"]],
  ["policy: {name: weighted, weights: {a: -1, b: 1001, c: 1.5}}\n", [
    "1:39 policy.weights.a: must be a whole number from 0 to 1000, got a " +
    "smaller one [-1]",
    "1:46 policy.weights.b: must be a whole number from 0 to 1000, got a " +
    "larger one [1001]",
    "1:55 policy.weights.c: must be a whole number from 0 to 1000, got a " +
    "fraction [1.5]",
  ]],
  ["policy: {name: weighted, weights: {a: 0}}\n", [
    "1:9 policy: must have a weight above 0",
  ]],
  ["policy: {name: sticky, weights: {a: 1}}\n", [
    "1:24 policy.weights: must stand in policy, as an option of weighted; " +
    "write policy: { name: weighted, weights: … }",
  ]],
  ["policy: {name: sticky, ttl: 1, ttl: 2}\n", [
    "1:32 policy.ttl: must be set once, got it on line 1 too",
  ]],
  [
    "pools: {p: {id: x}}\nrules:\n- {name: a, use: p, tiers: top, policy: " +
    "{name: delegate, to: fill-first}}\n",
    [
      "3:18 rules[0].use: must not be set with the policy delegate; it sees " +
      "every candidate",
      "3:28 rules[0].tiers: must not be set with the policy delegate; it sees " +
      "every candidate",
    ],
  ],
  ["tiers: all\npolicy: {name: delegate, to: fill-first}\n", [
    "1:8 tiers: must not be set with the policy delegate; it sees every " +
    "candidate",
  ]],
  // Dotted keys.
  ["pools: {a: {id: x}}\npools.a.id: y\n", [
    "2:1 pools.a.id: must be set once, got it on line 1 too; a dotted key is " +
    "the same as a nested one",
  ]],
  ["pools.a: {id: x}\npools: {a: {id: x}}\n", [
    "1:1 pools.a: must be set once, got it on line 2 too; a dotted key is the " +
    "same as a nested one",
  ]],
  ["pools.a.id: x\npools.a.id.b: y\n", [
    "2:1 pools.a.id: must be set once, got it on line 1 too; a dotted key is " +
    "the same as a nested one",
  ]],
  ["policy: sticky\npolicy.ttl: 2\n", [
    "2:1 policy: must be set once, got it on line 1 too; a dotted key is the " +
    "same as a nested one",
  ]],
  ["refuse.status.x: 5\n", [
    "1:1 refuse.status: must be a whole number from 400 to 599, got a mapping; " +
    "write decimal digits without quotes",
  ]],
  ["refuse.stauts: 500\n", [
    '1:1 refuse.stauts: is no key that is known here; did you mean "status"',
  ]],
  ["pools..id: x\n", [
    "1:1 pools: has a key that must be a name of at most 40 letters, digits, - " +
    "and _ []",
  ]],
  // Rules that can be doubted.
  ["rules: [{name: a}, {name: b}]\n", [
    '1:20 warning rules[1]: can never match: rule "a" before it has no ' +
    "conditions",
  ]],
  ["rules:\n- {name: a}\n- {name: b, otherwise: refuse}\n", [
    '3:3 warning rules[1]: can never match: rule "a" before it has no ' +
    "conditions, so that it isolates nothing",
  ]],
  [
    `callers: {c: ${HASH}}\nrules:\n- {name: a, when: {model: x}}\n` +
    "- {name: b, when: {caller: c}, otherwise: refuse}\n",
    [
      '4:3 warning rules[1]: does not isolate its clients from rule "a", ' +
      "which comes before and matches without looking at the client",
    ],
  ],
  ["rules: [{name: a}, {name: b}, {name: c, policy: x}]\n", [
    "1:49 rules[2].policy: must be one of round_robin, sticky, weighted, " +
    "delegate [x]",
  ]],
  // The rest of the part.
  ["deny: true\npolicy: sticky\n", [
    "2:9 warning policy: is ignored while deny is true",
  ]],
  ["rulse: []\n", [
    "1:1 warning rulse: is no key of this plugin and is ignored; did you mean " +
    '"rules"',
  ]],
];

for (const [yaml, problems] of BAD) {
  Deno.test(`readPlan() names what is wrong when it is ${quoted(yaml)}`, () => {
    assertEquals(problemsOf(yaml), problems);
  });
}

const TOO_MANY: readonly (readonly [string, string])[] = [
  [
    `rules:\n${list(1001, (i) => `- {name: r${i}}`)}`,
    "rules: must have at most 1000 items, got 1001",
  ],
  [
    `pools:\n${list(257, (i) => `  p${i}: {id: x}`)}`,
    "pools: must have at most 256 keys, got 257",
  ],
  [
    `callers:\n${list(1025, (i) => `  c${i}: ${HASH}`)}`,
    "callers: must have at most 1024 keys, got 1025",
  ],
  [
    list(257, (i) => `pools.p${i}.id: x`),
    "pools: must have at most 256 keys, got 257",
  ],
];

for (const [yaml, problem] of TOO_MANY) {
  Deno.test(`readPlan() refuses too many when it is ${quoted(yaml)}`, () => {
    assertEquals(
      read(yaml).problems.map(({ path, message }) => `${path}: ${message}`),
      [problem],
    );
  });
}

Deno.test("readPlan() names the rule that a problem is about", () => {
  const yaml = "rules:\n- {name: 'team: a', use: b, wehn: {}}\n- {use: c}\n" +
    "- {name: 'team: a'}\n";
  assertEquals(
    read(yaml).problems.map(({ path, rule }) => [path, rule]),
    [
      ["rules[0].wehn", "team: a"],
      ["rules[0].use", "team: a"],
      ["rules[1].name", undefined],
      ["rules[1].use", undefined],
      ["rules[2].name", "team: a"],
    ],
  );
});

Deno.test("readPlan() accepts as many as there may be", () => {
  const yaml = [
    `pools:\n${list(256, (i) => `  p${i}: {id: x}`)}`,
    `callers:\n${list(1024, (i) => `  c${i}: ${`${i}`.padStart(64, "0")}`)}`,
    `rules:\n${
      list(1000, (i) => `- {name: r${i}, when: {model: x}, use: [p1, p255]}`)
    }`,
  ].join("\n");
  const { plan, problems } = read(yaml);
  assertEquals(problems, []);
  assertEquals(plan?.rules.length, 1000);
});

const BROKEN_RULES = list(
  1000,
  (i) =>
    i % 2 === 0
      ? `- {name: r${i}, use: [x${i}, y${i}]}`
      : `- {name: r${i}, xx: y}`,
);

Deno.test("readPlan() tells the first problems when a thousand rules are wrong", () => {
  const pools = list(
    256,
    (i) => `  a-rather-long-name-of-a-pool-${i}: {id: x}`,
  );
  const yaml = `pools:\n${pools}\nrules:\n${BROKEN_RULES}\n`;
  const { problems } = read(yaml);
  assertEquals(problems.length, 50);
});

Deno.test("readPlan() shows no secret in any part of a problem", () => {
  const yaml = `callers: {a: s3cret, s3cret.b: c, d: {s3cret: e}}
refuse: {message: [s3cret], status: 1}
rules:
  - name: a
    when: {headers: {a: [s3cret]}}
    refuse: s3cret
  - name: b
    when: {headers: s3cret!, caller: s3cret}
`;
  const { problems } = read(yaml);
  assert(problems.length > 7);
  assertEquals(JSON.stringify(problems).includes("s3cret"), false);
});

Deno.test("readPlan() shows no free key in a log, but names", () => {
  const yaml = `pools: {mine: {id: [{a: b}]}, "ada@example.com": {id: x}}
policy: {name: weighted, weights: {"ada@example.com": x}}
`;
  const lines = read(yaml).problems.map(describeProblem).join("\n");
  assert(lines.includes("pools.mine.id[0] must be a text"));
  assertEquals(lines.includes("ada@"), false);
});

Deno.test("readPlan() doubts a value that another reader reads differently", () => {
  assertEquals(
    problemsOf("pools: {a: {id: x}}\n? policy\n: {name: sticky, ttl: 1}\n"),
    [],
  );
  assertEquals(
    problemsOf("policy:\n  name: weighted\n  weights: {True: 1}\n"),
    [
      "3:13 policy.weights.True: must have its key in quotes: YAML reads it as " +
      'a boolean; write "True"',
    ],
  );
});

Deno.test("readConfigFile() reads the plan out of a host config", () => {
  const part = FULL.replaceAll(/^/gm, "      ");
  const yaml = `port: 1\nplugins:\n  enabled: true\n  configs:\n` +
    `    scheduler:\n${part}`;
  const bytes = new TextEncoder().encode(yaml);
  const { reading } = readConfigFile(bytes, { parts: STAND_INS });
  assertEquals(reading.problems, []);
  assertEquals(reading.plan?.rules.length, 2);
});

Deno.test("readConfigFile() refuses what the host hands over changed", () => {
  const yaml = `port: 1\nplugins:\n  enabled: true\n  configs:\n` +
    "    scheduler:\n      enabled: true\n" +
    "      pools: {a: {id: x, note: }}\n      x: {y: }\n" +
    "      refuse: {status: }\n";
  const bytes = new TextEncoder().encode(yaml);
  const { reading } = readConfigFile(bytes, { parts: STAND_INS });
  const errors = reading.problems.filter((p) => p.severity === "error");
  assertEquals(errors.map(inOneLine), [
    "7:26 plugins.configs.scheduler.pools.a.note: must have a value, got null; " +
    "leave the key out",
    "9:16 plugins.configs.scheduler.refuse: must have a value, got none in " +
    "braces; the host hands it over as an empty text; write null",
  ]);
});

Deno.test("readConfigFile() accepts keys without a value in braces that an empty text unsets", () => {
  const part = (keys: string) =>
    "plugins:\n  enabled: true\n  configs:\n    scheduler: {enabled: true, " +
    `${keys}}\n`;
  const errorsOf = (keys: string) =>
    readConfigFile(new TextEncoder().encode(part(keys)), { parts: STAND_INS })
      .reading.problems.map(({ path, message }) => `${path} ${message}`);
  assertEquals(errorsOf("policy: , tiers: , policies_dir: "), []);
  assertEquals(errorsOf("rules: "), [
    "plugins.configs.scheduler.rules must have a value, got none in braces",
  ]);
});

Deno.test("readConfigFile() takes dotted keys for those of the plugin", () => {
  const bytes = new TextEncoder().encode("pools.a.id: x\n");
  assertEquals(
    readConfigFile(bytes, { parts: STAND_INS }).isForeign,
    undefined,
  );
});

function rules(plan: Plan): readonly string[] {
  return plan.rules.map(({ name, policy }) => `${name}: ${inWords(policy)}`);
}

function tiers(plan: Plan): readonly string[] {
  return plan.rules.map(({ tiers }) => tiers);
}

function refusals(plan: Plan): readonly object[] {
  return plan.rules.map(({ refusal }) => refusal);
}

function uses(plan: Plan): readonly (readonly string[])[] {
  return plan.rules.map(({ use }) => use.map(({ name }) => name));
}

function pools(plan: Plan): readonly string[] {
  return plan.pools.map(({ name, matchers }) =>
    `${name}: ${matchers.map(({ key }) => key).join(",")}`
  );
}

function inWords(policy: Plan["rules"][number]["policy"]): string {
  const { name, options } = policy as StandInPolicy;
  return `${name} ${JSON.stringify(options)}`;
}

/** A plan without functions. */
function summary(yaml: string): unknown {
  const { plan } = read(yaml);
  return {
    callers: plan?.callers,
    pools: plan && pools(plan),
    rules: plan?.rules.map((rule) => ({
      ...rule,
      when: rule.when.map(({ key }) => key),
      use: rule.use.map(({ name }) => name),
      policy: inWords(rule.policy),
    })),
  };
}

function list(length: number, line: (i: number) => string): string {
  return Array.from({ length }, (_, i) => line(i)).join("\n");
}
