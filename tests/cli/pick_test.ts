/** The exact text of the diagnosis, on requests of a real host. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runIn } from "./fake_io.ts";
import { README } from "./readme_config.ts";

const FIXTURES = new URL("../fixtures/host-v7.2.140/", import.meta.url);

function readFixture(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, FIXTURES));
}

/** Candidates of each recorded request, with its model. */
const RECORDED = [
  {
    name: "pick-claude-retry-mixed-kinds.json",
    model: "claude-sonnet-4-5-20250929",
    ids: [
      "claude-ann@example.com.json",
      "claude:apikey:7cd1cd625b01",
      "claude:apikey:ae797b17888d",
    ],
  },
  {
    name: "pick-codex-mixed-plans.json",
    model: "gpt-5.5",
    ids: [
      "codex-ada@example.com-plus.json",
      "codex-bob@example.com-pro.json",
      "codex-eve@example.com-team.json",
      "codex:apikey:543e8bf651b0",
      "codex:apikey:cf77dd7433ac",
    ],
  },
  {
    name: "pick-codex-stream-session.json",
    model: "gpt-5.5",
    ids: ["codex:apikey:543e8bf651b0", "codex:apikey:cf77dd7433ac"],
  },
  {
    name: "pick-openai-compatible.json",
    model: "m1",
    ids: [
      "openai-compatibility:fake:0966e3b31f16",
      "openai-compatibility:fake:16ef104153ad",
      "openai-compatibility:fake:a4c98428ebac",
    ],
  },
] as const;

for (const { name, model, ids } of RECORDED) {
  const width = Math.max(...ids.map((id) => id.length));
  const chosen = ids[1];
  const head = (policy: string) =>
    `policy  ${policy}   model ${model}   candidates ${ids.length}   ` +
    "took 0.08 ms\n";
  const rows = (verdict: string, reason: string) =>
    ids.map((id) => `  ${id.padEnd(width)}  ${verdict.padEnd(7)}  ${reason}\n`)
      .join("");

  Deno.test(`pick leaves ${name} to the host without a config`, async () => {
    const files = { r: await readFixture(name) };
    assertEquals(await runIn({ files }, "pick", "r"), {
      exitCode: 1,
      stderr: "",
      stdout: head("none") +
        rows("kept", "The configured selector of the host may choose it") +
        "answer  not handled   No policy is configured: the configured " +
        "selector of the host chooses\n",
    });
  });

  Deno.test(`pick answers ${name} with the auth_id`, async () => {
    const files = { r: await readFixture(name), c: `auth_id: '${chosen}'\n` };
    const dropped = rows("dropped", "ID is not the configured auth_id");
    assertEquals(await runIn({ files }, "pick", "r", "--config", "c"), {
      exitCode: 0,
      stderr: "",
      stdout: head("auth_id") +
        dropped.replace(
          `${chosen.padEnd(width)}  dropped  ID is not the`,
          `${chosen.padEnd(width)}  chosen   ID is the`,
        ) +
        `answer  ${chosen}   The configured auth_id is among the candidates\n`,
    });
  });

  Deno.test(`pick delegates ${name}`, async () => {
    const files = { r: await readFixture(name), c: "delegate: fill-first\n" };
    assertEquals(await runIn({ files }, "pick", "r", "--config", "c"), {
      exitCode: 0,
      stderr: "",
      stdout: head("delegate") +
        rows("kept", "The fill-first selector of the host may choose it") +
        "answer  delegate fill-first   The fill-first selector of the host " +
        "chooses\n",
    });
  });

  Deno.test(`pick refuses ${name} when deny is on`, async () => {
    const files = { r: await readFixture(name), c: "deny: true\n" };
    assertEquals(await runIn({ files }, "pick", "r", "--config", "c"), {
      exitCode: 1,
      stderr: "",
      stdout: head("deny") + rows("dropped", "deny is on") +
        "answer  refused scheduler_denied   deny is on: every pick is " +
        "refused\n",
    });
  });

  Deno.test(`pick --json prints the facts of ${name}`, async () => {
    const files = { r: await readFixture(name), c: `auth_id: '${chosen}'\n` };
    const result = await runIn(
      { files },
      ...["pick", "--json", "--config", "c", "r"],
    );
    assertEquals(JSON.parse(result.stdout), {
      policy: "auth_id",
      model,
      tookMs: 0.08,
      candidates: ids.map((id) => ({
        id,
        verdict: id === chosen ? "chosen" : "dropped",
        reason: id === chosen
          ? "ID is the configured auth_id"
          : "ID is not the configured auth_id",
      })),
      answer: { kind: "auth", id: chosen },
      reason: "The configured auth_id is among the candidates",
      warnings: [],
    });
  });

  for (const flags of [[], ["--json"]]) {
    const command = ["pick", ...flags].join(" ");
    Deno.test(`${command} prints no header of ${name}`, async () => {
      const text = await readFixture(name);
      const { Options } = JSON.parse(text);
      const result = await runIn({ stdin: text }, "pick", ...flags);
      const printed = result.stdout + result.stderr;
      const values = Object.values(Options.Headers).flat().map(String);
      const long = values.filter((value) => value.length > 3);
      assert(long.length > 0);
      assertEquals(long.filter((value) => printed.includes(value)), []);
    });
  }
}

