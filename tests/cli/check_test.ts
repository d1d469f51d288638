/** What `check` says of good, doubtful and bad configs, word for word. */

import { assert, assertEquals } from "@std/assert";
import { runIn } from "./fake_io.ts";
import { README } from "./readme_config.ts";

const REQUEST = new URL(
  "../fixtures/host-v7.2.140/pick-codex-mixed-plans.json",
  import.meta.url,
);

/** Lines of a host's config, with the plugin's part at the end. */
function hostConfig(...plugin: readonly string[]): string {
  return [
    "port: 8317",
    "api-keys:",
    "  - secret-key-1",
    "plugins:",
    "  enabled: true",
    "  configs:",
    "    scheduler:",
    ...plugin.map((line) => `      ${line}`),
    "",
  ].join("\n");
}

const LEFT = "the configured selector of the host chooses";

const BY_RULES = "in force  rules   The first rule that matches a request " +
  "decides, else the configured selector of the host";
const NEEDS_TIERS = "note  tiers: all has no effect on hosts before v7.3.8, " +
  "which send the candidates of the best priority only";

const UNDONE = `callers: {red: ${"37fd8f35".repeat(8)}}
rules:
- {name: all, when: {model: x}}
- {name: red, when: {caller: red}, otherwise: refuse}
`;

/** What stands before the rules. */
function ruleTable(warnings: number, deny = "false"): string[] {
  return [
    "config  c.yaml   the plugin's own   accepted   errors 0   " +
    `warnings ${warnings}`,
    `  deny      ${deny}`,
    "  delegate  (none)",
    "  auth_id   (none)",
  ];
}

