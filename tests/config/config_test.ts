/**
 * The meaning of the plugin's YAML: what the host's own example makes of the
 * same text. Each case was compared with it.
 */

import { assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";
import type { Rule } from "../../src/policy/rule.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/policy/settings.ts";

type Case = readonly [yaml: string, settings: Partial<Settings>];

/** Scalars of a string field, and the string that each becomes. */
const TEXTS: readonly (readonly [yaml: string, text: string])[] = [
  // As it was written, whatever type YAML would give it.
  ["1", "1"],
  ["007", "007"],
  ["1.50", "1.50"],
  ["0x1F", "0x1F"],
  ["0o17", "0o17"],
  ["1_000", "1_000"],
  ["1e3", "1e3"],
  ["1:20", "1:20"],
  [".inf", ".inf"],
  [".nan", ".nan"],
  ["99999999999999999999", "99999999999999999999"],
  ["true", "true"],
  ["False", "False"],
  ["yes", "yes"],
  ["on", "on"],
  ["2024-01-02", "2024-01-02"],
  ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"],
  ["nULL", "nULL"],
  ["<<", "<<"],
  ["=", "="],
  ["-x", "-x"],
  ["?x", "?x"],
  [":x", ":x"],
  ["a#b", "a#b"],
  ["a # c", "a"],
  ['"a" # c', "a"],
  ["http://x/y?z=1", "http://x/y?z=1"],
  ["codex:apikey:0123456789ab", "codex:apikey:0123456789ab"],
  ["日本 😀", "日本 😀"],
  // Null is the default.
  ["", ""],
  ["~", ""],
  ["null", ""],
  ["Null", ""],
  ["NULL", ""],
  ["# c", ""],
  ["!!null ~", ""],
  // Quotes and escapes.
  ['"~"', "~"],
  ["''", ""],
  ["'it''s'", "it's"],
  ['"a\\tb"', "a\tb"],
  ['"\\x41\\u0042\\U00000043"', "ABC"],
  ['"\\U0001F600"', "😀"],
  ['"a\\_b"', "a\u00a0b"],
  ['"a\\\\/b"', "a\\/b"],
  ['"a\\\n  b"', "ab"],
  ['"a\n  b"', "a b"],
  ["'a\n\n  b'", "a\nb"],
  // More than one line.
  ["x\n y", "x y"],
  ["x\n\n  y", "x\ny"],
  ["|\n  a\n  b\n", "a\nb"],
  ["|-\n  a\n", "a"],
  ["|2-\n   a\n", "a"],
  [">\n  a\n  b\n", "a b"],
  [">-\n  a\n\n  b\n", "a\nb"],
  ["\n  x", "x"],
  // Tags and anchors.
  ["!!str 5", "5"],
  ["!!str ~", "~"],
  ["! 5", "5"],
  ['!!int "1"', "1"],
  ["!!int 12", "12"],
  ["!!float 1.5", "1.5"],
  ["!!bool true", "true"],
  ["!!binary aGk=", "hi"],
  ['!!binary "aGk="', "hi"],
  ["!!merge <<", "<<"],
  ["&anchor x", "x"],
  // Outer space, of Unicode.
  ["' a '", "a"],
  ['"\\t a \\n"', "a"],
  ['"\\_a\\_"', "a"],
  ['"\\u3000a\\u2003"', "a"],
  ['"\\Na\\L"', "a"],
  ["\u00a0a\u3000", "a"],
  ['"\\u200ba"', "\u200ba"],
  ['"\\ufeffa"', "\ufeffa"],
  ["' a  b '", "a  b"],
];

for (const [yaml, authId] of TEXTS) {
  Deno.test(`readConfig() reads a text when it is ${quoted(yaml)}`, () => {
    assertSettings(`auth_id: ${yaml}\n`, { authId });
  });
}

const TRUE = [
  ...["true", "True", "TRUE"].flatMap((word) => spellings([word])),
  "!!bool true",
  '!!bool "true"',
  "! true",
  '! "true"',
];
const FALSE = [
  ...["false", "False", "FALSE"].flatMap((word) => spellings([word])),
  '!!bool "false"',
  "",
  "~",
  "null",
];
const OLD_TRUE = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
const OLD_FALSE = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];

