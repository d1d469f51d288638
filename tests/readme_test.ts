/** What the README says of the config is what the code does. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { readConfig } from "../src/config/config.ts";
import { POLICY_KINDS } from "../src/policy/policies/kinds.ts";

const README = await Deno.readTextFile(
  new URL("../README.md", import.meta.url),
);

for (const { name } of POLICY_KINDS) {
  Deno.test(`the README's table of policies has ${name}`, () => {
    assertStringIncludes(README, `\n| \`${name}\``);
  });
}

Deno.test("the README's configs are accepted without a warning", () => {
  const configs = [...README.matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, yaml = ""]) => yaml)
    .filter((yaml) => !yaml.startsWith("plugins:"));
  assertEquals(configs.length > 0, true);
  for (const yaml of configs) {
    const { problems } = readConfig(new TextEncoder().encode(yaml));
    assertEquals(problems, []);
  }
});
