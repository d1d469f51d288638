/**
 * The object that stands for a policy with options. How policies are read is
 * in `rules_reader_test.ts`, with what is around them.
 */

import { assertEquals } from "@std/assert";
import { policyShape } from "../../src/config/policy_reader.ts";
import { STAND_INS } from "./stand_ins.ts";

Deno.test("policyShape() puts the name before the options", () => {
  const kind = STAND_INS.policyKinds.find(({ name }) => name === "weighted");
  const { fields } = policyShape(kind!);
  assertEquals(Object.keys(fields), ["name", "weights"]);
  assertEquals(fields["name"]?.isRequired, true);
});