const TELL = "pass a scheduler.pick request as the host sends it";
const QUICK = ["pick", "--candidates", "b,a", "--model", "m"];

Deno.test("pick sorts the candidates of a quick request", async () => {
  assertEquals(await runIn({}, ...QUICK), {
    exitCode: 1,
    stderr: "",
    stdout: "policy  none   model m   candidates 2   took 0.08 ms\n" +
      "  a  kept     The configured selector of the host may choose it\n" +
      "  b  kept     The configured selector of the host may choose it\n" +
      "answer  not handled   No policy is configured: the configured " +
      "selector of the host chooses\n",
  });
});

Deno.test("pick takes the config out of a host's config.yaml", async () => {
  const files = {
    c: "port: 8317\n" +
      "plugins:\n" +
      "  enabled: true\n" +
      "  configs:\n" +
      "    scheduler:\n" +
      "      enabled: true\n" +
      "      auth_id: b\n",
  };
  const result = await runIn({ files }, ...QUICK, "--config", "c");
  assertEquals([result.exitCode, result.stderr], [0, ""]);
  assertStringIncludes(result.stdout, "\nanswer  b   ");
});

Deno.test("pick reads the config from standard input", async () => {
  const world = { stdin: "auth_id: a\n" };
  const result = await runIn(world, ...QUICK, "--config=-");
  assertStringIncludes(result.stdout, "\nanswer  a   ");
});

Deno.test("pick names an empty model", async () => {
  const { stdout } = await runIn({}, "pick", "--candidates", "a");
  assertStringIncludes(stdout, "   model (none)   ");
});

Deno.test("pick paints the answer on a terminal", async () => {
  const world = { terminals: ["stdout"], stdin: "auth_id: a" } as const;
  const result = await runIn(
    world,
    ...["pick", "--candidates", "a", "--config=-"],
  );
  assertEquals(
    result.stdout,
    "\u001b[1mpolicy\u001b[0m  auth_id   model (none)   candidates 1   " +
      "took 0.08 ms\n" +
      "  a  \u001b[32mchosen \u001b[0m  ID is the configured auth_id\n" +
      "\u001b[1manswer\u001b[0m  \u001b[32ma\u001b[0m   " +
      "The configured auth_id is among the candidates\n",
  );
});

Deno.test("pick --json is never painted", async () => {
  const world = { terminals: ["stdout"] } as const;
  const { stdout } = await runIn(world, ...QUICK, "--json");
  assertEquals(stdout.includes("\u001b"), false);
});

Deno.test("pick escapes what a terminal would obey", async () => {
  const request = { Model: "\u009b2J", Candidates: [{ ID: "a\u001b[31m\n" }] };
  const world = { stdin: JSON.stringify(request) };
  const { stdout } = await runIn(world, "pick");
  assertEquals(
    stdout,
    "policy  none   model \\u009b2J   candidates 1   took 0.08 ms\n" +
      "  a\\u001b[31m\\u000a  kept     " +
      "The configured selector of the host may choose it\n" +
      "answer  not handled   No policy is configured: the configured " +
      "selector of the host chooses\n",
  );
});

Deno.test("pick notes a request without candidates", async () => {
  assertEquals(await runIn({ stdin: "{}" }, "pick"), {
    exitCode: 1,
    stderr: "note: The request has no candidates; a host always sends one " +
      "or more\n",
    stdout: "policy  none   model (none)   candidates 0   took 0.08 ms\n" +
      "answer  not handled   No policy is configured: the configured " +
      "selector of the host chooses\n",
  });
});