const BOOLEANS: readonly (readonly [yaml: string, deny: boolean])[] = [
  ...[...TRUE, ...spellings(OLD_TRUE)].map((yaml) => [yaml, true] as const),
  ...[...FALSE, ...spellings(OLD_FALSE)].map((yaml) => [yaml, false] as const),
  ["|-\n  yes\n", true],
  ["|-\n  true\n", true],
  [">-\n  yes\n", true],
  ["true # c", true],
  ["\ttrue", true],
  ["&x true", true],
  ["!!bool |-\n  true\n", true],
];

for (const [yaml, deny] of BOOLEANS) {
  Deno.test(`readConfig() reads a boolean when it is ${quoted(yaml)}`, () => {
    assertSettings(`deny: ${yaml}\n`, { deny });
  });
}

const DOCUMENTS: readonly Case[] = [
  // Nothing, or null.
  ["", {}],
  ["\n  \n", {}],
  ["# a\n  # b\n", {}],
  ["---\n", {}],
  ["null\n", {}],
  ["~", {}],
  ["{}\n", {}],
  // What the host writes.
  ["enabled: true\npriority: 0\n", {}],
  ["{enabled: true, auth_id: 'x', priority: 0}\n", { authId: "x" }],
  ["&base\nenabled: true\nauth_id: x\n", { authId: "x" }],
  ["# c\n\nauth_id: x # c\n# c\ndeny: on\n", { authId: "x", deny: true }],
  ["delegate: ' round-robin '\n", { delegate: "round-robin" }],
  ["delegate: Fill-First\nauth_id: a\n", {
    delegate: "Fill-First",
    authId: "a",
  }],
  [
    "store:\n    schema-version: 1\n    tags: [a, b]\n    tags2:\n" +
    "        - a\n    install:\n        deny: true\nauth_id: x\n",
    { authId: "x" },
  ],
  // Spelling of the document.
  ['{"auth_id":"x","deny":true,}', { authId: "x", deny: true }],
  ["{auth_id: x,\n  deny: yes}\n", { authId: "x", deny: true }],
  ["{auth_id}", {}],
  ["--- {auth_id: x}\n", { authId: "x" }],
  ["auth_id: x\n...\n", { authId: "x" }],
  ["\ufeffauth_id: x\n", { authId: "x" }],
  ["auth_id: x\r\ndeny: true\r\n", { authId: "x", deny: true }],
  ["auth_id: x\rdeny: true\r", { authId: "x", deny: true }],
  // Keys.
  ["'auth_id': x\n\"de\\x6ey\": yes\n", { authId: "x", deny: true }],
  ["? auth_id\n: x\n", { authId: "x" }],
  ["x: 1\n!!str deny: yes\n", { deny: true }],
  ["Auth_ID: a\nauth-id: b\nAuthID: c\nDENY: true\n", {}],
  ["1: a\ntrue: b\n~: c\nauth_id: d\n", { authId: "d" }],
  ["other: [1, {a: b}, [c]]\nauth_id: x\n", { authId: "x" }],
  ["store: {a: 1, a: 2}\nauth_id: x\n", { authId: "x" }],
  ["auth_id : x\n", { authId: "x" }],
  // Anchors.
  ["x: &a y\nauth_id: *a\n", { authId: "y" }],
  ["x: &a 1\ny: &a 2\nauth_id: *a\n", { authId: "2" }],
  ["x: &a [*a]\nauth_id: x\n", { authId: "x" }],
  ["x: &k deny\n*k : true\n", { deny: true }],
  // Merge keys.
  ["<<: {auth_id: x}\n", { authId: "x" }],
  ["!!merge <<: {auth_id: x}\ndeny: on\n", { authId: "x", deny: true }],
  ["deny: on\n!!merge <<: {auth_id: x}\n", { authId: "x", deny: true }],
  ["x: &a {auth_id: x}\n!!merge <<: *a\n", { authId: "x" }],
  ["<<: {deny: true, auth_id: x}\ndeny: no\n", { authId: "x" }],
  ["<<: {deny: true}\ndeny:\n", {}],
  ["<<: {deny: [1]}\ndeny: yes\n", { deny: true }],
  ["<<: [{auth_id: x}, {auth_id: y, deny: on}]\n", {
    authId: "x",
    deny: true,
  }],
  ["<<: {<<: {deny: on}, auth_id: x}\n", { authId: "x", deny: true }],
  ["<<: {<<: {auth_id: y}, auth_id: x}\n", { authId: "x" }],
  ["x: &a {auth_id: x}\n<<: [*a, *a]\n", { authId: "x" }],
  ["<<: []\nauth_id: x\n", { authId: "x" }],
  ['"<<": 5\nauth_id: x\n', { authId: "x" }],
  ["'<<': {deny: true}\n", {}],
];

