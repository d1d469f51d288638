/**
 * The JSON Schema against the reader: both must say the same of each config,
 * but where only meaning tells.
 */

import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/2020";
import { parse } from "yaml";
import { jsonSchema } from "../../src/config/json_schema.ts";
import { referenceRows } from "../../src/config/reference.ts";
import type { Shape } from "../../src/policy/shape.ts";
import { FULL, quoted, read } from "./reading.ts";
import { STAND_INS } from "./stand_ins.ts";

const HASH = "37fd8f35".repeat(8);
const OTHER_HASH = "0a".repeat(32);
const TEXT: Shape = { kind: "text", description: "A model" };
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validate = ajv.compile(jsonSchema(STAND_INS));

const GOOD: readonly string[] = [
  FULL,
  "",
  "{}\n",
  "zones: 5\n",
  "use: ~\nwhen: {}\notherwise: ''\n",
  "enabled: true\npriority: 0\nstore: {a: 1}\n",
  "deny: true\nauth_id: x\ndelegate: fill-first\n",
  "deny: yes\n",
  "deny: 'true'\n",
  'deny: "FALSE"\n',
  "deny: ~\nauth_id: 5\n",
  "pools:\ncallers:\ntiers:\nrefuse:\nrules:\npolicy:\n",
  "policy: sticky\n",
  "policy: ''\nauth_id: x\n",
  "policy: sticky\nauth_id: ' '\ndelegate:\n",
  "policy: {name: sticky}\n",
  "policy: {name: sticky, ttl: 0.5}\n",
  "policy: {name: sticky, ttl: ~}\n",
  "policy: {name: weighted, weights: {a: 1}, ttl: ~}\n",
  "policy: {name: sticky, ttl: []}\n",
  "policy: {name: weighted, weights: {a: 1}, tll: ~}\n",
  "policy: {name: delegate, to: fill-first}\n",
  "rules: ~\npolicy: sticky\n",
  "rules: {name: a}\n",
  "rules: [{name: 5}]\n",
  "rules: []\npools: {}\ncallers: {}\npolicies: {}\nrefuse: {}\n",
  "rules: {}\npools: []\npolicy: sticky\n",
  "rules: []\npolicy: {}\nauth_id: x\n",
  "policy: {}\n",
  "policy: []\nrules: [{name: a}]\n",
  "tiers: ''\npolicies_dir: ''\n",
  "tiers: ' '\npolicy: {name: delegate, to: fill-first}\n",
  "refuse: {status: ~, message: []}\n",
  "rules: [{name: a, when: {model: 5.5, stream: on}}]\n",
  "tiers: all\nrules: [{name: a, policy: {name: delegate, to: fill-first}}]\n",
  `callers: {a: ${HASH}, b: [${OTHER_HASH}]}\n`,
  "pools: {a: {id: x}}\n",
  "pools: {a: {plan_type: pro}}\n",
  "pools.a.id: x\n",
  "refuse: {status: 400.0}\n",
  "policies: ~\npolicies_dir: ~\n",
  "policies: {}\npolicies_dir: /srv/policies\n",
  "policies: {a: {module: a.ts, options: {}}}\n",
  "policies: {a: {module: a.mjs, options: ~}}\n",
  "policies: {a: {module: a.ts, options: {b: [1, {c: ~}], d: x}}}\n",
  "policies: {a: {module: a.ts}}\npolicy: a\n",
  "policies: {a: {module: a.ts}}\npolicy: {name: a}\n",
  "policies: {a: {module: a.ts}}\npolicy: {name: a, headers: X-Team}\n",
  "policies: {5: {module: a.ts}}\npolicy: 5\n",
  "policies: {a: {module: a.ts}}\n" +
  "rules: [{name: r, tiers: all, policy: {name: a, headers: [X-A, X-B]}}]\n",
];

