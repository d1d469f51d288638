/** The commands for those who write policies: exact texts and exit codes. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { run } from "../../src/cli/run.ts";
import { FakeIo, type FakeWorld, runIn } from "./fake_io.ts";

const GOOD = `export default {
  pick(candidates, context) {
    console.log("asked", candidates.length);
    return { id: candidates.at(-1).id, reason: "The last of " + context.options.what };
  },
};
`;

/** Says how often it was asked. */
const COUNT = `export default {
  pick(candidates, { state }) {
    state.picks = (state.picks ?? 0) + 1;
    const { id } = candidates[(state.picks - 1) % candidates.length];
    return { id, reason: "pick " + state.picks };
  },
};
`;

/** Says what it was told. */
const FACTS = `export default {
  pick([{ id, attributes }], { request: r }) {
    const team = r.headers["x-team"];
    const told = [r.caller, team, r.path, r.isRetry, r.serviceTier];
    return { id, reason: [...told, attributes.plan_type].join(" ") };
  },
};
`;

const REQUEST = JSON.stringify({
  Model: "m",
  Options: { Headers: { "X-Team": ["red"], "X-Other": ["blue"] } },
  Candidates: ["x", "y"].map((ID) => ({ ID, Provider: "codex" })),
});

const FILES = { "p/mine.ts": GOOD, "r.json": REQUEST };

Deno.test("policy new writes a policy, its test and the types, and says what is next", async () => {
  const io = new FakeIo({});
  assertEquals(await run(["policy", "new", "mine"], io), 0);
  assertEquals([...io.written.keys()], [
    "scheduler-policies/mine.ts",
    "scheduler-policies/mine_test.ts",
    "scheduler-policies/scheduler.d.ts",
  ]);
  assertMatch(io.stdoutText, /^wrote {2}scheduler-policies\/mine\.ts\n/);
  assertMatch(io.stdoutText, /mine: \{ module: mine\.ts \}/);
  const policy = io.written.get("scheduler-policies/mine.ts")!;
  const checked = await runIn(
    { files: { "mine.ts": policy } },
    "policy",
    "check",
    "mine.ts",
  );
  assertEquals([checked.exitCode, checked.stderr], [0, ""]);
});

Deno.test("policy new overwrites nothing of its user", async () => {
  for (const path of ["d/mine.ts", "d/mine_test.ts"]) {
    const io = new FakeIo({ files: { [path]: "" } });
    assertEquals(await run(["policy", "new", "mine", "--dir", "d/"], io), 2);
    assertEquals(io.written.size, 0);
    assertEquals(
      io.stderrText,
      `error: Cannot write "${path}": it is there already; choose another name, or remove it first\n`,
    );
  }
});

Deno.test("no other command may write", async () => {
  const io = new FakeIo({ files: FILES });
  await run(["policy", "check", "p/mine.ts"], io);
  let refused = false;
  await io.writeFile("a", "b").catch(() => refused = true);
  assert(refused);
});