for (const [yaml, settings] of DOCUMENTS) {
  Deno.test(`readConfig() accepts a document when it is ${quoted(yaml)}`, () => {
    assertSettings(yaml, settings);
  });
}

const ERRORS: readonly (readonly [yaml: string, problem: string])[] = [
  // Fields.
  ["deny: maybe\n", "1:7 deny: must be a boolean, got a text"],
  ["deny: tRUE\n", "1:7 deny: must be a boolean, got a text"],
  ["deny: yEs\n", "1:7 deny: must be a boolean, got a text"],
  ["deny: t\n", "1:7 deny: must be a boolean, got a text"],
  ["deny: 1\n", "1:7 deny: must be a boolean, got a number"],
  ["deny: 0\n", "1:7 deny: must be a boolean, got a number"],
  ["deny: 1.0\n", "1:7 deny: must be a boolean, got a number"],
  ["deny: 2024-01-02\n", "1:7 deny: must be a boolean, got a number"],
  ['deny: " true"\n', "1:7 deny: must be a boolean, got a quoted text"],
  ["deny: 'tRUE'\n", "1:7 deny: must be a boolean, got a quoted text"],
  ['deny: ""\n', "1:7 deny: must be a boolean, got an empty text"],
  ["deny: !!str tru\n", "1:13 deny: must be a boolean, got a tagged value"],
  ["deny: !!bool yes\n", "1:14 deny: must be a boolean, got a tagged value"],
  ["deny: !!bool 1\n", "1:14 deny: must be a boolean, got a tagged value"],
  ['deny: ! "tru"\n', "1:9 deny: must be a boolean, got a quoted text"],
  ["deny: |\n  yes\n", "1:7 deny: must be a boolean, got a quoted text"],
  ["deny: [true]\n", "1:7 deny: must be a boolean, got a list"],
  ["deny:\n  a: b\n", "2:3 deny: must be a boolean, got a mapping"],
  ["auth_id: [a]\n", "1:10 auth_id: must be a text, got a list"],
  ["auth_id: {}\n", "1:10 auth_id: must be a text, got a mapping"],
  ["auth_id: !!null x\n", "1:17 auth_id: must be a text, got a tagged value"],
  ["auth_id: !!bool yes\n", "1:17 auth_id: must be a text, got a tagged value"],
  [
    "auth_id: !!float abc\n",
    "1:18 auth_id: must be a text, got a tagged value",
  ],
  ["auth_id: !!binary a\n", "1:19 auth_id: must be a text, got invalid base64"],
  ["delegate:\n  - a\n", "2:3 delegate: must be a text, got a list"],
  ["<<: {deny: 5}\n", "1:12 deny: must be a boolean, got a number"],
  ["x: &a [b]\nauth_id: *a\n", "1:7 auth_id: must be a text, got a list"],
  // Keys.
  [
    "auth_id: a\nauth_id: b\n",
    "2:1 auth_id: must be set once, got it on line 1 too",
  ],
  [
    "x: a\ny: b\n'x': c\n",
    "3:1 : must not set a key twice, got one of line 1 again",
  ],
  [
    "<<: {deny: 1, deny: 2}\ndeny: on\n",
    "1:15 deny: must be set once, got it on line 1 too",
  ],
  ["x: 1\n!!int 1: y\n", "2:7 : must have keys without tags"],
  ["x: 1\n!!int deny: y\n", "2:7 deny: must be a key without a tag"],
  ['<<: {}\n"<<": 5\n', "2:1 <<: must be set once, got it on line 1 too"],
  [
    "<<: {x: 1, x: 2}\n",
    "1:12 : must not set a key twice, got one of line 1 again",
  ],
  ["[a]: b\n", "1:1 : must have texts as keys, got a list"],
  ["{a: b}: c\n", "1:1 : must have texts as keys, got a mapping"],
  ["<<: 5\n", "1:5 <<: must merge a mapping, got a number"],
  ["<<:\n", "1:4 <<: must merge a mapping, got null"],
  ["<<: [{}, x]\n", "1:10 <<: must merge a mapping, got a text"],
  ["&a\n<<: *a\n", "2:1 <<: must not merge a mapping into itself"],
  ["x: &l [{}]\n<<: *l\n", "1:7 <<: must merge a mapping, got a list"],
  // Documents.
  ["a text\n", "1:1 : must be a mapping, got a text"],
  ["''\n", "1:1 : must be a mapping, got an empty text"],
  ["- auth_id: x\n", "1:1 : must be a mapping, got a list"],
  ["true\n", "1:1 : must be a mapping, got a boolean"],
  // Anchors.
  [
    "!!merge <<: *outside\nenabled: true\n",
    "1:13 : must define the anchor of an alias before it",
  ],
  ["auth_id: *undef\n", "1:10 : must define the anchor of an alias before it"],
  ["x: *a\ny: &a 1\n", "1:4 : must define the anchor of an alias before it"],
];