const BAD: readonly string[] = [
  "- a\n",
  "x\n",
  "deny: maybe\n",
  "deny: 1\n",
  "deny: 'tRue'\n",
  "deny: ''\n",
  "auth_id: [a]\n",
  "tiers: best\n",
  "use: a\n",
  "when: {model: a}\n",
  "otherwise: refuse\npolicy: sticky\n",
  "tiers: [top]\n",
  "refuse: x\n",
  "refuse: {status: 200}\n",
  "refuse: {status: 600}\n",
  "refuse: {status: 400.5}\n",
  "refuse: {status: '400'}\n",
  "refuse: {message: ''}\n",
  "refuse: {message: ' '}\n",
  `refuse: {message: ${"x".repeat(501)}}\n`,
  "refuse: {code: 1}\n",
  "rules: ''\n",
  "pools: ''\n",
  "tiers: []\n",
  "tiers: {}\n",
  "auth_id: {}\n",
  "delegate: []\n",
  "deny: []\n",
  "policies_dir: {}\n",
  "refuse: ''\n",
  "refuse: {status: ''}\n",
  "pools: {a: ~}\n",
  "pools: {a: {}}\n",
  "pools: {a: []}\n",
  "pools: {a: ''}\n",
  "pools: {a: {id: ~}}\n",
  "pools: {a: {id: []}}\n",
  "pools: {a: {id: [~]}}\n",
  "pools: {a: {id: x, note: ~}}\n",
  "callers: {a: ~}\n",
  "callers: {a: []}\n",
  "callers: {a: ''}\n",
  "policies: {a: ~}\n",
  "policies: {a: {module: ~}}\n",
  "policies: {a: {module: []}}\n",
  "policy: {name: ~}\n",
  "policy: {name: weighted, weights: ~}\n",
  "policy: {name: sticky, weights: {}}\n",
  "policy: {name: weighted, weights: {a: ~}}\n",
  "policy: {name: weighted, weights: {a: 1, b: ~}}\n",
  "rules: [{name: a, when: ~}]\n",
  "rules: [{name: a, when: {}}]\n",
  "rules: [{name: a, when: []}]\n",
  "rules: [{name: a, when: {model: ~}}]\n",
  "rules: [{name: a, when: {model: []}}]\n",
  "rules: [{name: a, when: {stream: ~}}]\n",
  "rules: [{name: a, when: {headers: ~}}]\n",
  "rules: [{name: a, when: {headers: {}}}]\n",
  "rules: [{name: a, when: {headers: {a: ~}}}]\n",
  "rules: [{name: a, use: ~}]\n",
  "rules: [{name: a, use: {}}]\n",
  "rules: [{name: a, policy: ~}]\n",
  "rules: [{name: a, policy: {}}]\n",
  "rules: [{name: a, policy: ''}]\n",
  "rules: [{name: a, policy: {name: sticky, ttl: ~}}]\n",
  "rules: [{name: a, policy: {name: weighted, weights: {}}}]\n",
  "rules: [{name: a, otherwise: ~}]\n",
  "rules: [{name: a, otherwise: ''}]\n",
  "rules: [{name: a, tiers: ~}]\n",
  "rules: [{name: a, tiers: ''}]\n",
  "rules: [{name: a, otherwise: refuse, refuse: ~}]\n",
  "rules: [{name: a, otherwise: refuse, refuse: {}}]\n",
  "rules: [{name: a, otherwise: refuse, refuse: {status: ~}}]\n",
  "rules: [~]\n",
  "rules: [[]]\n",
  "rules: x\n",
  "rules: [{}]\n",
  "rules: [{name: ~}]\n",
  "rules: [{name: ''}]\n",
  "rules: [{name: 'a '}]\n",
  "rules: [{name: a, polcy: sticky}]\n",
  "rules: [{name: a, use: []}]\n",
  "rules: [{name: a, use: [[b]]}]\n",
  "rules: [{name: a, otherwise: deny}]\n",
  "rules: [{name: a, when: x}]\n",
  "rules: [{name: a, when: {modle: x}}]\n",
  "rules: [{name: a, when: {time: ' '}}]\n",
  "rules: [{name: a, when: {headers: {a: 'b!'}}}]\n",
  "rules: [{name: a, when: {headers: {a: b, c: d, e: f, g: h}}}]\n",
  "pools: {p: {id: x}}\nrules: [{name: a, use: p, policy: {name: delegate, to: fill-first}}]\n",
  "rules: [{name: a, tiers: all, policy: {name: delegate, to: fill-first}}]\n",
  "rules: [{name: a}]\npolicy: sticky\n",
  "rules: [{name: a}]\nauth_id: x\n",
  "policy: sticky\ndelegate: fill-first\n",
  "tiers: top\npolicy: {name: delegate, to: fill-first}\n",
  "policy: weighted\n",
  "policy: [sticky]\n",
  "policy: {name: sticky, ttl: 0}\n",
  "policy: {name: sticky, weights: {a: 1}}\n",
  "policy: {name: weighted}\n",
  "policy: {name: weighted, weights: {a: -1}}\n",
  "policy: {name: weighted, weights: {a: 1.5}}\n",
  "policy: {name: weighted, weights: [1]}\n",
  "policy: {name: delegate, to: random}\n",
  "pools: [a]\n",
  "pools: {a.b: {id: x}}\n",
  "pools: {a: x}\n",
  "pools: {a: {plan_type: gold}}\n",
  "pools: {a: {plan_type: []}}\n",
  "callers: {a: abc}\n",
  `callers: {a: [${HASH}, ~]}\n`,
  `callers: {a: ${HASH.replace("f", "g")}}\n`,
  "policies: [a]\n",
  "policies: {a: x}\n",
  "policies: {a: {}}\n",
  "policies: {a: {module: ../a.ts}}\n",
  "policies: {a: {module: a.d.ts}}\n",
  "policies: {a: {module: a.ts, options: [1]}}\n",
  "policies: {a: {module: a.ts, options: x}}\n",
  "policies: {a: {module: a.ts, limit: 3}}\n",
  "policies: {a b: {module: a.ts}}\n",
  "policies: {sticky: {module: a.ts}}\n",
  "policies: {none: {module: a.ts}}\n",
  "policies_dir: [a]\n",
  "policies_dir: ~/a\n",
  "policies_dir: $HOME/a\n",
  "policy: a b\n",
  "policy: none\n",
  "policy: {name: none}\n",
  "policy: {name: stiky, ttl: 1}\n",
  "policy: {name: sticky, headers: X-Team}\n",
  "policies: {a: {module: a.ts}}\npolicy: {name: a, limit: 3}\n",
  "policies: {a: {module: a.ts}}\npolicy: {name: a, headers: [x y]}\n",
  "policies: {a: {module: a.ts}}\npolicy: a\nauth_id: x\n",
];

