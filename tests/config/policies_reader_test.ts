/**
 * Policies that users wrote: what a config makes of `policies` and
 * `policies_dir`, how rules name them, and every way in which it can be wrong.
 */

import { assert, assertEquals } from "@std/assert";
import { readConfigFile } from "../../src/config/host_config.ts";
import { describeProblem } from "../../src/config/problem.ts";
import {
  DEFAULT_POLICIES_DIR,
  type ModuleQuestion,
  type ModuleSettings,
  type ModuleSpec,
} from "../../src/policy/policy_modules.ts";
import { createPolicy } from "../../src/policy/policies/kinds.ts";
import { pickOf } from "../policy/policies/example_pick.ts";
import { inOneLine, problemsOf, quoted, read } from "./reading.ts";
import { STAND_INS } from "./stand_ins.ts";

const MINE = "policies: {mine: {module: mine.ts}}\n";
const SHIPPED = "round_robin, sticky, weighted, delegate";

/** The policies that a config gives, if it has no error. */
function modulesOf(yaml: string): ModuleSettings | undefined {
  const { settings, problems } = read(yaml);
  const errors = problems.filter(({ severity }) => severity === "error");
  assertEquals(errors.map(inOneLine), []);
  return settings?.modules;
}

function optionsOf(yaml: string): string | undefined {
  return modulesOf(yaml)?.specs[0]?.options;
}

Deno.test("readModules() reads files and options in the order of the config", () => {
  const yaml = `policies_dir: our policies
policies:
  mine: { module: mine.ts, options: { prefer: [pro, team], limit: 3 } }
  other: { module: other.mjs }
rules:
  - name: r1
    when: { model: x }
    policy: mine
  - name: r2
    policy: { name: other, headers: [X-Team] }
`;
  assertEquals(problemsOf(yaml), []);
  assertEquals(modulesOf(yaml), {
    folder: "our policies",
    specs: [{
      name: "mine",
      file: "mine.ts",
      options: '{"prefer":["pro","team"],"limit":3}',
    }, { name: "other", file: "other.mjs", options: "{}" }],
  });
  assertEquals(
    read(yaml).plan?.rules.map(({ policy }) => policy.name),
    ["mine", "other"],
  );
});

const FOLDERS: readonly (readonly [yaml: string, folder: string])[] = [
  ["", DEFAULT_POLICIES_DIR],
  ["deny: true\n", DEFAULT_POLICIES_DIR],
  ["policies_dir:\npolicies:\n", DEFAULT_POLICIES_DIR],
  ["policies: {}\n", DEFAULT_POLICIES_DIR],
  ["policies: []\npolicies_dir: ''\n", DEFAULT_POLICIES_DIR],
  ["policies_dir: ' '\n", DEFAULT_POLICIES_DIR],
  ["policies_dir: x\n", "x"],
  ["policies_dir: ./~/a$b\n", "./~/a$b"],
  ["policies_dir: 5\n", "5"],
  ["policies_dir: /srv/my policies\n", "/srv/my policies"],
  [`policies_dir: ${"x".repeat(1024)}\n`, "x".repeat(1024)],
];

for (const [yaml, folder] of FOLDERS) {
  Deno.test(`readModules() knows the folder when it is ${quoted(yaml)}`, () => {
    assertEquals(modulesOf(yaml), { folder, specs: [] });
  });
}

const FILES: readonly (readonly [file: string, isGood: boolean])[] = [
  ["a.ts", true],
  ["a.mts", true],
  ["a.js", true],
  ["a.mjs", true],
  ["_my-policy.v2.ts", true],
  ["5.ts", true],
  [`${"x".repeat(100)}.ts`, true],
  [`${"x".repeat(101)}.ts`, false],
  ["a", false],
  ["a.json", false],
  ["a.ts.txt", false],
  ["a.TS", false],
  ["a.d.ts", false],
  ["a.d.mts", false],
  [".a.ts", false],
  ["-a.ts", false],
  [".ts", false],
  ["x/a.ts", false],
  ["../a.ts", false],
  ["x\\a.ts", false],
  ["/a.ts", false],
  ["file:a.ts", false],
  ["https://example.com/a.ts", false],
  ["a.ts\n", false],
  ["a\0.ts", false],
  ["ä.ts", false],
  ["", false],
];

