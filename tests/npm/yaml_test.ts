/**
 * What we rely on of @std/yaml. Imports the real name, so that the same tests
 * hold the real library and the adapter in src/npm.
 */

import { parse, YamlSyntaxError } from "@std/yaml";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";

type Schema = "failsafe" | "json" | "core" | "default";

const VALUES: readonly (readonly [Schema, string, unknown])[] = [
  ["default", "", null],
  ["default", "# only a comment\n", null],
  ["default", "---\n", null],
  ["default", "~", null],
  ["default", "a: 1\nb: [true, ~, x]\n", { a: 1, b: [true, null, "x"] }],
  ["default", "{a: 'x', b: \"y\\u0041\"}", { a: "x", b: "yA" }],
  ["default", "a: yes\nb: 'true'\n", { a: "yes", b: "true" }],
  ["default", "a: 1.5\nb: 0x1F\n", { a: 1.5, b: 31 }],
  ["default", "a: 2024-01-02\n", { a: new Date("2024-01-02T00:00:00Z") }],
  ["default", "a: !!binary aGk=\n", { a: new Uint8Array([104, 105]) }],
  ["default", 'a: !!bool "true"\n', { a: true }],
  ["default", "a: !!str 5\n", { a: "5" }],
  ["default", "a: |\n  x\n  y\n", { a: "x\ny\n" }],
  ["default", "a: >-\n  x\n  y\n", { a: "x y" }],
  ["default", "a: &x {b: 1}\nc: *x\n", { a: { b: 1 }, c: { b: 1 } }],
  ["default", "a: &x {b: 1, c: 2}\n<<: *x\nb: 3\n", {
    a: { b: 1, c: 2 },
    c: 2,
    b: 3,
  }],
  ["default", "a: 0\n!!merge <<: {b: 1}\n", { a: 0, b: 1 }],
  ["default", '"<<": 5\n', { "<<": 5 }],
  ["default", "<<: [{a: 1}, {a: 2, b: 3}]\n", { a: 1, b: 3 }],
  ["failsafe", "a: 007\nb: ~\nc: yes\n", { a: "007", b: "~", c: "yes" }],
  ["failsafe", "<<: {a: 1}\n", { "<<": { a: "1" } }],
  ["json", "a: 1\nb: true\n", { a: 1, b: true }],
  ["core", "a: 2024-01-02\n", { a: "2024-01-02" }],
];

for (const [schema, text, expected] of VALUES) {
  Deno.test(`parse() reads ${JSON.stringify(text)} with ${schema}`, () => {
    assertEquals(parse(text, { schema }), expected);
  });
}

Deno.test("parse() uses the default schema when none is named", () => {
  assertEquals(parse("<<: {a: 1}"), { a: 1 });
});

Deno.test("parse() keeps the last of equal keys when they are allowed", () => {
  assertEquals(parse("a: 1\na: 2\n", { allowDuplicateKeys: true }), { a: 2 });
});

for (
  const text of [
    "a: 1\na: 2\n",
    "a: *b\n",
    "a: [\n",
    "a: b: c\n",
    "a: !unknown x\n",
    "a: 1\n---\nb: 2\n",
    "{a: 1}\nb: 2\n",
    "<<: 5\n",
  ]
) {
  Deno.test(`parse() throws on ${JSON.stringify(text)}`, () => {
    assertThrows(() => parse(text), YamlSyntaxError);
  });
}

Deno.test("parse() names the line from 1 when it throws", () => {
  const error = assertThrows(() => parse("a: 1\nb: *c\n"), YamlSyntaxError);
  assertEquals(error.line, 2);
});

Deno.test("parse() throws a SyntaxError", () => {
  assertInstanceOf(assertThrows(() => parse("[")), SyntaxError);
});

Deno.test("parse() throws a RangeError when brackets are too deep", () => {
  assertThrows(() => parse("[".repeat(100_000)), RangeError);
});
