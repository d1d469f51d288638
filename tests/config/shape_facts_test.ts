/**
 * What shapes want, and which of them may be quoted.
 */

import { assertEquals } from "@std/assert";
import { mayQuote, wantedBy } from "../../src/config/shape_facts.ts";
import type { Shape } from "../../src/policy/shape.ts";

const description = "A value";
const TEXT: Shape = { kind: "text", description };
const SECRET: Shape = { kind: "text", description, isSecret: true };
const NUMBER: Shape = { kind: "number", min: 0, max: 1, description };

const CASES: readonly (readonly [Shape, string, boolean])[] = [
  [TEXT, "a text", true],
  [SECRET, "a text", false],
  [{ kind: "choice", values: ["a"], description }, "a", true],
  [{ kind: "choice", values: ["a", "b"], description }, "a or b", true],
  [
    { kind: "choice", values: ["a", "b", "c"], description },
    "one of a, b, c",
    true,
  ],
  [{ kind: "boolean", description }, "a boolean", true],
  [NUMBER, "a number from 0 to 1", true],
  [{ ...NUMBER, isInteger: true }, "a whole number from 0 to 1", true],
  [{ kind: "list", of: TEXT, description }, "a list", true],
  [{ kind: "list", of: SECRET, description }, "a list", false],
  [
    { kind: "map", key: { description }, of: TEXT, description },
    "a mapping",
    true,
  ],
  [
    {
      kind: "map",
      key: { description, isSecret: true },
      of: TEXT,
      description,
    },
    "a mapping",
    false,
  ],
  [
    { kind: "object", fields: { a: { shape: SECRET } }, description },
    "a mapping",
    false,
  ],
  [{ kind: "json", description }, "a value that JSON can hold", false],
  [{ kind: "json", isMapping: true, description }, "a mapping", false],
];

for (const [shape, wanted, isOpen] of CASES) {
  Deno.test(`wantedBy() and mayQuote() tell ${wanted} and ${isOpen} of a ${shape.kind}`, () => {
    assertEquals([wantedBy(shape), mayQuote(shape)], [wanted, isOpen]);
  });
}
