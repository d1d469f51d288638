/** Rules against the rest of a host's config, in both layouts, in words. */

import { assert, assertEquals } from "@std/assert";
import { readConfigFile } from "../../src/config/host_config.ts";

/** Stands where keys are: no problem may ever show it. */
const SECRET = "sk-secret-0123456789";

/** Each problem of a host's config with these rules, in one line. */
function problemsOf(host: string, plugin: string): string[] {
  const yaml = `${host}plugins:\n  enabled: true\n  configs:\n` +
    `    scheduler:\n      enabled: true\n` +
    plugin.replace(/^(?=.)/gm, "      ");
  const { form, reading } = readConfigFile(new TextEncoder().encode(yaml));
  assertEquals(form, "host");
  assert(!JSON.stringify(reading.problems).includes("secret"));
  return reading.problems.map(({ severity, path, line, message }) =>
    `${line} ${severity} ${path} ${message}`
  );
}

const NO_OPUS = `rules:
- {name: no opus, when: {model: "claude-opus*"}, policy: refuse}
`;

const OTHER_NAME = 'is another name of a model that rule "no opus" closes, ' +
  "and its when.model does not match it: clients get the model by this name";

const V7_KEYS = `port: 8317
claude-api-key:
  - api-key: ${SECRET}
    models:
      - {name: claude-opus-4-5, alias: opus}
`;

const V8_KEYS = `config-version: 8
api-keys:
  claude:
    - name: team
      models: [{name: claude-opus-4-5, alias: opus}]
      keys: [{api-key: ${SECRET}}]
`;

const ALIASES: readonly (readonly [
  what: string,
  host: string,
  plugin: string,
  want: readonly string[],
])[] = [
  ["an alias of an API key", V7_KEYS, NO_OPUS, [
    `5 warning claude-api-key[0].models[0].alias ${OTHER_NAME}`,
  ]],
  ["an alias of a group", V8_KEYS, NO_OPUS, [
    `5 warning api-keys.claude[0].models[0].alias ${OTHER_NAME}`,
  ]],
  [
    "an alias of a key in a group",
    `config-version: 8
api-keys:
  claude:
    - keys:
      - api-key: ${SECRET}
        models: [{name: claude-opus-4-5, alias: opus}]
`,
    NO_OPUS,
    [
      `6 warning api-keys.claude[0].keys[0].models[0].alias ${OTHER_NAME}`,
    ],
  ],
  [
    "an alias of a compatible provider",
    `port: 1
openai-compatibility:
- name: router
  base-url: https://secret.example
  models: [{name: anthropic/claude-opus-4, alias: big}]
`,
    NO_OPUS,
    [
      `5 warning openai-compatibility[0].models[0].alias ${OTHER_NAME}`,
    ],
  ],
  [
    "an alias of accounts",
    `port: 1
oauth-model-alias:
  claude:
  - {name: claude-opus-4-5, alias: co45, fork: true}
`,
    NO_OPUS,
    [
      `4 warning oauth-model-alias.claude[0].alias ${OTHER_NAME}`,
    ],
  ],
  [
    "an alias of accounts where v8 has it, which is all that counts",
    `port: 1
oauth-model-alias: {claude: [{name: claude-opus-4-5, alias: old}]}
oauth:
  model-alias: {claude: [{name: claude-opus-4-5, alias: new}]}
`,
    NO_OPUS,
    [
      `4 warning oauth.model-alias.claude[0].alias ${OTHER_NAME}`,
    ],
  ],
  [
    "an alias where any of several conditions closes",
    V7_KEYS,
    NO_OPUS.replace(
      '{model: "claude-opus*"}',
      '{any: [{model: x}, {model: "claude-opus*"}]}',
    ),
    [`5 warning claude-api-key[0].models[0].alias ${OTHER_NAME}`],
  ],
  [
    "an alias where only some names may pass",
    V7_KEYS,
    "rules:\n- {name: only opus, when: {not: {model: opus}}, policy: refuse}\n",
    [],
  ],
  [
    "an alias that a rule of its own closes",
    V7_KEYS,
    NO_OPUS + "- {name: alias, when: {model: opus}, policy: refuse}\n",
    [],
  ],
  [
    "an alias that the rule matches",
    V7_KEYS.replace("alias: opus", "alias: claude-opus-latest"),
    NO_OPUS,
    [],
  ],
  [
    "an alias of a model that no rule closes",
    V7_KEYS,
    "rules:\n- {name: haiku, when: {model: claude-haiku*}, policy: refuse}\n",
    [],
  ],
  [
    "an alias of a model that a rule only routes",
    V7_KEYS,
    'rules:\n- {name: opus, when: {model: "claude-opus*"}}\n',
    [],
  ],
  [
    "no alias",
    V7_KEYS.replace(", alias: opus", ""),
    NO_OPUS,
    [],
  ],
];

for (const [what, host, plugin, want] of ALIASES) {
  Deno.test(`a model that is closed is checked against ${what}`, () => {
    assertEquals(problemsOf(host, plugin), [...want]);
  });
}

const SPARE = `pools:
  spare: {id: "claude:apikey:*", priority: "<10"}
  main: {id: "claude:apikey:*", priority: ">=10"}
`;

const TWO_TIERS = `port: 1
claude-api-key:
  - {api-key: ${SECRET}1, priority: 10}
  - {api-key: ${SECRET}2}
`;

const LOWER = "has no credentials but API keys of a lower priority than " +
  "claude-api-key[0], which is in none of its pools: they are not offered " +
  "as long as that one can be used";

