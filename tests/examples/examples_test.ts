/**
 * The examples are whole: each has its files, its config is accepted, and its
 * policy is one that the worker loads and that answers there as in its test.
 */

import { assert, assertEquals } from "@std/assert";
import { readConfigFile } from "../../src/config/host_config.ts";
import { checkModule } from "../../src/modules/check_module.ts";
import { compileModule } from "../../src/modules/compile.ts";
import { factsOf } from "../../src/modules/facts.ts";
import { CHECK_GUARD_MS } from "../../src/modules/limits.ts";
import { Realm } from "../../src/modules/realm.ts";
import type { PickRequest } from "../../src/policy/pick_request.ts";
import { candidate, pick } from "../../examples/made_up.ts";
import type { Policy } from "../../examples/scheduler.d.ts";

/** By the names of the headers that the rule of its config lets it see. */
const GUIDE = new URL("../../examples/README.md", import.meta.url);
const EXAMPLES = [
  { name: "business_hours", headers: [] },
  { name: "cheapest_first", headers: [] },
  { name: "follow_session", headers: [] },
  { name: "one_credential_per_model", headers: [] },
  { name: "spread_by_header", headers: ["x-team"] },
] as const;

/** As the plugin has them: sorted by ID. */
const CANDIDATES = [
  candidate("codex-ada@example.com.json", { "plan_type": "free" }),
  candidate("codex-bob@example.com.json", {
    "plan_type": "plus",
    note: "spare",
  }),
  candidate("codex-eve@example.com.json", { "plan_type": "team" }),
  candidate("codex:apikey:543e8bf651b0"),
];

const BASE: PickRequest = {
  provider: "codex",
  providers: ["codex"],
  model: "gpt-5.5",
  stream: true,
  headers: {},
  metadata: {},
  candidates: CANDIDATES,
};

/** Requests that differ in all that the examples look at. */
const REQUESTS: readonly PickRequest[] = [
  BASE,
  { ...BASE, model: "gpt-5.5-mini(high)" },
  { ...BASE, model: "" },
  { ...BASE, headers: { "X-Team": ["red", "blue"] } },
  { ...BASE, headers: { "X-Team": ["green"], "Session_id": ["one"] } },
  { ...BASE, headers: { "Session_id": ["two"] } },
  { ...BASE, headers: { "Session_id": ["one"] } },
  { ...BASE, candidates: CANDIDATES.slice(1) },
  { ...BASE, candidates: CANDIDATES.slice(3) },
];

/** A Friday at noon and at night, in Europe. */
const TIMES = [Date.UTC(2026, 6, 3, 10), Date.UTC(2026, 6, 3, 22)];

function fileOf(name: string, file: string): URL {
  return new URL(`${name}/${file}`, GUIDE);
}

async function readExample(name: string) {
  const config = await Deno.readFile(fileOf(name, "config.yaml"));
  const { reading } = readConfigFile(config);
  assertEquals(reading.problems, []);
  const [spec] = reading.settings?.modules.specs ?? [];
  assert(spec !== undefined);
  const text = await Deno.readTextFile(fileOf(name, `${name}.ts`));
  return { spec, text, rules: reading.plan?.rules ?? [] };
}

async function openRealm(
  { file, text, options }: {
    readonly file: string;
    readonly text: string;
    readonly options: string;
  },
): Promise<Realm> {
  const compiled = await compileModule(text, file);
  assert("script" in compiled, JSON.stringify(compiled));
  const guardMs = CHECK_GUARD_MS;
  const realm = Realm.open(compiled, {
    file,
    options,
    state: "",
    seed: 1,
    guardMs,
  });
  assert(realm instanceof Realm, JSON.stringify(realm));
  return realm;
}

/** The chance that a policy has in a realm: another one tells it. */
async function openChance(): Promise<() => number> {
  const text = `export default {
    pick: ([{ id }], context) => ({ id, reason: String(context.random()) }),
  };`;
  const realm = await openRealm({ file: "chance.js", text, options: "{}" });
  const question = {
    candidates: CANDIDATES,
    facts: JSON.stringify(factsOf(BASE, [])),
    nowMs: 0,
  };
  return () => {
    const answer = realm.ask(question);
    assert(answer.kind === "choice");
    return Number(answer.reason);
  };
}

Deno.test("examples/ has the types that policies are made for", async () => {
  const api = new URL("../../src/modules/api.d.ts", import.meta.url);
  assertEquals(
    await Deno.readFile(new URL("scheduler.d.ts", GUIDE)),
    await Deno.readFile(api),
  );
});

for (const { name, headers } of EXAMPLES) {
  Deno.test(`examples/${name} has its files and no others`, async () => {
    const files = [];
    for await (const file of Deno.readDir(new URL(`${name}/`, GUIDE))) {
      files.push(file.name);
    }
    assertEquals(
      files.toSorted(),
      ["README.md", "config.yaml", `${name}.ts`, `${name}_test.ts`].toSorted(),
    );
  });

  Deno.test(`examples/${name} has a config that is accepted`, async () => {
    const { spec, rules } = await readExample(name);
    assertEquals(spec.name, name);
    assertEquals(spec.file, `${name}.ts`);
    assertEquals(rules.map(({ policy }) => policy.name), [name]);
  });

  Deno.test(`examples/${name} is checked without a doubt`, async () => {
    const { spec: { file, options }, text } = await readExample(name);
    const check = { file, text, options, state: "" };
    const result = await checkModule(check);
    assert("compiled" in result, JSON.stringify(result));
    assertEquals(result.doubt, undefined);
  });

  Deno.test(`examples/${name} answers in a realm as in its test`, async () => {
    const { spec: { file, options }, text } = await readExample(name);
    const { default: policy } = await import(
      fileOf(name, `${name}.ts`).href
    ) as { readonly default: Policy };
    const realm = await openRealm({ file, text, options });
    const random = await openChance();
    const state = {};
    for (const nowMs of TIMES) {
      for (const request of REQUESTS) {
        const { candidates } = request;
        const facts = factsOf(request, headers);
        const given = { request: facts, nowMs, state, random };
        const answer = realm.ask(
          { candidates, facts: JSON.stringify(facts), nowMs },
          CHECK_GUARD_MS,
        );
        const inRealm = answer.kind === "choice"
          ? candidates[answer.place]?.id
          : answer.kind;
        const parsed = JSON.parse(options);
        const here = pick(policy, candidates, { ...given, options: parsed });
        assertEquals(inRealm, here ?? "none");
      }
    }
  });
}