for (const [yaml, problem] of ERRORS) {
  Deno.test(`readConfig() names the error when it is ${quoted(yaml)}`, () => {
    const { settings, problems } = readConfig(encode(yaml));
    const errors = problems.filter(({ severity }) => severity === "error");
    assertEquals(settings, undefined);
    assertEquals(errors.map(inOneLine), [problem]);
  });
}

const SYNTAX_ERRORS: readonly string[] = [
  "auth_id: a: b\n",
  "auth_id: @x\n",
  "auth_id: `x\n",
  "auth_id: %x\n",
  "auth_id: - a\n",
  "auth_id: -\n",
  "auth_id: ,\n",
  "auth_id: ]\n",
  "auth_id: }\n",
  "auth_id: ?\n",
  "auth_id: 'x\n",
  'auth_id: "x\n',
  'auth_id: "\\z"\n',
  "auth_id: [x\n",
  "auth_id: {x\n",
  "auth_id: x\n  deny: true\n",
  "auth_id: x\n deny\n: true\n",
  "x:\n  a: 1\n b: 2\n",
  "\t",
  " \t\n",
  "\tauth_id: x\n",
  "x:\n\ta: b\n",
  "...\n",
  "# c\n...\n",
  "auth_id: x\0\n",
  "# \x07\n",
  "auth_id: \x7f\n",
  "%YAML 1.2\n---\nauth_id: x\n",
  '{"auth_id": "\\/"}\n',
  '{"auth_id": "\\ud83d\\ude00"}\n',
  '"auth_id":x\n',
  "{deny:[]}\n",
  "{deny :[]}\n",
  "{auth_id: :x}\n",
  "{auth_id: x?y}\n",
  "{ : x}\n",
  "? auth_id\n:\tx\n",
  "auth_id: |\n  \tx\n",
  "x: &a! y\n",
  "[\n",
];

for (const yaml of SYNTAX_ERRORS) {
  Deno.test(`readConfig() refuses a document when it is ${quoted(yaml)}`, () => {
    const { settings, problems } = readConfig(encode(yaml));
    assertEquals(settings, undefined);
    assertEquals(problems[0]?.severity, "error");
  });
}

const SECOND: readonly (readonly [yaml: string, place: string])[] = [
  ["auth_id: x\n---\nauth_id: y\n", "2:1"],
  ["---\nauth_id: |\n  ---\n# c\n\n---\n[\n", "6:1"],
  ["auth_id: x\n---\n", "2:1"],
  ["auth_id: x\n...\n# c\n\nauth_id: y\n", "5:1"],
];