const PRIORITIES: readonly (readonly [
  what: string,
  host: string,
  plugin: string,
  want: readonly string[],
])[] = [
  [
    "of lower keys alone",
    TWO_TIERS,
    SPARE +
    "rules:\n- {name: a, use: spare}\n",
    [
      `14 warning plugins.configs.scheduler.rules[0].use ${LOWER}`,
    ],
  ],
  [
    "of lower keys after higher ones",
    TWO_TIERS,
    SPARE +
    "rules:\n- {name: a, use: [main, spare]}\n",
    [],
  ],
  [
    "of lower keys with tiers: all",
    TWO_TIERS,
    SPARE +
    "rules:\n- {name: a, use: spare, tiers: all}\n",
    [],
  ],
  [
    "of keys that others do not stand in for",
    TWO_TIERS.replace(
      "priority: 10",
      "priority: 10, models: [{name: claude-haiku-4}]",
    ),
    SPARE + "rules:\n- {name: a, use: spare}\n",
    [],
  ],
  [
    "of keys with another prefix",
    TWO_TIERS.replace(
      "priority: 10",
      "priority: 10, prefix: team",
    ),
    SPARE + "rules:\n- {name: a, use: spare}\n",
    [],
  ],
  [
    "that accounts may be in",
    TWO_TIERS,
    `pools: {low: {priority: "<10"}}
rules:
- {name: a, use: low}
`,
    [],
  ],
  [
    "of lower keys of a v8 group",
    `config-version: 8
api-keys:
  claude:
    - priority: 10
      keys: [{api-key: ${SECRET}1}, {api-key: ${SECRET}2, priority: 0}]
`,
    SPARE + "rules:\n- {name: a, use: spare}\n",
    [
      "15 warning plugins.configs.scheduler.rules[0].use " +
      LOWER.replace("claude-api-key[0]", "api-keys.claude[0].keys[0]"),
    ],
  ],
];

for (const [what, host, plugin, want] of PRIORITIES) {
  Deno.test(`a rule is checked against priorities for a pool ${what}`, () => {
    const problems = problemsOf(host, plugin)
      .filter((problem) => !problem.includes("is used by no rule"));
    assertEquals(problems, want);
  });
}

const CLOSED = "rules:\n- {name: a, policy: refuse}\n";

for (
  const [host, plugin, want] of [
    ["request-retry: 3\n", CLOSED, [
      "8 note plugins.configs.scheduler.rules[0] refuses with 503, which the " +
      "host takes for a reason to try again: with request-retry: 3 one " +
      "request is up to 4 picks",
    ]],
    ["routing: {retry: {request-retry: 1}}\nrequest-retry: 3\n", CLOSED, [
      "9 note plugins.configs.scheduler.rules[0] refuses with 503, which the " +
      "host takes for a reason to try again: with request-retry: 1 one " +
      "request is up to 2 picks",
    ]],
    ["request-retry: 3\n", "policy: refuse\n", [
      "7 note plugins.configs.scheduler.policy refuses with 503, which the " +
      "host takes for a reason to try again: with request-retry: 3 one " +
      "request is up to 4 picks",
    ]],
    ["request-retry: 0\n", CLOSED, []],
    ["host: ''\n", CLOSED, []],
    ["request-retry: -1\n", CLOSED, []],
    ["request-retry: 3\n", `refuse: {status: 422}\n${CLOSED}`, []],
    ["request-retry: 3\n", "rules:\n- {name: a}\n", []],
    ["routing:\n  session-affinity: true\n", "policy: sticky\n", [
      "2 note routing.session-affinity binds sessions only where a request " +
      'is left to the host: in rule "policy" sticky binds them by itself, ' +
      "and neither knows of the other",
    ]],
    ["routing:\n  session-affinity: true\n", "policy: random\n", []],
    ["routing:\n  session-affinity: false\n", "policy: sticky\n", []],
  ] as const
) {
  Deno.test(`a host with ${JSON.stringify(host)} advises on ${JSON.stringify(plugin)}`, () => {
    assertEquals(
      problemsOf(`port: 1\n${host}`, plugin).map((problem) =>
        problem.replace(/^\d+/, (line) => `${Number(line) - 1}`)
      ),
      [...want],
    );
  });
}

for (const root of ["port: 1\n", "config-version: 8\nserver: {port: 1}\n"]) {
  Deno.test(`a host's config that begins with ${JSON.stringify(root)} tells that it loads no plugin`, () => {
    const off = readConfigFile(new TextEncoder().encode(
      `${root}plugins: {configs: {scheduler: {policy: random}}}\n`,
    ));
    assertEquals(
      off.reading.problems.map(({ severity, path, message }) =>
        `${severity} ${path} ${message}`
      ),
      ["plugins", "plugins.configs.scheduler"].map((path) =>
        `warning ${path}.enabled is not true, so the host does not load the ` +
        "plugin"
      ),
    );
    assertEquals([off.enabled, off.pluginsEnabled], [false, false]);
    const none = readConfigFile(new TextEncoder().encode(root));
    assertEquals(none.form, "host");
    assertEquals(none.reading.settings, undefined);
  });
}

Deno.test("a large config of a host is reviewed in a bounded time", () => {
  const models = Array.from(
    { length: 5000 },
    (_, i) => `      - {name: claude-opus-${i}, alias: a${i}}\n`,
  );
  const rules = Array.from(
    { length: 200 },
    (_, i) => `- {name: r${i}, when: {model: "m${i}*"}, policy: refuse}\n`,
  );
  const host = `port: 1\nclaude-api-key:\n  - models:\n${models.join("")}`;
  const problems = problemsOf(host, NO_OPUS + rules.join(""));
  assertEquals(problems.length, 10);
});