const ACCEPTED: readonly (readonly [
  what: string,
  config: string,
  want: readonly string[],
])[] = [
  ["an empty file", "", [
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 0",
    "  deny      false",
    "  delegate  (none)",
    "  auth_id   (none)",
    `in force  none   No policy is configured: ${LEFT}`,
  ]],
  ["an auth_id", "auth_id: a.json\n", [
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 0",
    "  deny      false",
    "  delegate  (none)",
    "  auth_id   a.json",
    "in force  auth_id   Picks this credential when it is a candidate, else " +
    LEFT,
  ]],
  ["a delegate", "delegate: fill-first\n", [
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 0",
    "  deny      false",
    "  delegate  fill-first",
    "  auth_id   (none)",
    "in force  delegate   The fill-first selector of the host chooses",
  ]],
  ["deny", "deny: yes\n", [
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 0",
    "  deny      true",
    "  delegate  (none)",
    "  auth_id   (none)",
    "in force  deny   deny is on: every pick is refused",
  ]],
  ["a host's config", hostConfig("enabled: true", "auth_id: a.json"), [
    "config  c.yaml   the host's, at plugins.configs.scheduler   accepted   " +
    "errors 0   warnings 0",
    "  deny      false",
    "  delegate  (none)",
    "  auth_id   a.json",
    "in force  auth_id   Picks this credential when it is a candidate, else " +
    LEFT,
  ]],
  [
    "a plugin that the host does not load",
    hostConfig("enabled: false", "deny: true"),
    [
      "c.yaml:8:16: warning: plugins.configs.scheduler.enabled is not true, " +
      "so the host does not load the plugin",
      "config  c.yaml   the host's, at plugins.configs.scheduler   " +
      "accepted   errors 0   warnings 1",
      "  deny      true",
      "  delegate  (none)",
      "  auth_id   (none)",
      "in force  nothing   The host does not load the plugin",
    ],
  ],
  ["an unknown key", "delgate: fill-first\n", [
    "c.yaml:1:1: warning: delgate is no key of this plugin and is ignored; " +
    'did you mean "delegate"',
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 1",
    "  deny      false",
    "  delegate  (none)",
    "  auth_id   (none)",
    `in force  none   No policy is configured: ${LEFT}`,
  ]],
  ["a request", '{"Model":"m","Candidates":[]}', [
    "c.yaml:1:1: warning: the document holds no key of this plugin, so " +
    "nothing of it is in force; in a config.yaml of the host the plugin is " +
    "looked for at plugins.configs.scheduler",
    "c.yaml:1:2: warning: Model is no key of this plugin and is ignored; it " +
    "must stand in when of a rule",
    "c.yaml:1:14: warning: the document has an unknown key, which is " +
    "ignored: Candidates",
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 3",
    "  deny      false",
    "  delegate  (none)",
    "  auth_id   (none)",
    "in force  nothing   The file holds no key of this plugin",
  ]],
  ["the rules of the README", README, [
    ...ruleTable(0),
    "  rules     research        when model, caller, time  use paid, keys  " +
    "policy sticky  otherwise refuse 429",
    "            everybody else  when always  use paid, spare  " +
    "policy weighted  otherwise refuse 503",
    BY_RULES,
  ]],
  ["one policy", "tiers: all\npolicy: {name: sticky, key: caller}\n", [
    ...ruleTable(0),
    "  rules     policy  when always  use all  policy sticky  tiers all  " +
    "otherwise host",
    BY_RULES,
    NEEDS_TIERS,
  ]],
  [
    "a pool that no rule uses",
    "pools: {a: {id: x}, b: {id: y}}\n" +
    "rules: [{name: r, use: b}]\n",
    [
      "c.yaml:1:12: warning: pools.a is used by no rule",
      ...ruleTable(1),
      "  rules     r  when always  use b  policy round_robin  otherwise host",
      BY_RULES,
    ],
  ],
  [
    "rules that never match",
    "rules:\n- {name: open}\n" +
    "- {name: late, otherwise: refuse}\n",
    [
      'c.yaml:3:3: warning: rules[1] (rule "late") can never match: rule ' +
      '"open" before it has no ' +
      "conditions, so that it isolates nothing",
      ...ruleTable(1),
      "  rules     open  when always  use all  policy round_robin  " +
      "otherwise host",
      "            late  when always  use all  policy round_robin  " +
      "otherwise refuse 503",
      BY_RULES,
    ],
  ],
  ["an isolation that is undone", UNDONE, [
    'c.yaml:4:3: warning: rules[1] (rule "red") does not isolate its clients ' +
    'from rule "all", ' +
    "which comes before and matches without looking at the client",
    ...ruleTable(1),
    "  rules     all  when model  use all  policy round_robin  otherwise host",
    "            red  when caller  use all  policy round_robin  " +
    "otherwise refuse 503",
    BY_RULES,
  ]],
  ["rules that deny makes idle", "deny: true\nrules: [{name: r}]\n", [
    "c.yaml:2:8: warning: rules is ignored while deny is true",
    ...ruleTable(1, "true"),
    "  rules     r  when always  use all  policy round_robin  otherwise host",
    "in force  deny   deny is on: every pick is refused",
  ]],
  ["a terminal escape", 'auth_id: "\\e[31m\\u202e"\n', [
    "config  c.yaml   the plugin's own   accepted   errors 0   warnings 0",
    "  deny      false",
    "  delegate  (none)",
    "  auth_id   \\u001b[31m\\u202e",
    "in force  auth_id   Picks this credential when it is a candidate, else " +
    LEFT,
  ]],
];

for (const [what, config, want] of ACCEPTED) {
  Deno.test(`check accepts ${what}`, async () => {
    const files = { "c.yaml": config };
    assertEquals(await runIn({ files }, "check", "c.yaml"), {
      exitCode: 0,
      stdout: want.map((line) => `${line}\n`).join(""),
      stderr: "",
    });
  });
}