/** Configs that are wrong in what they mean. */
const MEANINGLESS: readonly string[] = [
  "rules: [{name: a}, {name: a}]\n",
  "rules: [{name: a, use: b}]\n",
  "rules: [{name: a, when: {caller: b}}]\n",
  `callers: {a: ${HASH}, b: ${HASH}}\n`,
  "policy: {name: weighted, weights: {a: 0}}\n",
  "pools.a.idd: x\n",
  "rules: [{name: a, policy: stiky}]\n",
  "policy: {name: stiky}\n",
  "policy: mine\n",
  "policy: {name: mine, headers: X-Team}\n",
  "policies: {a: {module: a.ts, options: {b: 2024-01-02}}}\n",
  "policies: {a: {module: a.ts}}\npolicy: {name: a, headers: Cookie}\n",
];

const CASES = [
  ...GOOD.map((yaml) => [yaml, true, true] as const),
  ...BAD.map((yaml) => [yaml, false, false] as const),
  ...MEANINGLESS.map((yaml) => [yaml, false, true] as const),
];

for (const [yaml, isRead, isValid] of CASES) {
  Deno.test(`jsonSchema() says ${isValid} and the reader ${isRead} when it is ${quoted(yaml)}`, () => {
    assertEquals(read(yaml).plan !== undefined, isRead);
    assertEquals(
      validate(parse(yaml)),
      isValid,
      JSON.stringify(validate.errors),
    );
  });
}

Deno.test("jsonSchema() describes every key", () => {
  const text = JSON.stringify(jsonSchema(STAND_INS));
  for (const { path, description } of referenceRows(STAND_INS)) {
    const plain = description.replace(/^With [^:]+: /, "");
    assert(text.includes(JSON.stringify(plain)), path);
  }
});

Deno.test("jsonSchema() closes our mappings and leaves the top open", () => {
  const schema = jsonSchema(STAND_INS);
  assertEquals(schema["additionalProperties"], true);
  const { rule } = schema["$defs"] as Readonly<Record<string, object>>;
  assert("additionalProperties" in rule!);
  assertEquals(rule.additionalProperties, false);
});

Deno.test("jsonSchema() stays small when sets are in sets", () => {
  let whenShape: Shape = { kind: "object", description: "", fields: {} };
  for (let level = 0; level < 20; level++) {
    const any: Shape = { kind: "list", description: "", of: whenShape };
    whenShape = {
      kind: "object",
      description: "",
      fields: { any: { shape: any } },
    };
  }
  const schema = jsonSchema({ ...STAND_INS, whenShape });
  assert(JSON.stringify(schema).length < 20_000);
  assertEquals(ajv.validateSchema(schema), true);
});

Deno.test("jsonSchema() says the same of what stands in several places", () => {
  const model: Shape = { kind: "list", description: "Models", of: TEXT };
  const inner = { model: { shape: model } };
  const set: Shape = { kind: "object", description: "Set", fields: inner };
  const other: Shape = { ...set, description: "Other set" };
  const whenShape: Shape = {
    kind: "object",
    description: "",
    fields: { ...inner, set: { shape: set }, other: { shape: other } },
  };
  const schema = jsonSchema({ ...STAND_INS, whenShape });
  const accepts = new Ajv2020({ strict: true, allowUnionTypes: true })
    .compile(schema);
  for (const value of ["a", ["a", "b"], null, []]) {
    const isValid = value !== null && value.length > 0;
    const part = { model: value };
    for (const when of [part, { set: part }, { other: part }]) {
      const rules = [{ name: "a", when }];
      assertEquals(accepts({ rules }), isValid, JSON.stringify(when));
    }
  }
  const text = JSON.stringify(schema);
  assertEquals(text.split('"Models"').length, 2);
  assert(text.includes('"Set"') && text.includes('"Other set"'));
});

Deno.test("jsonSchema() survives JSON", () => {
  const schema = jsonSchema(STAND_INS);
  assertEquals(JSON.parse(JSON.stringify(schema)), schema);
});