for (const [yaml, place] of SECOND) {
  Deno.test(`readConfig() points at the second document when it is ${quoted(yaml)}`, () => {
    assertEquals(readConfig(encode(yaml)).problems.map(inOneLine), [
      `${place} : must be one YAML document, got a second one`,
    ]);
  });
}

for (const end of ["", "...\n", "# c", "\n# c\n"]) {
  Deno.test(`readConfig() speaks of tags when one is unusual before ${quoted(end)}`, () => {
    const [problem] = readConfig(encode(`x: !mine y\n${end}`)).problems;
    assertEquals(problem?.message, "must be YAML without unusual tags");
  });
}

Deno.test("readConfig() advises quotes when a text holds a colon", () => {
  assertEquals(readConfig(encode("auth_id: a: b\n")).problems.map(inOneLine), [
    '1:10 : must have one key on a line; put quotes around a text that holds ": "',
  ]);
});

Deno.test("readConfig() quotes a key apart from the path when nobody knows it", () => {
  const { problems } = readConfig(encode("x: 1\nx: 2\ny: 1\n"));
  assertEquals(problems.map(({ path, found }) => [path, found]), [
    ["", "x"],
    ["", "x"],
    ["", "y"],
  ]);
});

Deno.test("readConfig() names every error when there are several", () => {
  const yaml = "deny: 5\nauth_id: []\nx: 1\nx: 2\ndelegate: *a\n";
  const { problems } = readConfig(encode(yaml));
  const errors = problems.filter(({ severity }) => severity === "error");
  assertEquals(errors.map(({ line, path }) => [line, path]), [
    [1, "deny"],
    [2, "auth_id"],
    [4, ""],
    [5, ""],
  ]);
});

Deno.test("readConfig() quotes what it found apart from the message", () => {
  const yaml = "auth_id: [secret]\n";
  const [problem] = readConfig(encode(yaml)).problems;
  assertEquals(problem?.found, "[secret]");
  assertEquals(problem?.message.includes("secret"), false);
});

Deno.test("readConfig() shortens what it found when it is long", () => {
  const yaml = `auth_id: [${"a, ".repeat(100)}]\n`;
  const [problem] = readConfig(encode(yaml)).problems;
  assertEquals(problem?.found?.length, 41);
});

const WARNINGS: readonly (readonly [yaml: string, warnings: string[]])[] = [
  ["enabled: true\npriority: 1\nstore: {}\nauth_id: x\n", []],
  ["delgate: fill-first\n", [
    '1:1 delgate: is no key of this plugin and is ignored; did you mean "delegate"',
  ]],
  ["Auth-ID: x\n", [
    '1:1 Auth-ID: is no key of this plugin and is ignored; did you mean "auth_id"',
  ]],
  ["zones: []\n", ["1:1 : has an unknown key, which is ignored"]],
  ["enabled: true\nscheduler:\n  deny: true\n", [
    "2:1 scheduler: is no key of this plugin and is ignored; the keys of this " +
    "plugin stand directly in plugins.configs.scheduler",
  ]],
  ["delegate: Fill-First\n", [
    "1:11 delegate: is no selector that the host knows, so every pick is left " +
    'to the selector that the host is configured with; did you mean "fill-first"',
  ]],
  ["delegate: random\n", [
    "1:11 delegate: is no selector that the host knows, so every pick is left " +
    "to the selector that the host is configured with; known are fill-first " +
    "and round-robin",
  ]],
  ["auth_id: x\ndelegate: fill-first\n", [
    "1:10 auth_id: is ignored while delegate is set",
  ]],
  ["auth_id: x\ndelegate: fill-first\ndeny: on\n", [
    "1:10 auth_id: is ignored while deny is true",
    "2:11 delegate: is ignored while deny is true",
  ]],
  ["auth_id: ' '\ndelegate:\n", []],
  ["policy: round_robin\n", []],
  ["policy: round_robin\ndeny: on\n", [
    "1:9 policy: is ignored while deny is true",
  ]],
  ["Policy: round_robin\n", [
    '1:1 Policy: is no key of this plugin and is ignored; did you mean "policy"',
  ]],
];