Deno.test("pick decides nothing when the config has an error", async () => {
  const files = { "c.yaml": "deny: maybe\n" };
  const result = await runIn({ files }, ...QUICK, "--config", "c.yaml");
  assertEquals([result.exitCode, result.stdout], [2, ""]);
  assertStringIncludes(result.stderr, "c.yaml:1:7: error: deny must be ");
});

Deno.test("pick warns about the config and decides all the same", async () => {
  const files = { "c.yaml": "auth_id: a\ndelegat: x\n" };
  const result = await runIn({ files }, ...QUICK, "--config", "c.yaml");
  assertEquals(result.exitCode, 0);
  assertStringIncludes(result.stderr, "c.yaml:2:1: warning: delegat ");
});

/** Host configs with which the host does not load the plugin. */
const DISABLED: readonly (readonly [what: string, config: string])[] = [
  [
    "plugins.enabled is false",
    "plugins:\n  enabled: false\n  configs:\n    scheduler:\n" +
    "      enabled: true\n      auth_id: a\n",
  ],
  [
    "the plugin's enabled is missing",
    "plugins:\n  enabled: true\n  configs:\n    scheduler:\n" +
    "      auth_id: a\n",
  ],
];

for (const [what, config] of DISABLED) {
  Deno.test(`pick says that nobody asks for the decision when ${what}`, async () => {
    const files = { "c.yaml": config };
    const result = await runIn({ files }, ...QUICK, "--config", "c.yaml");
    assertStringIncludes(
      result.stdout,
      "\nnote  The host does not load the plugin with this config: this is " +
        "what it would decide\nanswer  a   ",
    );
  });

  Deno.test(`pick --json says that nobody asks for the decision when ${what}`, async () => {
    const files = { "c.yaml": config };
    const args = [...QUICK, "--json", "--config", "c.yaml"];
    const { warnings } = JSON.parse((await runIn({ files }, ...args)).stdout);
    assertEquals(
      warnings.at(-1).message,
      "The host does not load the plugin with this config: this is what it " +
        "would decide",
    );
  });
}

Deno.test("pick --json has the problems of the config as warnings", async () => {
  const files = { "c.yaml": "auth_id: a\ndelegat: x\n" };
  const args = [...QUICK, "--json", "--config", "c.yaml"];
  assertEquals(JSON.parse((await runIn({ files }, ...args)).stdout).warnings, [{
    file: "c.yaml",
    severity: "warning",
    path: "delegat",
    line: 2,
    column: 1,
    message: "is no key of this plugin and is ignored",
    hint: 'did you mean "delegate"',
  }]);
});

Deno.test("pick --json warns of a request without candidates", async () => {
  const { stdout } = await runIn({ stdin: "{}" }, "pick", "--json");
  assertEquals(JSON.parse(stdout).warnings, [{
    message: "The request has no candidates; a host always sends one or more",
  }]);
});

Deno.test("pick says where a request stops being JSON", async () => {
  const world = { stdin: '{\n  "Model": "m",\n}' };
  assertEquals(
    (await runIn(world, "pick")).stderr,
    "error: stdin: Cannot decode scheduler.pick: it is not valid JSON " +
      `(line 3, column 1); ${TELL}\n`,
  );
});

Deno.test("pick shows 10000 candidates", async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `id-${index}`);
  const { stdout } = await runIn({}, "pick", "--candidates", ids.join(","));
  assertEquals(stdout.split("\n").length, 10_003);
});

// ---- rules ----

const RULED = ["pick", "--config", "c", "r"];
const WORKING = ["--at", "2026-11-24T09:30:00+01:00"];
const EVENING = ["--at", "2026-11-24T20:00:00+01:00"];

async function withRules(config = README) {
  const r = await readFixture("pick-codex-mixed-plans.json");
  return { files: { r, c: config } };
}

/** The rows of the candidates that are in no pool of plans. */
function outside(pools: string): string {
  return `  codex:apikey:543e8bf651b0        dropped  ${pools}\n` +
    `  codex:apikey:cf77dd7433ac        dropped  ${pools}\n`;
}

const ADA = "  codex-ada@example.com-plus.json  dropped  Not in pool paid: " +
  'plan_type is "plus", wanted "pro" or "team"\n';

const BY_SESSION = ADA +
  "  codex-bob@example.com-pro.json   chosen   In pool paid: number 1 of 2 " +
  "for this session\n" +
  "  codex-eve@example.com-team.json  kept     In pool paid: number 2 of 2 " +
  "for this session\n" +
  outside("Not in pool paid: it has no plan_type") +
  "answer  codex-bob@example.com-pro.json   The session belongs to it as " +
  "long as it is a candidate\n";

