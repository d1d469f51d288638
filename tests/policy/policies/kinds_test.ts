/** The list of policies: each once, made by name, plain ones without options. */

import { assert, assertEquals } from "@std/assert";
import {
  createPolicy,
  POLICY_KINDS,
} from "../../../src/policy/policies/kinds.ts";

const PLAIN = POLICY_KINDS.filter(({ isPlain }) => isPlain);

Deno.test("POLICY_KINDS has each name once", () => {
  const names = POLICY_KINDS.map(({ name }) => name);
  assertEquals(names, [...new Set(names)]);
});

Deno.test("POLICY_KINDS has no option called name", () => {
  for (const { options } of POLICY_KINDS) assert(!("name" in options.fields));
});

for (const { name, options, isPlain } of POLICY_KINDS) {
  Deno.test(`POLICY_KINDS says whether ${name} needs options`, () => {
    const fields = Object.values(options.fields);
    assertEquals(fields.every(({ isRequired }) => !isRequired), isPlain);
  });
}

for (const { name } of PLAIN) {
  Deno.test(`createPolicy() makes ${name} without options`, () => {
    const policy = createPolicy(name);
    assert(typeof policy !== "string");
    assertEquals(policy.name, name);
  });
}

Deno.test("createPolicy() says which names there are", () => {
  assertEquals(
    createPolicy("x"),
    "must be fixed, fill_first, round_robin, weighted, random, " +
      "least_recent, sticky, delegate or refuse",
  );
});

Deno.test("createPolicy() refuses a fallback that needs options", () => {
  assertEquals(
    createPolicy("sticky", { otherwise: "fixed" }),
    "must have another otherwise: it must be fill_first, round_robin, " +
      "weighted, random, least_recent or sticky",
  );
});