const REFUSED: readonly (readonly [
  what: string,
  config: string,
  want: readonly string[],
])[] = [
  ["a deny that is no boolean", "deny: maybe\n", [
    "c.yaml:1:7: error: deny must be a boolean, got a text: maybe; " +
    "write true or false",
    "config  c.yaml   not accepted   errors 1   warnings 0",
  ]],
  [
    "several problems in a host's config",
    hostConfig("enabled: true", "deny: maybe", "auth_id: [a, b]", "dely: 1"),
    [
      "c.yaml:9:13: error: plugins.configs.scheduler.deny must be a boolean, " +
      "got a text: maybe; write true or false",
      "c.yaml:10:16: error: plugins.configs.scheduler.auth_id must be a " +
      "text, got a list: [a, b]",
      "c.yaml:11:7: warning: plugins.configs.scheduler.dely is no key of " +
      'this plugin and is ignored; did you mean "deny"',
      "config  c.yaml   not accepted   errors 2   warnings 1",
    ],
  ],
  ["a key that is there twice", "deny: true\ndeny: false\n", [
    "c.yaml:2:1: error: deny must be set once, got it on line 1 too",
    "config  c.yaml   not accepted   errors 1   warnings 0",
  ]],
  ["a nesting of 20000", `a: ${"[".repeat(20_000)}`, [
    "c.yaml: error: the document must be nested less deeply",
    "config  c.yaml   not accepted   errors 1   warnings 0",
  ]],
];

for (const [what, config, want] of REFUSED) {
  Deno.test(`check refuses ${what}`, async () => {
    const files = { "c.yaml": config };
    assertEquals(await runIn({ files }, "check", "c.yaml"), {
      exitCode: 2,
      stdout: want.map((line) => `${line}\n`).join(""),
      stderr: "",
    });
  });
}

Deno.test("check --json prints the facts of a good config", async () => {
  const files = { "c.yaml": "auth_id: a\ndelegat: x\n" };
  const result = await runIn({ files }, "check", "--json", "c.yaml");
  assertEquals([result.exitCode, result.stderr], [0, ""]);
  assertEquals(JSON.parse(result.stdout), {
    file: "c.yaml",
    form: "plugin",
    accepted: true,
    problems: [{
      file: "c.yaml",
      severity: "warning",
      path: "delegat",
      line: 2,
      column: 1,
      message: "is no key of this plugin and is ignored",
      hint: 'did you mean "delegate"',
    }],
    settings: { deny: false, delegate: "", auth_id: "a" },
    rules: [],
    notes: [],
    inForce: {
      policy: "auth_id",
      effect: "Picks this credential when it is a candidate, else " + LEFT,
    },
  });
});

Deno.test("check --json prints the facts of a bad config", async () => {
  const files = { "c.yaml": hostConfig("enabled: true", "deny: maybe") };
  const result = await runIn({ files }, "check", "c.yaml", "--json");
  assertEquals([result.exitCode, result.stderr], [2, ""]);
  assertEquals(JSON.parse(result.stdout), {
    file: "c.yaml",
    form: "host",
    pluginPath: "plugins.configs.scheduler",
    accepted: false,
    notes: [],
    problems: [{
      file: "c.yaml",
      severity: "error",
      path: "plugins.configs.scheduler.deny",
      line: 9,
      column: 13,
      message: "must be a boolean, got a text",
      found: "maybe",
      hint: "write true or false",
    }],
  });
});

Deno.test("check --json names no policy when the host does not load it", async () => {
  const files = { c: hostConfig("enabled: false", "deny: true") };
  const { stdout } = await runIn({ files }, "check", "--json", "c");
  assertEquals(JSON.parse(stdout).inForce, {
    effect: "The host does not load the plugin",
  });
});

Deno.test("check --json is never painted", async () => {
  const world = { terminals: ["stdout"], stdin: "deny: maybe" } as const;
  const { stdout } = await runIn(world, "check", "--json", "-");
  assertEquals(stdout.includes("\u001b"), false);
});

Deno.test("check names standard input as stdin", async () => {
  const { stdout } = await runIn({ stdin: "deny: maybe" }, "check", "-");
  assert(stdout.startsWith("stdin:1:7: error: deny "), stdout);
});