/** Arguments, then exit code, standard output and standard error. */
const CASES: readonly (readonly [
  args: readonly string[],
  exitCode: number,
  stdout: RegExp,
  stderr: RegExp,
  world?: FakeWorld,
])[] = [
  [
    ["policy", "check", "p/mine.ts", "--options", '{"what":"all"}'],
    0,
    /^ {2}printed {2}asked 2\npolicy {2}p\/mine\.ts {3}good {3}a pick takes [\d.]+ us\ntrial {3}b\.json {3}The last of all\n$/,
    /^$/,
  ],
  [
    ["policy", "check", "p/mine.ts", "--request", "r.json"],
    0,
    /\ntrial {3}y {3}The last of undefined\n$/,
    /^$/,
  ],
  [
    ["policy", "check", "-"],
    2,
    /^stdin:1:1: error: The file has no default export; write export default .*\npolicy {2}stdin {3}not loaded\n$/,
    /^$/,
    { stdin: "" },
  ],
  [
    ["policy", "check", "bad.ts"],
    2,
    /^bad\.ts:2:3: error: .*\npolicy {2}bad\.ts {3}not loaded\n$/,
    /^$/,
    { files: { "bad.ts": "const a = [\n  ;" } },
  ],
  [
    ["policy", "check", "throws.ts"],
    1,
    /^throws\.ts:1:33: warning: The trial pick failed: It threw Error: why\npolicy {2}throws\.ts {3}loads, but its trial failed\ntrial {3}failed {3}With a request .*\n$/,
    /^$/,
    {
      files: {
        "throws.ts": 'export default { pick() { throw new Error("why") } }',
      },
    },
  ],
  [
    ["policy", "check", "throws.ts", "--request", "r.json"],
    2,
    /^throws\.ts:1:33: error: The trial pick failed: It threw Error: why\n/,
    /^$/,
    {
      files: {
        "throws.ts": 'export default { pick() { throw new Error("why") } }',
        "r.json": REQUEST,
      },
    },
  ],
  [
    ["policy", "check", "gone.ts"],
    2,
    /^$/,
    /^error: Cannot read the policy from "gone\.ts": there is no such file/,
  ],
  [
    ["policy", "run", "p/mine.ts", "--request", "r.json"],
    0,
    /^policy {2}mine {3}rule policy run {3}model m {3}candidates 2 {3}took .* ms\n {2}x {2}kept .*\n {2}y {2}chosen {3}The last of undefined\nanswer {2}y {3}The last of undefined\n$/,
    /^printed: asked 2\n$/,
  ],
  [
    ["policy", "run", "count.ts", "--candidates", "a,b", "--repeat", "3"],
    0,
    /^1 {2}a {3}pick 1\n2 {2}b {3}pick 2\n3 {2}a {3}pick 3\nchosen {2}2 of 3 {2}a\nchosen {2}1 of 3 {2}b\n$/,
    /^$/,
    { files: { "count.ts": COUNT } },
  ],
  [
    [
      "policy",
      "run",
      "count.ts",
      "--candidates",
      "a",
      "--repeat",
      "2",
      "--json",
    ],
    0,
    /"reason": "pick 1"[^]*"reason": "pick 2"[^]*"chosen": \[\s*\{\s*"id": "a",\s*"picks": 2\s*\}\s*\]\s*\}\n$/,
    /^$/,
    { files: { "count.ts": COUNT } },
  ],
  [
    ["policy", "run", "none.ts", "--candidates", "a", "--repeat", "2"],
    1,
    /^1 {2}no answer {3}.*\n2 {2}no answer {3}.*\nchosen {2}2 of 2 {2}no answer\n$/,
    /^$/,
    { files: { "none.ts": "export default { pick() {} }" } },
  ],
  [
    [
      "policy",
      "run",
      "facts.ts",
      "--candidates",
      "a{plan_type=pro}",
      "--caller",
      "AB".repeat(32),
      "--header",
      "X-Team: red",
      "--header",
      "X-Org: secret",
      "--headers",
      "X-Team",
      "--path",
      "/v1/responses",
      "--retry",
      "--service-tier",
      "flex",
    ],
    0,
    /\nanswer {2}a {3}(ab){32} red \/v1\/responses true flex pro\n$/,
    /^note: the policy does not see the header X-Org: it sees those of --headers\n$/,
    { files: { "facts.ts": FACTS } },
  ],
  [
    ["policy", "run", "facts.ts", "--candidates", "a", "--caller", "secret"],
    2,
    /^$/,
    /^error: Cannot use --caller: without a config it must be a hash of 64 hexadecimal digits; see "scheduler caller"\n$/,
    { files: { "facts.ts": FACTS } },
  ],
  [
    ["policy", "run", "p/mine.ts", "--candidates", "q", "--model", "z"],
    0,
    /model z .*\n.*\nanswer {2}q/,
    /^printed: asked 1\n$/,
  ],
  [
    ["policy", "run", "h.ts", "--request", "r.json", "--headers", "x-TEAM"],
    0,
    /answer {2}x {3}\{"x-team":"red"\}\n$/,
    /^$/,
    {
      files: {
        "h.ts":
          "export default { pick: (c, { request }) => ({ id: c[0].id, reason: JSON.stringify(request.headers) }) }",
        "r.json": REQUEST,
      },
    },
  ],
  [
    ["policy", "run", "n.ts", "--request", "r.json"],
    1,
    /The policy n gave no answer\n[^]*answer {2}not handled/,
    /^$/,
    { files: { "n.ts": "export default { pick() {} }", "r.json": REQUEST } },
  ],
  [
    ["policy", "run", "loop.ts", "--request", "r.json"],
    1,
    /It was stopped after 1000 ms/,
    /^$/,
    {
      files: {
        "loop.ts":
          "export default { pick(c) { if (c[0].id === 'x') for (;;); } }",
        "r.json": REQUEST,
      },
    },
  ],
  [
    ["policy", "run", "bad.ts", "--request", "r.json"],
    2,
    /^$/,
    /^error: Policy bad is not loaded: bad\.ts:1:1: The file has no default export/,
    { files: { "bad.ts": "", "r.json": REQUEST } },
  ],
  [
    ["policy"],
    2,
    /^$/,
    /^error: Cannot run policy: what is to be done is missing/,
  ],
  [["policy", "chekc"], 2, /^$/, /did you mean "scheduler policy check"/],
  [
    ["policy", "new"],
    2,
    /^$/,
    /^error: Cannot run policy new: a name is missing/,
  ],
  [["policy", "new", "../a"], 2, /^$/, /^error: Cannot name a policy/],
  [
    ["policy", "check"],
    2,
    /^$/,
    /^error: Cannot run policy check: a file is missing/,
  ],
  [["policy", "check", "a", "b"], 2, /^$/, /one argument is the most/],
  [
    ["policy", "check", "a", "--options", "[1]"],
    2,
    /^$/,
    /^error: Cannot read --options: it must be a JSON object/,
  ],
  [
    ["policy", "run", "a", "--headers", "authorization"],
    2,
    /^$/,
    /must not be a header that may carry a key or a session/,
  ],
  [
    ["policy", "run", "a", "--seed", "x"],
    2,
    /^$/,
    /^error: Cannot read --seed/,
  ],
  [
    ["policy", "run", "-", "--request", "-"],
    2,
    /^$/,
    /^error: Cannot read both the policy and the request/,
  ],
  [["policy", "run", "a", "--sed", "1"], 2, /^$/, /did you mean "--seed"/],
  [["policy", "list", "a"], 2, /^$/, /it takes no argument/],
  [["policy", "list"], 1, /^$/, /^note: no worker of the plugin runs here/],
];