const BY_WEIGHT = ADA +
  "  codex-bob@example.com-pro.json   kept     In pool paid: weight 2 of 5, " +
  "its turn comes next (score 2)\n" +
  "  codex-eve@example.com-team.json  chosen   In pool paid: weight 3 of 5, " +
  "it is its turn (score 3)\n" +
  outside("Not in pool paid: it has no plan_type") +
  "answer  codex-eve@example.com-team.json   It is its turn by its weight\n";

const RESEARCH_HEAD = "policy  sticky   rule research   model gpt-5.5   " +
  "candidates 5   took 0.08 ms\n";
const EVERYBODY_HEAD = "policy  weighted   rule everybody else   " +
  "model gpt-5.5   candidates 5   took 0.08 ms\n";

const BY_RULES: readonly (readonly [
  what: string,
  flags: readonly string[],
  stdout: string,
])[] = [
  ["the first rule in working hours", WORKING, RESEARCH_HEAD + BY_SESSION],
  ["the second rule out of working hours", EVENING, EVERYBODY_HEAD + BY_WEIGHT],
  [
    "each rule in working hours",
    ["--verbose", ...WORKING],
    RESEARCH_HEAD +
    '  research        matches   model is "gpt-5.5", wanted "gpt-*"\n' +
    '                            caller is "team-red", wanted "team-red"\n' +
    "                            time is Tue 09:30 Europe/Berlin, wanted " +
    '"Mon-Fri 08:00-19:00 Europe/Berlin"\n' +
    "  everybody else  skipped   An earlier rule matches\n" + BY_SESSION,
  ],
  [
    "each rule out of working hours",
    ["--verbose", ...EVENING],
    EVERYBODY_HEAD +
    "  research        no match  time is Tue 20:00 Europe/Berlin, wanted " +
    '"Mon-Fri 08:00-19:00 Europe/Berlin"\n' +
    "  everybody else  matches   It has no conditions\n" + BY_WEIGHT,
  ],
];

for (const [what, flags, stdout] of BY_RULES) {
  Deno.test(`pick explains ${what}`, async () => {
    assertEquals(await runIn(await withRules(), ...RULED, ...flags), {
      exitCode: 0,
      stdout,
      stderr: "",
    });
  });
}

Deno.test("pick decides as of now when no time is named", async () => {
  const wallClock = Date.parse("2026-11-24T09:30:00+01:00");
  const world = { ...await withRules(), wallClock };
  const { stdout } = await runIn(world, ...RULED);
  assertEquals(stdout, RESEARCH_HEAD + BY_SESSION);
});

Deno.test("pick goes by the time zone of this machine when a window names none", async () => {
  const config = README.replace(" Europe/Berlin", "");
  const at = ["--at", "2026-11-24T07:30:00Z"];
  const ruleIn = async (timeZone: string) => {
    const world = { ...await withRules(config), timeZone };
    const { stdout } = await runIn(world, ...RULED, ...at);
    return /rule (.+?) {3}/.exec(stdout)?.[1];
  };
  assertEquals(
    [await ruleIn("UTC"), await ruleIn("Europe/Berlin")],
    ["everybody else", "research"],
  );
});

Deno.test("pick says why a rule refuses", async () => {
  const config = README.replace("[pro, team]", "free")
    .replace('"*:apikey:*"', '"x:apikey:"');
  const world = await withRules(config);
  const why = (plan: string) =>
    `Not in pool paid: ${plan}, wanted "free"; Not in pool keys: `;
  assertEquals(await runIn(world, ...RULED, ...WORKING), {
    exitCode: 1,
    stderr: "",
    stdout: RESEARCH_HEAD +
      "  codex-ada@example.com-plus.json  dropped  " +
      `${why('plan_type is "plus"')}` +
      'id is "codex-ada@example.com-plus.json", wanted "x:apikey:"\n' +
      "  codex-bob@example.com-pro.json   dropped  " +
      `${why('plan_type is "pro"')}` +
      'id is "codex-bob@example.com-pro.json", wanted "x:apikey:"\n' +
      "  codex-eve@example.com-team.json  dropped  " +
      `${why('plan_type is "team"')}` +
      'id is "codex-eve@example.com-team.json", wanted "x:apikey:"\n' +
      ["543e8bf651b0", "cf77dd7433ac"].map((id) =>
        `  codex:apikey:${id}        dropped  Not in pool paid: it has no ` +
        `plan_type; Not in pool keys: id is "codex:apikey:${id}", wanted "x:apikey:"\n`
      ).join("") +
      "answer  refused scheduler_refused with 429   Nothing is left to " +
      "choose from: the rule refuses\n",
  });
});