for (const [yaml, warnings] of WARNINGS) {
  Deno.test(`readConfig() warns when it is ${quoted(yaml)}`, () => {
    const { settings, problems } = readConfig(encode(yaml));
    assertEquals(settings === undefined, false);
    assertEquals(problems.map(inOneLine), warnings);
  });
}

const POLICIES: readonly (readonly [
  yaml: string,
  policy: string | undefined,
  settings: Partial<Settings>,
])[] = [
  ["policy: round_robin\n", "round_robin", {}],
  ["policy: ' round_robin '\n", "round_robin", {}],
  ["policy: |-\n  round_robin\n", "round_robin", {}],
  ["policy: fill_first\n", "fill_first", {}],
  ["policy: {name: sticky, key: caller}\n", "sticky", {}],
  ["policy:\n", undefined, {}],
  ["policy: ''\nauth_id: x\ndelegate: fill-first\n", undefined, {
    authId: "x",
    delegate: "fill-first",
  }],
  [
    "policy: round_robin\nauth_id: ''\ndelegate: ' '\n",
    "round_robin",
    {},
  ],
  ["policy: round_robin\ndeny: true\n", "round_robin", { deny: true }],
];

for (const [yaml, policy, expected] of POLICIES) {
  Deno.test(`readConfig() reads the policy when it is ${quoted(yaml)}`, () => {
    const { rules = [], ...settings } = readConfig(encode(yaml)).settings ?? {};
    const { rules: _, ...defaults } = DEFAULT_SETTINGS;
    assertEquals(settings, { ...defaults, ...expected });
    assertEquals(
      rules.map(({ policy, ...rule }) => ({ ...rule, policy: policy.name })),
      policy === undefined ? [] : [{ ...ONLY_RULE, policy }],
    );
  });
}

/** What the key `policy` stands for. */
const ONLY_RULE = {
  name: "policy",
  when: [],
  use: [],
  otherwise: "host",
  refusal: {
    status: 503,
    message: "no credential is available for this request",
  },
  tiers: "top",
} satisfies Omit<Rule, "policy">;

const WANTED_POLICY = "must be one of fixed, fill_first, round_robin, " +
  "weighted, random, least_recent, sticky, delegate, refuse";

const BAD_POLICIES: readonly (readonly [yaml: string, errors: string[]])[] = [
  ["policy: least-used\n", [`1:9 policy: ${WANTED_POLICY}`]],
  ["deny: no\npolicy: round-robin\n", [
    `2:9 policy: ${WANTED_POLICY}; did you mean "round_robin"`,
  ]],
  ["policy: Round_Robin\n", [
    `1:9 policy: ${WANTED_POLICY}; did you mean "round_robin"`,
  ]],
  ["rules: [{name: a, policy: refuse, otherwise: host}]\n", [
    "1:46 rules[0].otherwise: must not be host with the policy refuse",
  ]],
  ["policy: [round_robin]\n", [
    "1:9 policy: must be a text or a mapping, got a list",
  ]],
  ["auth_id: x\npolicy: round_robin\n", [
    "1:10 auth_id: must not be set together with policy; leave one of the two out",
  ]],
  ["policy: round_robin\ndelegate: fill-first\n", [
    "2:11 delegate: must not be set together with policy; leave one of the two out",
  ]],
  ["policy: round_robin\n\nauth_id: x\ndelegate: fill-first\ndeny: no\n", [
    "4:11 delegate: must not be set together with policy; leave one of the two out",
    "3:10 auth_id: must not be set together with policy; leave one of the two out",
  ]],
];

for (
  const [key, place] of [
    ["use", "in a rule"],
    ["otherwise", "in a rule or in policy, as an option of sticky"],
    ["when", "in a rule"],
  ]
) {
  Deno.test(`readConfig() refuses ${key} outside of a rule`, () => {
    const yaml = `policy: round_robin\n${key}: x\n`;
    const { settings, problems } = readConfig(encode(yaml));
    assertEquals(settings, undefined);
    assertEquals(problems.map(inOneLine), [
      `2:1 ${key}: must stand ${place}`,
    ]);
  });
}