Deno.test("policy new refuses names that would not work", async () => {
  for (const name of ["weighted", "none", "a_test"]) {
    const io = new FakeIo({});
    assertEquals(await run(["policy", "new", name], io), 2);
    assertEquals(io.written.size, 0);
  }
});

for (const [args, exitCode, stdout, stderr, world] of CASES) {
  Deno.test(`scheduler ${args.join(" ")}`, async () => {
    const result = await runIn(world ?? { files: FILES }, ...args);
    assertMatch(result.stdout, stdout);
    assertMatch(result.stderr, stderr);
    assertEquals(result.exitCode, exitCode);
  });
}

Deno.test("policy run repeats chance with a seed, and differs with another", async () => {
  const text =
    "export default { pick: (c, x) => ({ id: c[0].id, reason: String(x.random()) }) }";
  const world = { files: { "r.ts": text, "r.json": REQUEST } };
  const draw = async (...more: readonly string[]) => {
    const args = [
      "policy",
      "run",
      "r.ts",
      "--request",
      "r.json",
      "--json",
      ...more,
    ];
    const { stdout } = await runIn(world, ...args);
    return (JSON.parse(stdout) as { reason: string }).reason;
  };
  assertEquals(await draw("--seed", "7"), await draw("--seed=7"));
  assert(await draw("--seed", "7") !== await draw("--seed", "8"));
});

