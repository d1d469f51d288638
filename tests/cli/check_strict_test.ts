/** `check` before a restart: what is an error then, and where files are. */

import { assert, assertEquals } from "@std/assert";
import { blocksOf } from "../docs/blocks.ts";
import { type FakeWorld, runIn } from "./fake_io.ts";

const RED = "37fd8f35".repeat(8);

/** The recipe: nobody but team A has its credentials, and it has no others. */
const EXCLUSIVE = blocksOf(
  await Deno.readTextFile(new URL("../../docs/rules.md", import.meta.url)),
).find(({ file }) => file === "team-a.yaml")?.text ?? "";

async function check(files: FakeWorld["files"], ...args: readonly string[]) {
  const { exitCode, stdout } = await runIn({ files: files! }, "check", ...args);
  return { exitCode, lines: stdout.split("\n") };
}

Deno.test("check --strict accepts team A on its own, and nobody else there", async () => {
  assert(EXCLUSIVE.includes("otherwise: refuse"));
  const result = await check({ "c.yaml": EXCLUSIVE }, "--strict", "c.yaml");
  assertEquals(result.exitCode, 0, result.lines.join("\n"));
});

for (
  const [what, before, after, says] of [
    [
      "others may use everything",
      'others: { not: { id: "team-a-*" } }',
      'others: { id: "*" }',
      'rules[1].use (rule "everybody else") has pool others',
    ],
    [
      "the rest falls to the host",
      "    use: others\n    otherwise: refuse\n",
      "    use: others\n",
      "may use credentials of pool team-a, which rule team-a isolates",
    ],
    [
      "nobody has a pool",
      "  others: {",
      "  spare: { note: spare }\n  others: {",
      "pools.spare is used by no rule",
    ],
  ] as const
) {
  Deno.test(`check warns, and --strict refuses, when ${what}`, async () => {
    const files = { "c.yaml": EXCLUSIVE.replace(before, after) };
    const mild = await check(files, "c.yaml");
    assertEquals(mild.exitCode, 0);
    assert(mild.lines[0]?.includes(` warning: `), mild.lines[0]);
    assert(mild.lines[0]?.includes(says), mild.lines[0]);
    const strict = await check(files, "--strict", "c.yaml");
    assertEquals(strict.exitCode, 2);
    assertEquals(strict.lines, [
      mild.lines[0]!.replace(" warning: ", " error: "),
      "config  c.yaml   not accepted   errors 1   warnings 0",
      "",
    ]);
  });
}

const MINE = `policies: {mine: {module: mine.ts}}
pools: {red: {id: "red-*"}}
callers: {red: ${RED}}
rules:
`;
const MISSING = "cannot be loaded";
const GOOD_POLICY = "export default { pick: (c) => c[0] };\n";

const NEEDS: readonly (readonly [
  what: string,
  rules: string,
  severity: "error" | "warning",
  effect: string,
])[] = [
  [
    "a rule that isolates",
    "- {name: red, when: {caller: red}, use: red, policy: mine, " +
    "otherwise: refuse}\n- {name: rest, policy: refuse}\n",
    "error",
    ', and rule "red" would refuse everything without it (',
  ],
  [
    "a rule before one that isolates",
    "- {name: open, when: {model: x}, use: red, policy: mine}\n" +
    "- {name: red, when: {caller: red}, use: red, otherwise: refuse}\n" +
    "- {name: rest, policy: refuse}\n",
    "warning",
    ': requests of rule "open" would be refused with 503 without it, since ' +
    "another rule isolates (",
  ],
  [
    "a rule where nothing isolates",
    "- {name: open, policy: mine}\n",
    "warning",
    ': the host\'s selector would choose for rule "open" without it (',
  ],
];

for (const [what, rules, severity, effect] of NEEDS) {
  Deno.test(`check has ${severity === "error" ? "an" : "a"} ${severity} when a policy is missing that ${what} needs`, async () => {
    for (
      const [text, why] of [
        [undefined, "Cannot read the policy"],
        ["let x =", "mine.ts:1:8"],
      ] as const
    ) {
      const file = text === undefined
        ? {}
        : { "scheduler-policies/mine.ts": text };
      const files = { "c.yaml": MINE + rules, ...file };
      const { exitCode, lines } = await check(files, "c.yaml");
      assertEquals(exitCode, severity === "error" ? 2 : 0);
      const [line = ""] = lines;
      const start = `c.yaml:1:18: ${severity}: policies.mine ${MISSING}`;
      assert(line.startsWith(start + effect), line);
      assert(line.includes(why), line);
    }
  });
}

const HOST = `port: 8317
plugins:
  enabled: true
  configs:
    scheduler:
      enabled: true
      policies: {mine: {module: mine.ts}}
      policy: mine
`;

for (
  const [what, files, args, exitCode] of [
    [
      "beside a config of the host",
      {
        "/etc/cpa/config.yaml": HOST,
        "/etc/cpa/scheduler-policies/mine.ts": GOOD_POLICY,
      },
      ["/etc/cpa/config.yaml"],
      0,
    ],
    [
      "not where we are for a config of the host",
      {
        "/etc/cpa/config.yaml": HOST,
        "scheduler-policies/mine.ts": GOOD_POLICY,
      },
      ["/etc/cpa/config.yaml"],
      2,
    ],
    [
      "in a folder of that name beside it",
      {
        "d/config.yaml": HOST.replace(
          "      policy:",
          "      policies_dir: own/\n      policy:",
        ),
        "d/own//mine.ts": GOOD_POLICY,
      },
      ["d/config.yaml"],
      0,
    ],
    [
      "under --host-dir",
      {
        "config.yaml": HOST,
        "/srv/scheduler-policies/mine.ts": GOOD_POLICY,
      },
      ["--host-dir", "/srv", "config.yaml"],
      0,
    ],
    [
      "where we are for the plugin's own part",
      {
        "d/c.yaml": "policies: {mine: {module: mine.ts}}\npolicy: mine\n",
        "scheduler-policies/mine.ts": GOOD_POLICY,
      },
      ["d/c.yaml"],
      0,
    ],
    [
      "where an absolute folder says",
      {
        "d/c.yaml": "policies: {mine: {module: mine.ts}}\npolicy: mine\n" +
          "policies_dir: /p\n",
        "/p/mine.ts": GOOD_POLICY,
      },
      ["--host-dir=/srv", "d/c.yaml"],
      0,
    ],
  ] as const
) {
  Deno.test(`check looks for policies ${what}`, async () => {
    const result = await check(files, "--strict", ...args);
    assertEquals(result.exitCode, exitCode, result.lines.join("\n"));
  });
}