for (const [file, isGood] of FILES) {
  const shown = JSON.stringify(file.slice(0, 30));
  Deno.test(`readModules() takes ${shown} for a file: ${isGood}`, () => {
    const yaml = `policies:\n  mine:\n    module: ${JSON.stringify(file)}\n`;
    const { settings, problems } = read(yaml);
    assertEquals(settings?.modules.specs[0]?.file, isGood ? file : undefined);
    const messages = problems.map(({ line, path, message }) =>
      `${line} ${path} ${message}`
    );
    assertEquals(messages, [
      isGood
        ? "2 policies.mine is used by no rule"
        : "3 policies.mine.module must be the name of a .ts or .js file in " +
          "the folder of policies",
    ]);
  });
}

/** What stands under `options`, and its JSON. */
const OPTIONS: readonly (readonly [yaml: string, json: string])[] = [
  ["~", "{}"],
  ["", "{}"],
  ["{}", "{}"],
  ["{a: 1, b: -2.5, c: 0, d: -0}", '{"a":1,"b":-2.5,"c":0,"d":0}'],
  ["{a: 123456789012345, b: 1.0}", '{"a":123456789012345,"b":1}'],
  ["{a: true, b: False, c: TRUE}", '{"a":true,"b":false,"c":true}'],
  [
    "{a: ~, b: null, c: Null, d}",
    '{"a":null,"b":null,"c":null,"d":null}',
  ],
  [
    "{a: x, b: 'it', c: \"q\\\"\\u0000\", d: ''}",
    '{"a":"x","b":"it","c":"q\\"\\u0000","d":""}',
  ],
  [
    "{a: '5', b: 'true', c: '~', d: 'yes', e: '2024-01-02'}",
    '{"a":"5","b":"true","c":"~","d":"yes","e":"2024-01-02"}',
  ],
  ["{a: !!str 5, b: !!str true}", '{"a":"5","b":"true"}'],
  [
    "{a: 10.0.0.1, b: 5m, c: 3rd, d: 08:00-19:00, e: v1, f: 1-2}",
    '{"a":"10.0.0.1","b":"5m","c":"3rd","d":"08:00-19:00","e":"v1","f":"1-2"}',
  ],
  [
    "{a: yesterday, b: once, c: nUll, d: '-'}",
    '{"a":"yesterday","b":"once","c":"nUll","d":"-"}',
  ],
  ["{a: [], b: [[1], [{}]]}", '{"a":[],"b":[[1],[{}]]}'],
  ["{b: 1, a: 2, 'c d.e': 3, '': 4}", '{"b":1,"a":2,"c d.e":3,"":4}'],
  ["{yes: 1, 5: 2, 'true': 3}", '{"5":2,"yes":1,"true":3}'],
  [
    "{toString: 1, constructor: 2, hasOwnProperty: 3}",
    '{"toString":1,"constructor":2,"hasOwnProperty":3}',
  ],
  ["{<<: {a: 1, b: 2}, a: 3}", '{"a":3,"b":2}'],
  ["{<<: [{a: 1}, {a: 2, b: 2}]}", '{"a":1,"b":2}'],
  ["{a: &l [1], b: *l}", '{"a":[1],"b":[1]}'],
  ["!!map {a: !!seq [1]}", '{"a":[1]}'],
  [
    "\n      text: |\n        two\n        lines\n      list:\n      - 1\n      - x",
    '{"text":"two\\nlines\\n","list":[1,"x"]}',
  ],
  [nested(32), `{"a":${"[".repeat(31)}${"]".repeat(31)}}`],
  [`{a: ${"x".repeat(65_528)}}`, `{"a":"${"x".repeat(65_528)}"}`],
];