Deno.test("policy list shows what workers have loaded, and why others cannot be seen", async () => {
  const text = JSON.stringify({
    version: "0.1.0",
    host: { pid: 5, folder: "/srv/\u001b[2Jproxy" },
    policies: [
      {
        name: "mine",
        file: "mine.ts",
        state: "loaded",
        sinceMs: 0,
        calls: 3,
        failures: 1,
        meanUs: 1.5,
      },
      {
        name: "other",
        file: "o.ts",
        state: "not loaded",
        calls: 0,
        failures: 0,
        meanUs: 0,
        problem: "o.ts:1:1: a\u001b[2J",
      },
      {
        name: "third",
        file: "t.ts",
        state: "set aside",
        sinceMs: 0,
        calls: 3,
        failures: 3,
        meanUs: 1,
        aside: {
          why: "3 picks in a row\u001b[2J failed",
          sinceMs: 60_000,
          nextMs: 120_000,
        },
        problem: "t.ts:4:11: It threw Error",
      },
    ],
  });
  const world: FakeWorld = {
    boards: [
      { pid: 7, text },
      { pid: 8, text: "" },
      { pid: 9, problem: "denied" },
      { pid: 10, text: "{" },
    ],
  };
  assertEquals(await runIn(world, "policy", "list"), {
    exitCode: 0,
    stdout: `worker  7   scheduler 0.1.0   host 5 in /srv/\\u001b[2Jproxy
  mine   mine.ts  loaded      since 1970-01-01T00:00:00Z  calls 3  failures 1  mean 1.5 us
  other  o.ts     not loaded
    o.ts:1:1: a\\u001b[2J
  third  t.ts     set aside   since 1970-01-01T00:00:00Z  calls 3  failures 3  mean 1 us
    set aside since 1970-01-01T00:01:00Z: 3 picks in a row\\u001b[2J failed; tried again at 1970-01-01T00:02:00Z
    t.ts:4:11: It threw Error
worker  8   no policies of users
worker  9   it belongs to another user: run this as that user or as root
worker  10   what it shows cannot be read
`,
    stderr: "",
  });
  const { stdout } = await runIn(world, "policy", "list", "--json");
  assertEquals(JSON.parse(stdout).workers.length, 4);
});

Deno.test("check says where it looked for a policy that is missing", async () => {
  const files = {
    "c.yaml": "policies: {mine: {module: mine.ts}}\npolicy: mine\n",
    "d.yaml": "policies: {mine: {module: mine.ts}}\npolicy: mine\n" +
      "policies_dir: /srv/policies\n",
  };
  const relative = await runIn({ files }, "check", "c.yaml");
  assertStringIncludes(
    relative.stdout,
    'Cannot read the policy from "scheduler-policies/mine.ts": there is no ' +
      "such file; it was looked for at /home/ada/scheduler-policies/mine.ts: ",
  );
  const absolute = await runIn({ files }, "check", "d.yaml");
  assertStringIncludes(
    absolute.stdout,
    'Cannot read the policy from "/srv/policies/mine.ts": there is no such ' +
      "file)\n",
  );
});

Deno.test("pick and check know the policies of a config, and say which are not loaded", async () => {
  const files = {
    "c.yaml":
      "policies:\n  mine: { module: mine.ts }\n  bad: { module: bad.ts }\n" +
      "rules: [{ name: r, when: { model: m }, policy: mine }, { name: s, policy: bad }]\n",
    "scheduler-policies/mine.ts": GOOD,
    "scheduler-policies/bad.ts": "export default 1",
    "r.json": REQUEST,
  };
  const picked = await runIn({ files }, "pick", "--config", "c.yaml", "r.json");
  assertMatch(picked.stdout, /answer {2}y {3}The last of undefined\n$/);
  const problem = "Policy bad is not loaded: scheduler-policies/bad.ts: " +
    "The default export must be an object, got number";
  assertEquals(picked.stderr, `note: ${problem}\n`);
  const checked = await runIn({ files }, "check", "c.yaml");
  assertEquals(checked.exitCode, 0);
  assertStringIncludes(
    checked.stdout,
    "c.yaml:3:8: warning: policies.bad cannot be loaded: the host's selector " +
      'would choose for rule "s" without it (scheduler-policies/bad.ts: ' +
      "The default export must be an object, got number)\n",
  );
});
