/**
 * What the config warns of wherever a pattern or a value of the host stands,
 * and that no warning shows a secret, nor a log any value.
 */

import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../../src/config/config.ts";
import type { ConfigProblem } from "../../src/config/problem.ts";
import { describeWarning } from "../../src/rpc/log_entry.ts";
import { inOneLine } from "./reading.ts";

function problemsOf(yaml: string): readonly ConfigProblem[] {
  return readConfig(new TextEncoder().encode(yaml)).problems;
}

/** Parts of a config, each with one doubtful value, and the path of it. */
const PLACES: readonly (readonly [string, string])[] = [
  ["rules: {name: a, when: {model: 'zq|b'}}", "rules.when.model"],
  ["rules: {name: a, when: {model: [a, 'zq|b']}}", "rules.when.model[1]"],
  ["rules: {name: a, when: {provider: 'zq|b'}}", "rules.when.provider"],
  ["rules: {name: a, when: {path: v1/zq}}", "rules.when.path"],
  ["rules: {name: a, when: {service_tier: zq}}", "rules.when.service_tier"],
  [
    "rules: {name: a, when: {header: {X-Team: '^zq'}}}",
    "rules.when.header.X-Team",
  ],
  ["rules: {name: a, when: {header: {Host: zq}}}", "rules.when.header.Host"],
  ["rules: {name: a, when: {not: {model: 'zq|b'}}}", "rules.when.not.model"],
  [
    "rules: {name: a, when: {any: [{model: 'zq|b'}]}}",
    "rules.when.any[0].model",
  ],
  ["pools: {p: {id: 'zq|b'}}", "pools.p.id"],
  ["pools: {p: {provider: 'zq|b'}}", "pools.p.provider"],
  ["pools: {p: {auth_kind: zq}}", "pools.p.auth_kind"],
  ["pools: {p: {plan_type: zq}}", "pools.p.plan_type"],
  ["pools: {p: {status: zq}}", "pools.p.status"],
  ["pools: {p: {note: '^zq'}}", "pools.p.note"],
  ["pools: {p: {email: zq}}", "pools.p.email"],
  ["pools: {p: {base_url: zq}}", "pools.p.base_url"],
  [
    "pools: {p: {attributes: {websockets: '^zq'}}}",
    "pools.p.attributes.websockets",
  ],
  ["pools: {p: {attributes: {plan_type: zq}}}", "pools.p.attributes.plan_type"],
  ["pools: {p: {attributes: {my_token: zq}}}", "pools.p.attributes.my_token"],
  ["pools: {p: {id: a, not: {id: 'zq|b'}}}", "pools.p.not.id"],
  ["policy: {name: fixed, id: 'zq|b'}", "policy.id"],
  ["policy: {name: fixed, id: [a, 'zq|b']}", "policy.id[1]"],
  ["policy: {name: weighted, weights: {'zq|b': 1}}", "policy.weights.*"],
  ["policy: {name: sticky, weights: {'zq|b': 1}}", "policy.weights.*"],
  ["policy: {name: sticky, key: 'header:Host'}", "policy.key"],
  [
    "policies: {m: {module: m.ts}}\npolicy: {name: m, headers: [Trailer]}",
    "policy.headers[0]",
  ],
  ["auth_id: zq*", "auth_id"],
  ["auth_id: 'zq, b'", "auth_id"],
];

for (const [yaml, path] of PLACES) {
  Deno.test(`readConfig() warns of ${path} in ${yaml}`, () => {
    const problems = problemsOf(yaml);
    assertEquals(problems.map(({ path }) => path), [path]);
    const [warning] = problems;
    assert(warning !== undefined && warning.hint !== undefined);
    assertEquals(warning.severity, "warning");
    assert(!JSON.stringify(describeWarning(warning)).includes("zq"));
    const isSecret = /'\^zq'|plan_type: zq/.test(yaml) &&
      /header|attributes/.test(yaml);
    const shown = `${warning.found} ${warning.instead}`;
    if (isSecret) assertEquals(shown, "undefined undefined");
  });
}

Deno.test("readConfig() says what a pattern means and how to write it", () => {
  const yaml = "pools: {p: {id: 'a.json|b.json'}}";
  assertEquals(problemsOf(yaml).map(inOneLine), [
    "1:17 warning pools.p.id: is one glob, in which | stands for itself " +
    "[a.json|b.json]; write each alternative as an item of a list",
  ]);
  assertEquals(problemsOf(yaml)[0]?.instead, "[a.json, b.json]");
});

Deno.test("readConfig() asks whether a known word was meant", () => {
  const [warning] = problemsOf("pools: {p: {auth_kind: api_key}}");
  assertEquals(
    warning?.hint,
    'did you mean "apikey"; there are oauth and apikey; ' +
      "openai-compatibility has none",
  );
  const [other] = problemsOf("pools: {p: {attributes: {Plan-Type: pro}}}");
  assertEquals(other?.hint, 'did you mean "plan_type"');
});

Deno.test("readConfig() warns of nothing in what people write", () => {
  const yaml = `pools:
  a: { id: [codex-ada@*, "*:apikey:*"], provider: openai-compatible-*, email: "*@example.com" }
  b: { status: active, auth_kind: OAuth, plan_type: [Pro, team], note: "spare, do not use" }
  c: { base_url: "https://api.example.com/*", attributes: { "header:X-Team": "red*" } }
rules:
  - name: a
    when:
      model: ['claude-x[1m]', "GPT-5*", gpt-5.*]
      path: [/v1/chat/*, /v1beta/models/*]
      header: { User-Agent: "claude-cli/*", Accept: "text/html, */*" }
      service_tier: flex
    use: [a, b, c]
    policy: { name: fixed, id: [codex-ada@*, codex:apikey:1] }
`;
  assertEquals(problemsOf(yaml), []);
});

/** Lists of a thousand names. */
const NAMES = Array.from({ length: 1001 }, (_, i) => `codex-${i}.json`);
const HASHES = NAMES.map((_, i) => `${i}`.padStart(64, "0"));
const LISTS: Readonly<Record<string, (items: readonly string[]) => string>> = {
  "pools.p.id": (items) => `pools: {p: {id: [${items}]}}`,
  "pools.p.note": (items) => `pools: {p: {note: [${items}]}}`,
  "policy.id": (items) => `policy: {name: fixed, id: [${items}]}`,
  "callers.c": (items) =>
    `callers: {c: [${items.map((_, i) => `'${HASHES[i]}'`)}]}`,
  "rules.when.caller": (items) =>
    `rules: {name: a, when: {caller: [${
      items.map((_, i) => `'${HASHES[i]}'`)
    }]}}`,
};

for (const [path, write] of Object.entries(LISTS)) {
  Deno.test(`readConfig() takes a thousand items for ${path}, and no more`, () => {
    assertEquals(problemsOf(write(NAMES.slice(0, 1000))), []);
    const [problem] = problemsOf(write(NAMES));
    assertEquals(problem?.message, "must have at most 1000 items, got 1001");
  });
}

Deno.test("readConfig() warns of no more values than anybody reads", () => {
  const items = NAMES.slice(0, 1000).map((name) => `'${name}|b'`);
  assertEquals(problemsOf(`pools: {p: {id: [${items}]}}`).length, 50);
});
