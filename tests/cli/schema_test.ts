/** The JSON Schema as it is printed. */

import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/2020";
import { parse } from "yaml";
import { jsonSchema } from "../../src/config/json_schema.ts";
import { RULE_PARTS } from "../../src/config/rule_parts.ts";
import { runIn } from "./fake_io.ts";
import { README } from "./readme_config.ts";

/** Editors fetch it and read it over and over. */
const MAX_BYTES = 44_000;

const printed = await runIn({}, "schema");

Deno.test("schema prints the schema and nothing else", () => {
  assertEquals([printed.exitCode, printed.stderr], [0, ""]);
  assertEquals(JSON.parse(printed.stdout), jsonSchema(RULE_PARTS));
});

Deno.test("schema stays small enough to be read", () => {
  const { length } = new TextEncoder().encode(printed.stdout);
  assert(length < MAX_BYTES, `${length} bytes`);
});

/** Configs of every condition, matcher and policy, good and bad. */
const CONFIGS: readonly (readonly [yaml: string, isValid: boolean])[] = [
  [README, true],
  ["policy: round_robin\n", true],
  ["policy: {name: sticky, key: 'header:X-Team'}\n", true],
  ["policy: {name: sticky, key: headers}\n", false],
  ["policy: weightd\n", true], // It may be under policies.
  ["policy: fixed\n", false],
  ["policy: {name: weightd, weights: {a: 1}}\n", false],
  ["policies: {mine: {module: mine.ts, options: {a: 1}}}\n", true],
  ["policies: {weighted: {module: mine.ts}}\n", false],
  ["policy: {name: mine, headers: [X-Team]}\n", true],
  [
    "rules: [{name: a, when: {any: [{model: x}, {not: {stream: on}}]}}]\n",
    true,
  ],
  ["rules: [{name: a, when: {any: [{modle: x}]}}]\n", false],
  ["rules: [{name: a, when: {not: {any: {not: {model: x}}}}}]\n", true],
  ["rules: [{name: a, when: {not: {any: {not: {modle: x}}}}}]\n", false],
  ["rules: [{name: a, when: {not: {not: {not: {not: {model: x}}}}}}]\n", false],
  ["pools: {a: {not: {id: x}}}\n", true],
  ["pools: {a: {not: {idd: x}}}\n", false],
];

const validate = new Ajv2020({ strict: true, allowUnionTypes: true })
  .compile(JSON.parse(printed.stdout));

for (const [yaml, isValid] of CONFIGS) {
  Deno.test(`schema ${isValid ? "accepts" : "refuses"} ${JSON.stringify(yaml.slice(0, 70))}`, () => {
    assertEquals(
      validate(parse(yaml)),
      isValid,
      JSON.stringify(validate.errors),
    );
  });
}