Deno.test("pick --verbose explains no rule when none is asked", async () => {
  for (const config of ["", "auth_id: x\n"]) {
    const world = await withRules(config);
    const { stdout } = await runIn(world, ...RULED, "--verbose");
    assertEquals(stdout, (await runIn(world, ...RULED)).stdout);
  }
});

Deno.test("pick --json prints the facts of rules", async () => {
  const args = [...RULED, "--json", ...EVENING];
  const { exitCode, stdout } = await runIn(await withRules(), ...args);
  const dropped = (id: string, reason: string) => ({
    id,
    verdict: "dropped",
    reason: `Not in pool paid: ${reason}`,
  });
  assertEquals(exitCode, 0);
  assertEquals(JSON.parse(stdout), {
    policy: "weighted",
    rule: "everybody else",
    model: "gpt-5.5",
    tookMs: 0.08,
    candidates: [
      dropped(
        "codex-ada@example.com-plus.json",
        'plan_type is "plus", wanted "pro" or "team"',
      ),
      {
        id: "codex-bob@example.com-pro.json",
        verdict: "kept",
        reason: "In pool paid: weight 2 of 5, its turn comes next",
        score: 2,
      },
      {
        id: "codex-eve@example.com-team.json",
        verdict: "chosen",
        reason: "In pool paid: weight 3 of 5, it is its turn",
        score: 3,
      },
      dropped("codex:apikey:543e8bf651b0", "it has no plan_type"),
      dropped("codex:apikey:cf77dd7433ac", "it has no plan_type"),
    ],
    answer: { kind: "auth", id: "codex-eve@example.com-team.json" },
    reason: "It is its turn by its weight",
    rules: [
      {
        name: "research",
        isMatch: false,
        isShadowed: false,
        conditions: [
          {
            key: "model",
            holds: true,
            reason: 'model is "gpt-5.5", wanted "gpt-*"',
          },
          {
            key: "caller",
            holds: true,
            reason: 'caller is "team-red", wanted "team-red"',
          },
          {
            key: "time",
            holds: false,
            reason: "time is Tue 20:00 Europe/Berlin, wanted " +
              '"Mon-Fri 08:00-19:00 Europe/Berlin"',
          },
        ],
      },
      {
        name: "everybody else",
        isMatch: true,
        isShadowed: false,
        conditions: [],
      },
    ],
    warnings: [],
  });
});

for (const flags of [["--verbose"], ["--json"]]) {
  Deno.test(`pick ${flags} shows neither the caller nor the session`, async () => {
    for (const key of ["session", "caller", "header:Authorization"]) {
      const config = README.replace("sticky", `{name: sticky, key: ${key}}`);
      const world = await withRules(config);
      const result = await runIn(world, ...RULED, ...flags, ...WORKING);
      const printed = result.stdout + result.stderr;
      for (const secret of ["37fd8f35", "0199aaaa", "client-key"]) {
        assertEquals(printed.includes(secret), false);
      }
    }
  });
}

const UNUSABLE: readonly (readonly [what: string, text: string])[] = [
  ["cut off JSON", '{"Model":'],
  ["no JSON", "model: m"],
  ["a list", "[]"],
  ["text after the request", "{} {}"],
  ["a candidate that is text", '{"Candidates":["a"]}'],
  ["a stream flag that is text", '{"Stream":"true"}'],
  ["a nesting of 20000", "[".repeat(20_000)],
  [
    "metadata with a nesting of 20000",
    `{"Options":{"Metadata":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}}`,
  ],
  ["a byte order mark", "\ufeff{}"],
];

for (const [what, text] of UNUSABLE) {
  Deno.test(`pick refuses ${what} in one sentence`, async () => {
    const result = await runIn({ stdin: text }, "pick");
    assertEquals([result.exitCode, result.stdout], [2, ""]);
    const [sentence = "", ...rest] = result.stderr.split("\n");
    assertEquals(rest, [""]);
    assert(
      sentence.startsWith("error: stdin: Cannot decode scheduler.pick: "),
      sentence,
    );
    assert(sentence.endsWith(`; ${TELL}`), sentence);
  });
}