for (const [yaml, errors] of BAD_POLICIES) {
  Deno.test(`readConfig() refuses the policy when it is ${quoted(yaml)}`, () => {
    const { settings, problems } = readConfig(encode(yaml));
    assertEquals(settings, undefined);
    const found = problems.filter(({ severity }) => severity === "error");
    assertEquals(found.map(inOneLine).toSorted(), errors.toSorted());
  });
}

Deno.test("readConfig() warns of some unknown keys when there are many", () => {
  const yaml = Array.from({ length: 100 }, (_, i) => `k${i}: 1\n`).join("");
  assertEquals(readConfig(encode(yaml)).problems.length, 20);
});

Deno.test("readConfig() names no control character when a key has one", () => {
  const [problem] = readConfig(encode('"a\\e[31m\\u202eb": 1\n')).problems;
  assertEquals(problem?.found, "a\ufffd[31m\ufffdb");
});

/** Documents that would take long, or all of the memory or stack. */
const HOSTILE: Readonly<Record<string, string>> = {
  "too long": `auth_id: x\n${"#".repeat(1024 * 1024)}`,
  "open brackets": `x: ${"[".repeat(1_000_000)}`,
  "closed brackets": `x: ${"[".repeat(500_000)}${"]".repeat(500_000)}`,
  "nested lists": `${"- ".repeat(500_000)}x`,
  "nested keys": `${"? ".repeat(500_000)}x`,
  "one large mapping merged often": `x: &a {${
    Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`).join(", ")
  }}\ny: [${"{<<: *a}, ".repeat(40_000)}]\n`,
  "a syntax error on each line": `x: "${"x\n".repeat(20_000)}"`,
  "many equal keys": "x: 1\n".repeat(20_000),
};

for (const [name, yaml] of Object.entries(HOSTILE)) {
  Deno.test(`readConfig() refuses a document when it has ${name}`, () => {
    const { settings, problems } = readConfig(encode(yaml));
    assertEquals(settings, undefined);
    assertEquals(problems[0]?.severity, "error");
    assertEquals(problems.length <= 50, true);
  });
}

Deno.test("readConfig() accepts nine aliases to nine aliases and so on", () => {
  const levels = [..."bcdefghij"].map((name, i) =>
    `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[i]}`).join(", ")}]\n`
  );
  const yaml = `a: &a [x]\n${levels.join("")}auth_id: x\n`;
  assertSettings(yaml, { authId: "x" });
});

Deno.test("readConfig() trims a text when it holds a megabyte of spaces", () => {
  const authId = `a${" ".repeat(1_000_000)}b`;
  assertSettings(`auth_id: "  ${authId} "\n`, { authId });
});

Deno.test("readConfig() refuses bytes when they are no UTF-8", () => {
  const { problems } = readConfig(new Uint8Array([0x61, 0x3a, 0x20, 0xff]));
  assertEquals(problems.map(({ message }) => message), [
    "must be UTF-8, got other bytes",
  ]);
});

function assertSettings(yaml: string, settings: Partial<Settings>): void {
  const reading = readConfig(encode(yaml));
  const errors = reading.problems.filter((p) => p.severity === "error");
  assertEquals(errors, []);
  assertEquals(reading.settings, { ...DEFAULT_SETTINGS, ...settings });
}

function inOneLine(
  { line, column, path, message, hint }: {
    readonly line?: number;
    readonly column?: number;
    readonly path: string;
    readonly message: string;
    readonly hint?: string;
  },
): string {
  const isHinted = hint !== undefined && hint !== "write true or false";
  return `${line}:${column} ${path}: ${message}${isHinted ? `; ${hint}` : ""}`;
}

function spellings(words: readonly string[]): string[] {
  return words.flatMap((
    word,
  ) => [word, `"${word}"`, `'${word}'`, `!!str ${word}`]);
}

function quoted(yaml: string): string {
  const text = JSON.stringify(yaml);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function encode(yaml: string): Uint8Array {
  return new TextEncoder().encode(yaml);
}