for (const [yaml, json] of OPTIONS) {
  Deno.test(`readModules() reads options when they are ${quoted(yaml)}`, () => {
    const config =
      `policies:\n  mine:\n    module: a.ts\n    options: ${yaml}\n`;
    assertEquals(optionsOf(config), json);
  });
}

/** A mapping, and lists in it: so many levels in all. */
function nested(depth: number): string {
  return `{a: ${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
}

const AGREE = "must be written so that every reader agrees";
const QUOTED = "must have its key in quotes: YAML reads it as";
const QUOTES = "put it on one line, in double quotes";
const NUMBER = "must be a number in decimal digits, or a text in quotes; at " +
  "most 15 digits on each side of the point";
const WORD = "must be true or false, or a text in quotes";
const HELD = "must be a value that JSON can hold";

/** What stands under `options` on line 4, and what is wrong with it. */
const BAD_OPTIONS: readonly (readonly [string, readonly string[]])[] = [
  ["5", ["4:14 policies.mine.options: must be a mapping, got a number"]],
  ["s3cret", ["4:14 policies.mine.options: must be a mapping, got a text"]],
  ["[s3cret]", ["4:14 policies.mine.options: must be a mapping, got a list"]],
  ...["0x1F", "0o17", "017", "0b1", "1e3", "1.5e3", ".5", "1.", "+1", "1_000"]
    .concat("12:30", "12:30:45", "1234567890123456", "1.1234567890123456")
    .map((number): [string, string[]] => [
      `{a: ${number}}`,
      [`4:18 policies.mine.options.a: ${NUMBER}`],
    ]),
  ...["y", "N", "yes", "No", "on", "OFF"].map((word): [string, string[]] => [
    `{a: [x, ${word}]}`,
    [`4:22 policies.mine.options.a[1]: ${WORD}`],
  ]),
  ...[".inf", "-.Inf", "+.INF", ".nan", ".NaN"]
    .map((number): [string, string[]] => [
      `{a: ${number}}`,
      [`4:18 policies.mine.options.a: ${HELD}, got no finite number`],
    ]),
  ...["2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05"]
    .map((date): [string, string[]] => [
      `{a: ${date}}`,
      [
        `4:18 policies.mine.options.a: ${HELD}, got a date; put a text in ` +
        "quotes",
      ],
    ]),
  ["{a: !!binary aGk=}", [
    `4:27 policies.mine.options.a: ${HELD}, got a tagged value`,
  ]],
  ["{a: !!int 5, b: !!float 5, c: !!null ''}", [
    `4:24 policies.mine.options.a: ${HELD}, got a tagged value`,
    `4:38 policies.mine.options.b: ${HELD}, got a tagged value`,
  ]],
  ["{a: !!set {b}}", [
    `4:24 policies.mine.options.a: ${HELD}, got a tagged value`,
  ]],
  ["{a: !!omap [{b: 1}]}", [
    `4:25 policies.mine.options.a: ${HELD}, got a tagged value`,
  ]],
  ["{a: {__proto__: {s3cret: 1}}}", [
    "4:19 policies.mine.options.a: has a key that must not be __proto__",
  ]],
  ["{a: 1, a: 2}", [
    "4:21 policies.mine.options.a: must be set once, got it on line 4 too",
  ]],
  ["{s3cret: 1, s3cret: 2}", [
    "4:26 policies.mine.options: must not set a key twice, got one of line 4 " +
    "again",
  ]],
  ["{s3cret: 017}", [`4:23 policies.mine.options.*: ${NUMBER}`]],
  ["{[a]: 1}", [
    "4:15 policies.mine.options: must have texts as keys, got a list",
  ]],
  ["{<<: s3cret}", [
    "4:19 policies.mine.options.<<: must merge a mapping, got a text",
  ]],
  // What the two readers take for different things.
  ["{a: ! 5}", [`4:20 policies.mine.options.a: ${AGREE}; ${QUOTES}`]],
  ["{0x1F: 1}", [
    `4:15 policies.mine.options.0x1F: ${QUOTED} a number; write "0x1F"`,
  ]],
  ["{~: 1}", [`4:15 policies.mine.options.~: ${QUOTED} null; write "~"`]],
  ["{0123456789012: 1}", [
    `4:15 policies.mine.options.*: ${QUOTED} a number; put quotes around the key`,
  ]],
  ["{True: 1}", [
    `4:15 policies.mine.options.True: ${QUOTED} a boolean; write "True"`,
  ]],
  // Bounds.
  [nested(33), [
    "4:14 policies.mine.options: must be nested at most 32 deep",
  ]],
  ["{a: &l [*l]}", [
    "4:14 policies.mine.options: must be nested at most 32 deep",
  ]],
  [`{a: ${"s3".repeat(32_765)}}`, [
    "4:14 policies.mine.options: must be at most 65536 bytes as JSON",
  ]],
  [`{a: ${"ä".repeat(32_765)}}`, [
    "4:14 policies.mine.options: must be at most 65536 bytes as JSON",
  ]],
  [
    "{a: &a [x, x, x, x, x, x, x, x], b: &b [*a, *a, *a, *a, *a, *a, *a, *a], " +
    "c: &c [*b, *b, *b, *b, *b, *b, *b, *b], " +
    "d: &d [*c, *c, *c, *c, *c, *c, *c, *c], " +
    "e: &e [*d, *d, *d, *d, *d, *d, *d, *d]}",
    ["4:14 policies.mine.options: must be at most 65536 bytes as JSON"],
  ],
];

for (const [yaml, problems] of BAD_OPTIONS) {
  Deno.test(`readModules() refuses options when they are ${quoted(yaml)}`, () => {
    const config = "policy: mine\npolicies:\n  mine:\n" +
      `    options: ${yaml}\n    module: a.ts\n`;
    assertEquals(problemsOf(config), problems);
    const { problems: found } = read(config);
    assertEquals(JSON.stringify(found).includes("s3"), false);
  });
}

const BAD: readonly (readonly [string, readonly string[]])[] = [
  // The folder.
  ...['"a\\0"', '"a\\nb"', '"\\x1b"', "x".repeat(1025)]
    .map((folder): [string, string[]] => [
      `policies_dir: ${folder}\n`,
      [
        "1:15 policies_dir: must be a text of 1 to 1024 characters on one " +
        `line [${folder.length > 40 ? `${"x".repeat(40)}…` : folder}]`,
      ],
    ]),
  ...["~/policies", "'~'", "~ada/x", "$HOME/x", "'${HOME}/x'"]
    .map((folder): [string, string[]] => [
      `policies_dir: ${folder}\n`,
      [
        "1:15 policies_dir: must be a path in full, such as " +
        "/home/ada/policies: ~ and variables are not expanded " +
        `[${folder}]`,
      ],
    ]),
  ["policies_dir: [x]\n", [
    "1:15 policies_dir: must be a text, got a list [[x]]",
  ]],
  // The mapping.
  ["policies: s3cret\n", ["1:11 policies: must be a mapping, got a text"]],
  ["policies: [a]\n", ["1:11 policies: must be a mapping, got a list"]],
  ["policies: {mine: s3cret}\n", [
    "1:18 policies.mine: must be a mapping, got a text",
  ]],
  ["policies: {mine: {}}\n", ["1:18 policies.mine.module: must be set"]],
  ["policies: {mine: {module: ~}}\n", [
    "1:18 policies.mine.module: must be set",
  ]],
  ["policies: {mine: {module: [a.ts]}}\n", [
    "1:27 policies.mine.module: must be a text, got a list [[a.ts]]",
  ]],
  ["policies: {mine: {module: a.ts, option: {}}}\n", [
    "1:33 policies.mine.option: is no key that is known here; did you mean " +
    '"options"',
  ]],
  ["policies: {mine: ~}\n", [
    "1:12 policies.mine: must have a value, got null; leave the key out",
  ]],
  [
    `policies:\n${
      Array.from({ length: 33 }, (_, i) => `  p${i}: {module: a.ts}\n`).join("")
    }`,
    ["2:3 policies: must have at most 32 keys, got 33"],
  ],
  // Names.
  ...["a.b", "a b", "x".repeat(41), ""].map((name): [string, string[]] => [
    `policies: {"${name}": {module: a.ts}}\n`,
    [
      "1:12 policies: has a key that must be a name of at most 40 letters, " +
      `digits, - and _ [${name.length > 40 ? `${"x".repeat(40)}…` : name}]`,
    ],
  ]),
  ["policies: {sticky: {module: a.ts}}\n", [
    "1:12 policies: has a key that must not be the name of a policy that " +
    "there is already [sticky]",
  ]],
  ["policies: {none: {module: a.ts}}\n", [
    "1:12 policies: has a key that must not be none [none]",
  ]],
  // Rules that name one.
  ["policy: mine\n", [
    `1:9 policy: must be one of ${SHIPPED} [mine]`,
  ]],
  [
    `${MINE}policy: mien\n`,
    [
      "1:12 warning policies.mine: is used by no rule",
      `2:9 policy: must be one of ${SHIPPED}, mine [mien]; did you mean "mine"`,
    ].slice(1),
  ],
  [`${MINE}policy: stiky\n`, [
    `2:9 policy: must be one of ${SHIPPED}, mine [stiky]; did you mean ` +
    '"sticky"',
  ]],
  [`${MINE}policy: {name: mien}\n`, [
    `2:16 policy.name: must be one of ${SHIPPED}, mine [mien]; did you mean ` +
    '"mine"',
  ]],
  [`${MINE}policy: {headers: X-Team}\n`, [
    `2:9 policy.name: must be set; known are ${SHIPPED}, mine`,
  ]],
  [`${MINE}policy: {name: mine, limit: 3}\n`, [
    "2:22 policy: has an unknown key [limit]; known are name, headers",
  ]],
  [`${MINE}policy: {name: mine, header: [X-Team]}\n`, [
    "2:22 policy.header: is no key that is known here; did you mean " +
    '"headers"',
  ]],
  [`${MINE}policy: {name: mine, headers: ['X Team', Authorization]}\n`, [
    "2:32 policy.headers[0]: must be the name of a header ['X Team']",
    "2:42 policy.headers[1]: must not be a header that may carry a key or a session " +
    "[Authorization]",
  ]],
  [`${MINE}policy: {name: sticky, headers: [X-Team]}\n`, [
    "2:24 policy.headers: must stand in when of a rule or in policy, as an " +
    "option of one under policies",
  ]],
  [`${MINE}policy: mine\nauth_id: x\n`, [
    "3:10 auth_id: must not be set together with policy; leave one of the " +
    "two out",
  ]],
  // The entry is wrong: nothing is said of the rule that names it.
  ["policies: {mine: {}}\npolicy: mine\n", [
    "1:18 policies.mine.module: must be set",
  ]],
  ["policies: {mine: x}\nrules: [{name: a, policy: {name: mine}}]\n", [
    "1:18 policies.mine: must be a mapping, got a text",
  ]],
  ["policies: {a.b: {module: a.ts}}\npolicy: a.b\n", [
    "1:12 policies: has a key that must be a name of at most 40 letters, " +
    "digits, - and _ [a.b]",
  ]],
  ["policies: {a.b: {module: a.ts}}\npolicy: c\n", [
    "1:12 policies: has a key that must be a name of at most 40 letters, " +
    "digits, - and _ [a.b]",
    `2:9 policy: must be one of ${SHIPPED} [c]`,
  ]],
  ["policies: {sticky: {module: a.ts}}\npolicy: sticky\n", [
    "1:12 policies: has a key that must not be the name of a policy that " +
    "there is already [sticky]",
  ]],
  ["policies: x\npolicy: {name: mine, headers: x}\n", [
    "1:11 policies: must be a mapping, got a text",
  ]],
  ["policies: {mine: {}}\npolicy: {name: mine, headers: [' ']}\n", [
    "1:18 policies.mine.module: must be set",
    "2:32 policy.headers[0]: must be the name of a header [' ']",
  ]],
  // What no rule uses.
  [MINE, ["1:12 warning policies.mine: is used by no rule"]],
  [`${MINE}policy: sticky\n`, [
    "1:12 warning policies.mine: is used by no rule",
  ]],
  [`deny: true\n${MINE}`, ["2:12 warning policies.mine: is used by no rule"]],
  ["policies:\n  a: {module: a.ts}\n  b:\n    module: a.ts\npolicy: a\n", [
    "3:3 warning policies.b: is used by no rule",
  ]],
  // Dotted keys.
  ["policies.mine.modul: a.ts\n", [
    "1:1 policies.mine.modul: is no key that is known here; did you mean " +
    '"module"',
    "1:1 policies.mine.module: must be set",
  ]],
  ["policies: {mine: {module: a.ts}}\npolicies.mine.module: b.ts\n", [
    "2:1 policies.mine.module: must be set once, got it on line 1 too; a " +
    "dotted key is the same as a nested one",
  ]],
  [
    "policies: {mine: {module: a.ts, options: {a: 1}}}\n" +
    "policies.mine.options.a: 2\n",
    [
      "2:1 policies.mine.options.a: must be set once, got it on line 1 too; a " +
      "dotted key is the same as a nested one",
    ],
  ],
  [
    "policies.mine.module: a.ts\npolicies.mine.options: [s3cret]\n" +
    "policies.mine.options.a: 2\n",
    ["2:24 policies.mine.options: must be a mapping, got a list"],
  ],
  ["policies.mine.module: a.ts\npolicies.mine.options.a.s3cret: 2\n", [
    "2:1 policies.mine.options: must not be set by a key with more dots; " +
    "write it as a mapping",
  ]],
  ["policies.mine.module: a.ts\npolicies.mine.options.a: 017\n", [
    `2:26 policies.mine.options.a: ${NUMBER}`,
  ]],
  ["policies.mine.module: a.ts\npolicies.mine.options.__proto__: 1\n", [
    "2:1 policies.mine.options: has a key that must not be __proto__",
  ]],
  ["policies_dir.a: x\n", [
    "1:1 warning policies_dir.a: is no key of this plugin and is ignored; " +
    'did you mean "policies_dir"',
  ]],
];

for (const [yaml, problems] of BAD) {
  Deno.test(`readModules() names what is wrong when it is ${quoted(yaml)}`, () => {
    assertEquals(problemsOf(yaml), problems);
    const log = read(yaml).problems.map(describeProblem).join("\n");
    assertEquals(log.includes("s3cret"), false);
  });
}

const DOTTED: readonly (readonly [yaml: string, specs: ModuleSpec[]])[] = [
  ["policies.mine.module: a.ts\n", [specOf("mine")]],
  ["policies.mine: {module: a.ts}\n", [specOf("mine")]],
  ["policies.mine.module: a.ts\npolicies.mine.options.limit: 3\n", [
    specOf("mine", '{"limit":3}'),
  ]],
  ["policies.mine.module: a.ts\npolicies.mine.options: {a.b: [x]}\n", [
    specOf("mine", '{"a.b":["x"]}'),
  ]],
  ["policies.mine.module: a.ts\npolicies.mine.options.a: ~\n", [
    specOf("mine"),
  ]],
  [
    "policies: {mine: {module: a.ts, options: {a: 1}}}\n" +
    "policies.mine.options.b: {c: [2]}\npolicies.other.module: a.ts\n",
    [specOf("mine", '{"a":1,"b":{"c":[2]}}'), specOf("other")],
  ],
];

for (const [yaml, specs] of DOTTED) {
  Deno.test(`readModules() puts dotted keys where they belong when it is ${quoted(yaml)}`, () => {
    assertEquals(modulesOf(yaml)?.specs, specs);
  });
}

function specOf(name: string, options = "{}"): ModuleSpec {
  return { name, file: "a.ts", options };
}

Deno.test("readModules() accepts as many as there may be", () => {
  const yaml = `policies:\n${
    Array.from({ length: 32 }, (_, i) => `  p${i}: {module: a.ts}\n`).join("")
  }`;
  assertEquals(modulesOf(yaml)?.specs.length, 32);
});

const NAMED: readonly (readonly [yaml: string, headers: readonly string[]])[] =
  [
    ["policy: mine\n", []],
    ["policy: {name: mine}\n", []],
    ["policy: {name: mine, headers: X-Team}\n", ["x-team"]],
    ["policy.name: mine\npolicy.headers: [X-Team, x-b]\n", ["x-team", "x-b"]],
    ["rules: [{name: a, policy: mine, otherwise: refuse, tiers: all}]\n", []],
    [
      "pools: {p: {id: x}}\n" +
      "rules: [{name: a, use: p, policy: {name: mine, headers: [A]}}]\n",
      ["a"],
    ],
  ];

for (const [yaml, headers] of NAMED) {
  Deno.test(`a rule has a policy that a user wrote when it is ${quoted(yaml)}`, () => {
    assertEquals(problemsOf(yaml + MINE), []);
    const policy = read(yaml + MINE).plan?.rules[0]?.policy;
    const asked: [ModuleSpec, ModuleQuestion][] = [];
    const pick = pickOf(["a"]);
    const modules = {
      ask: (spec: ModuleSpec, question: ModuleQuestion) => {
        asked.push([spec, question]);
        return { kind: "none", reason: "" } as const;
      },
    };
    policy?.choose({ ...pick, context: { ...pick.context, modules } });
    assertEquals(
      asked.map(([{ file }, question]) => [file, question.headers]),
      [["mine.ts", headers]],
    );
  });
}

Deno.test("readModules() knows of one that only a rule in error uses", () => {
  const yaml = `${MINE}rules: [{name: a, use: b, policy: mine}]\n`;
  assertEquals(problemsOf(yaml), [
    "2:24 rules[0].use: must be a pool, but there are none under pools [b]",
  ]);
});

Deno.test("sticky falls back to none that a user wrote", () => {
  const policy = createPolicy("sticky", { otherwise: "mine" });
  assert(typeof policy === "string" && !policy.includes("mine"));
});

Deno.test("readConfigFile() reads policies out of a host config", () => {
  const yaml = "port: 1\nplugins:\n  enabled: true\n  configs:\n" +
    "    scheduler:\n      enabled: true\n      policies: {mine: {module: " +
    "a.ts, options: {a: }}}\n      policy: mine\n";
  const options = { parts: STAND_INS };
  const read = (text: string) =>
    readConfigFile(new TextEncoder().encode(text), options).reading;
  assertEquals(read(yaml).problems.map(inOneLine), [
    "7:49 plugins.configs.scheduler.policies: must have a value, got none in " +
    "braces; the host hands it over as an empty text; write null",
  ]);
  const specs = read(yaml.replace("a: }", "a: 1}")).settings?.modules.specs;
  assertEquals(specs, [specOf("mine", '{"a":1}')]);
});