// ---- what flags say of a request ----

const TEAM_HASH = "0f".repeat(32);

const TEAM_CONFIG = `
callers:
  team-red: [${TEAM_HASH}, ${"1e".repeat(32)}]
pools: {pro: {plan_type: pro}, high: {priority: 10}}
rules:
- {name: red, when: {caller: team-red}, use: pro}
- {name: header, when: {header: {X-Team: blue}}, policy: fill_first}
- {name: path, when: {path: /v1/images/*}}
- {name: retry, when: {retry: true}, use: high, tiers: all}
- {name: flex, when: {service_tier: flex}}
- {name: session, when: {session: true}, policy: sticky}
- {name: nameless, when: {not: {model: "?*"}}}
`;

/** Flags, and the rule and the answer that come of them. */
const FLAGGED: readonly (readonly [
  args: readonly string[],
  rule: string | undefined,
  id: string | undefined,
])[] = [
  [["--caller", "team-red"], "red", "b"],
  [["--caller", TEAM_HASH.toUpperCase()], "red", "b"],
  [["--caller", "1e".repeat(32)], "red", "b"],
  [["--caller", "2d".repeat(32)], undefined, undefined],
  [["--header", "x-team: blue"], "header", "c"],
  [["--header", "X-Team: red", "--header", "X-Team: blue"], "header", "c"],
  [["--path", "/v1/images/edits"], "path", "c"],
  [["--retry"], "retry", "c"],
  [["--service-tier", "flex"], "flex", "c"],
  [["--metadata", "canonical_session_id=s"], "session", "c"],
  [["--header", "Thread-Id: s"], "session", "c"],
  [["--model", ""], "nameless", "c"],
  [[], undefined, undefined],
];

for (const [args, rule, id] of FLAGGED) {
  const name = args.join(" ");

  Deno.test(`pick decides by ${name} for a request that is made up`, async () => {
    const candidates = "a,b{plan_type=pro,priority=10},c{priority=10}";
    const result = await runIn(
      { files: { c: TEAM_CONFIG } },
      "pick",
      ...["--config", "c", "--candidates", candidates, "--json"],
      ...["--model", "m", ...args],
    );
    const { rule: found, answer } = JSON.parse(result.stdout);
    assertEquals(found, rule, result.stdout);
    // Of c and b in the best tier, c is what all but round robin gives.
    if (id === "b") assertEquals(answer.id, id);
    else assertEquals(answer.id === undefined, id === undefined);
  });

  Deno.test(`pick decides by ${name} in place of what a request says`, async () => {
    const request = JSON.stringify({
      Model: "m",
      Options: {
        Headers: { "X-TEAM": ["green"] },
        Metadata: { "caller_scope": "3c".repeat(32), "request_path": "/x" },
      },
      Candidates: [{ ID: "b", Attributes: { plan_type: "pro" } }, {
        ID: "c",
        Priority: 0,
      }],
    });
    const { stdout } = await runIn(
      { files: { c: TEAM_CONFIG, r: request } },
      "pick",
      ...["--config", "c", "--json", ...args, "r"],
    );
    assertEquals(JSON.parse(stdout).rule, rule);
  });
}

for (
  const [caller, hint] of [
    ["taem-red", 'did you mean "team-red"'],
    ["sk-secret-key", "known are team-red"],
  ] as const
) {
  Deno.test(`pick does not know --caller ${caller}, and does not show it`, async () => {
    const { exitCode, stdout, stderr } = await runIn(
      { files: { c: TEAM_CONFIG } },
      ...["pick", "--config", "c", "--candidates", "a", "--caller", caller],
    );
    assertEquals([exitCode, stdout], [2, ""]);
    assertEquals(
      stderr,
      "error: Cannot use --caller: it must be a name under callers of the " +
        `config, or a hash of 64 hexadecimal digits; ${hint}\n`,
    );
  });
}

Deno.test("pick shows no value of a flag that may be secret", async () => {
  for (const more of [[], ["--json"], ["--verbose"]]) {
    const { stdout, stderr } = await runIn(
      { files: { c: TEAM_CONFIG } },
      ...["pick", "--config", "c", "--candidates", "a{note=secret}", ...more],
      ...["--header", "X-Team: secret", "--metadata", "x=secret"],
      ...["--caller", "5ec5e7".padEnd(64, "0")],
    );
    assertEquals(/secret|5ec5e7/.test(stdout + stderr), false);
  }
});