Deno.test("check prints nothing of the rest of a host's config", async () => {
  const files = { c: hostConfig("enabled: true", "deny: maybe", "x: y") };
  const { stdout } = await runIn({ files }, "check", "c");
  assertEquals(stdout.includes("secret-key-1"), false);
});

Deno.test("check escapes a file name that a terminal would obey", async () => {
  const files = { "\u009bx": "deny: maybe" };
  const { stdout } = await runIn({ files }, "check", "\u009bx");
  assert(stdout.startsWith("\\u009bx:1:7: "), stdout);
});

Deno.test("check paints the severity on a terminal", async () => {
  const world = { terminals: ["stdout"], stdin: "deny: maybe" } as const;
  const { stdout } = await runIn(world, "check", "-");
  assert(stdout.startsWith("stdin:1:7: \u001b[31merror:\u001b[0m "), stdout);
});

Deno.test("check refuses rules with what is wrong and where", async () => {
  const files = {
    "c.yaml": README.replace("[paid, spare]", "[payed]")
      .replace("sticky", "stick"),
  };
  const { exitCode, stdout } = await runIn({ files }, "check", "c.yaml");
  assertEquals(exitCode, 2);
  const lines = stdout.split("\n");
  assertEquals(lines.length, 4);
  const first = 'c.yaml:13:13: error: rules[0].policy (rule "research") ';
  assert(lines[0]?.startsWith(`${first}must be `));
  const second =
    'c.yaml:17:11: error: rules[1].use[0] (rule "everybody else") ';
  assert(lines[1]?.startsWith(`${second}must be `));
});

Deno.test("check --request notes pools that nobody is in", async () => {
  const files = { "c.yaml": README, r: await Deno.readTextFile(REQUEST) };
  const args = ["check", "c.yaml", "--request", "r"];
  const { exitCode, stdout } = await runIn({ files }, ...args);
  assertEquals(exitCode, 0);
  assert(
    stdout.endsWith(
      `${BY_RULES}\nnote  No candidate of the request is in pool spare\n`,
    ),
    stdout,
  );
});

Deno.test("check --request notes tiers that the request does not have", async () => {
  const files = {
    "c.yaml": "tiers: all\npolicy: fill_first\n",
    r: await Deno.readTextFile(REQUEST),
  };
  const args = ["check", "--json", "c.yaml", "--request", "r"];
  const { exitCode, stdout } = await runIn({ files }, ...args);
  assertEquals(exitCode, 0);
  assertEquals(JSON.parse(stdout).notes, [
    NEEDS_TIERS.replace("note  ", ""),
    "The candidates of the request have one priority: tiers: all has no " +
    "effect on it",
  ]);
});

Deno.test("check --request refuses what is no request", async () => {
  const files = { "c.yaml": README, r: "[]" };
  const args = ["check", "c.yaml", "--request", "r"];
  const { exitCode, stdout, stderr } = await runIn({ files }, ...args);
  assertEquals([exitCode, stdout], [2, ""]);
  assert(stderr.startsWith("error: r: Cannot decode scheduler.pick: "), stderr);
});

Deno.test("check --json prints the rules as a program needs them", async () => {
  const files = { "c.yaml": README };
  const { stdout } = await runIn({ files }, "check", "--json", "c.yaml");
  const { rules, inForce, notes } = JSON.parse(stdout);
  assertEquals(rules, [
    {
      name: "research",
      when: ["model", "caller", "time"],
      use: ["paid", "keys"],
      policy: "sticky",
      tiers: "top",
      otherwise: "refuse",
      refusal: {
        status: 429,
        message: "research is limited to working hours",
      },
    },
    {
      name: "everybody else",
      when: [],
      use: ["paid", "spare"],
      policy: "weighted",
      tiers: "top",
      otherwise: "refuse",
      refusal: {
        status: 503,
        message: "no credential is available for this request",
      },
    },
  ]);
  assertEquals([inForce.policy, notes], ["rules", []]);
});
