/**
 * Every kind of shape: what it accepts, and where and how it says no.
 */

import { assertEquals } from "@std/assert";
import { isMap } from "yaml";
import { openDocument } from "../../src/config/document.ts";
import { ShapeReader } from "../../src/config/shape_reader.ts";
import { topSlots } from "../../src/config/slot.ts";
import { Subtree } from "../../src/config/subtree.ts";
import type { Shape } from "../../src/policy/shape.ts";
import { inOneLine, quoted } from "./reading.ts";

const described = { description: "A value" };
const TEXT: Shape = {
  kind: "text",
  ...described,
  check: (text) => text === "bad" ? "must be good" : undefined,
};
const SECRET: Shape = { kind: "text", isSecret: true, ...described };
const CHOICE: Shape = {
  kind: "choice",
  values: ["red", "green", "1e3"],
  ...described,
};
const BOOLEAN: Shape = { kind: "boolean", ...described };
const NUMBER: Shape = { kind: "number", min: -1, max: 2.5, ...described };
const WHOLE: Shape = {
  kind: "number",
  min: 0,
  max: 9,
  isInteger: true,
  ...described,
};
const LIST: Shape = { kind: "list", of: TEXT, maxItems: 3, ...described };
const MAP: Shape = {
  kind: "map",
  key: {
    check: (key) => key.startsWith("_") ? "must not begin so" : undefined,
    ...described,
  },
  of: WHOLE,
  maxItems: 3,
  ...described,
};
const NAMES: Shape = { ...MAP, key: { ...MAP.key, isName: true } };
const OBJECT: Shape = {
  kind: "object",
  fields: {
    size: { shape: WHOLE, isRequired: true },
    colours: { shape: { kind: "list", of: CHOICE, ...described } },
    inner: { shape: NAMES, default: "nothing" },
  },
  ...described,
};
const HIDING: Shape = {
  kind: "object",
  fields: { pin: { shape: SECRET } },
  ...described,
};

const FREE: Shape = { kind: "json", maxBytes: 20, ...described };

const GOOD: readonly (readonly [Shape, string, unknown])[] = [
  [TEXT, "a", "a"],
  [TEXT, "007", "007"],
  [TEXT, "1.50", "1.50"],
  [TEXT, "yes", "yes"],
  [TEXT, "2024-01-02", "2024-01-02"],
  [TEXT, "'~'", "~"],
  [TEXT, "''", ""],
  [TEXT, "!!str 5", "5"],
  [TEXT, "!!binary aGk=", "hi"],
  [TEXT, "|-\n  a\n  b", "a\nb"],
  [CHOICE, "red", "red"],
  [CHOICE, "'green'", "green"],
  [CHOICE, "1e3", "1e3"],
  [CHOICE, "' red '", "red"],
  [CHOICE, "|\n  green", "green"],
  [BOOLEAN, "true", true],
  [BOOLEAN, "'False'", false],
  [BOOLEAN, "No", false],
  [BOOLEAN, "'on'", true],
  [NUMBER, "-1", -1],
  [NUMBER, "2.5", 2.5],
  [NUMBER, "0", 0],
  [NUMBER, "!!float 1.5", 1.5],
  [WHOLE, "9", 9],
  [WHOLE, "9.0", 9],
  [WHOLE, "!!int 3", 3],
  [LIST, "a", ["a"]],
  [LIST, "[a]", ["a"]],
  [LIST, "[1, yes, c]", ["1", "yes", "c"]],
  [LIST, "\n- a\n- b", ["a", "b"]],
  [MAP, "{a: 1, 'b c': 2}", { a: 1, "b c": 2 }],
  [MAP, "{<<: {a: 1, b: 2}, a: 3}", { a: 3, b: 2 }],
  [MAP, "{toString: 1, constructor: 2}", { toString: 1, constructor: 2 }],
  [OBJECT, "{size: 1}", { size: 1 }],
  [OBJECT, "{size: 1, colours: red, inner: {x: 2}}", {
    size: 1,
    colours: ["red"],
    inner: { x: 2 },
  }],
  [OBJECT, "{<<: [{size: 1}, {size: 2, inner: {b: 3}}]}", {
    size: 1,
    inner: { b: 3 },
  }],
  [FREE, "5", 5],
  [FREE, "'5'", "5"],
  [FREE, "true", true],
  [FREE, "[1, [~], {a: b}]", [1, [null], { a: "b" }]],
  [FREE, "{a: {b: []}}", { a: { b: [] } }],
  [FREE, "x23456789012345678", "x23456789012345678"],
];

for (const [shape, yaml, value] of GOOD) {
  Deno.test(`ShapeReader reads a ${shape.kind} when it is ${quoted(yaml)}`, () => {
    assertEquals(readValue(shape, yaml), { value, problems: [] });
  });
}

Deno.test("ShapeReader refuses keys without a value and goes on", () => {
  assertEquals(readValue(MAP, "{a: 1, b: ~, c: }"), {
    value: undefined,
    problems: [
      "1:11 v.b: must have a value, got null; leave the key out",
      "1:17 v.c: must have a value, got null; leave the key out",
    ],
  });
  assertEquals(readValue(OBJECT, "{size: 1, colours: ~, inner: }").problems, [
    "1:14 v.colours: must have a value, got null; leave the key out",
    "1:26 v.inner: must have a value, got null; leave the key out for nothing",
  ]);
  assertEquals(readValue(OBJECT, "{size: ~}").problems, [
    "1:4 v.size: must be set",
  ]);
  assertEquals(
    readValue({ ...MAP, key: { ...described, example: "x" } }, "{}"),
    {
      value: undefined,
      problems: ["1:4 v: must have at least one key, such as x"],
    },
  );
});

Deno.test("ShapeReader leaves out what is unset where it may be", () => {
  const shape: Shape = { ...OBJECT, allowsUnset: true };
  for (const unset of ["~", "", "null", "[]", "{}"]) {
    const yaml = `{size: 1, colours: ${unset}, inner: ${unset}}`;
    assertEquals(readValue(shape, yaml), { value: { size: 1 }, problems: [] });
  }
  assertEquals(readValue(shape, "{size: 1, colour: ~}").problems, []);
  assertEquals(readValue(shape, "{size: 1, colour: []}").problems, [
    '1:14 v.colour: is no key that is known here; did you mean "colours"',
  ]);
  assertEquals(readValue(shape, "{size: []}").problems, [
    "1:4 v.size: must be set",
  ]);
});

const BAD: readonly (readonly [Shape, string, readonly string[]])[] = [
  [TEXT, "bad", ["1:4 v: must be good [bad]"]],
  [TEXT, "[a]", ["1:4 v: must be a text, got a list [[a]]"]],
  [TEXT, "{a: b}", ["1:4 v: must be a text, got a mapping [{a: b}]"]],
  [TEXT, "!!int x", ["1:10 v: must be a text, got a tagged value [x]"]],
  [SECRET, "[a]", ["1:4 v: must be a text, got a list"]],
  [CHOICE, "rde", [
    '1:4 v: must be one of red, green, 1e3 [rde]; did you mean "red"',
  ]],
  [CHOICE, "Red", [
    '1:4 v: must be one of red, green, 1e3 [Red]; did you mean "red"',
  ]],
  [CHOICE, "''", ["1:4 v: must be one of red, green, 1e3 ['']"]],
  [CHOICE, "[red]", [
    "1:4 v: must be one of red, green, 1e3, got a list [[red]]",
  ]],
  [BOOLEAN, "maybe", [
    "1:4 v: must be a boolean, got a text [maybe]; write true or false",
  ]],
  [BOOLEAN, '"1"', [
    '1:4 v: must be a boolean, got a quoted text ["1"]; write true or false',
  ]],
  [NUMBER, "-1.5", [
    "1:4 v: must be a number from -1 to 2.5, got a smaller one [-1.5]",
  ]],
  [NUMBER, "3", [
    "1:4 v: must be a number from -1 to 2.5, got a larger one [3]",
  ]],
  ...["017", "0x1", "1e0", "+1", "1_0", ".5", "1."].map((yaml) =>
    [NUMBER, yaml, [
      "1:4 v: must be a number from -1 to 2.5, got another notation " +
      `[${yaml}]; write decimal digits without quotes`,
    ]] as const
  ),
  [NUMBER, "'1'", [
    "1:4 v: must be a number from -1 to 2.5, got a quoted text ['1']; write " +
    "decimal digits without quotes",
  ]],
  [NUMBER, "true", [
    "1:4 v: must be a number from -1 to 2.5, got a boolean [true]; write " +
    "decimal digits without quotes",
  ]],
  [WHOLE, "1.5", [
    "1:4 v: must be a whole number from 0 to 9, got a fraction [1.5]",
  ]],
  [LIST, "[]", ["1:4 v: must have at least one item, got an empty list"]],
  [LIST, "[a, b, c, d]", ["1:4 v: must have at most 3 items, got 4"]],
  [LIST, "[a, bad, [c]]", [
    "1:8 v[1]: must be good [bad]",
    "1:13 v[2]: must be a text, got a list [[c]]",
  ]],
  [LIST, "[a, ~]", ["1:8 v[1]: must be a text, got null"]],
  [LIST, "{a: b}", ["1:4 v: must be a text, got a mapping [{a: b}]"]],
  [MAP, "x", ["1:4 v: must be a mapping, got a text [x]"]],
  [MAP, "[]", ["1:4 v: must be a mapping, got a list [[]]"]],
  [MAP, "{_a: 1}", ["1:5 v: has a key that must not begin so [_a]"]],
  [MAP, "{a: 1, b: x}", [
    "1:14 v.b: must be a whole number from 0 to 9, got a text [x]; write " +
    "decimal digits without quotes",
  ]],
  [NAMES, "{a: 1, b: 10}", [
    "1:14 v.b: must be a whole number from 0 to 9, got a larger one [10]",
  ]],
  [MAP, "{a: 1, b: 2, c: 3, d: 4}", [
    "1:4 v: must have at most 3 keys, got 4",
  ]],
  [MAP, "{a: 1, a: 2}", ["1:11 v.a: must be set once, got it on line 1 too"]],
  [MAP, "{a@b: 1, a@b: 2}", [
    "1:13 v: must not set a key twice, got one of line 1 again [a@b]",
  ]],
  [NAMES, "{a: 1, a: 2}", [
    "1:11 v.a: must be set once, got it on line 1 too",
  ]],
  [OBJECT, "{}", ["1:4 v.size: must be set"]],
  [OBJECT, "{size: ~}", ["1:4 v.size: must be set"]],
  [OBJECT, "{size: 1, sze: 2, zzz: 3}", [
    '1:14 v.sze: is no key that is known here; did you mean "size"',
    "1:22 v: has an unknown key [zzz]; known are size, colours, inner",
  ]],
  [OBJECT, "{size: 1, size: 2}", [
    "1:14 v.size: must be set once, got it on line 1 too",
  ]],
  [OBJECT, "{size: 10, colours: [red, blue]}", [
    "1:11 v.size: must be a whole number from 0 to 9, got a larger one [10]",
    "1:30 v.colours[1]: must be one of red, green, 1e3 [blue]",
  ]],
  [OBJECT, "{[a]: 1, size: 1}", ["1:5 v: must have texts as keys, got a list"]],
  [OBJECT, "{<<: 5, size: 1}", [
    "1:9 v.<<: must merge a mapping, got a number",
  ]],
  [FREE, "017", [
    "1:4 v: must be a number in decimal digits, or a text in quotes; at most " +
    "15 digits on each side of the point",
  ]],
  [FREE, "[.nan]", [
    "1:5 v[0]: must be a value that JSON can hold, got no finite number",
  ]],
  [FREE, "x234567890123456789", ["1:4 v: must be at most 20 bytes as JSON"]],
  [HIDING, "my-pin", ["1:4 v: must be a mapping, got a text"]],
  [HIDING, "{pin: {a: b}}", ["1:10 v.pin: must be a text, got a mapping"]],
];

for (const [shape, yaml, problems] of BAD) {
  Deno.test(`ShapeReader refuses a ${shape.kind} when it is ${quoted(yaml)}`, () => {
    assertEquals(readValue(shape, yaml), { value: undefined, problems });
  });
}

Deno.test("ShapeReader reads what an alias stands for", () => {
  assertEquals(readValue(OBJECT, "{size: *n}", "x: &n 5\n").value, { size: 5 });
});

Deno.test("ShapeReader doubts what the second library reads differently", () => {
  const { reader, slot, subtree } = open("{a: 1}");
  const second = { value: { a: "one" } };
  reader.readUntyped(MAP, { ...slot, second }, ["v"]);
  reader.reportDoubts();
  assertEquals(subtree.problems.map(inOneLine), [
    "1:8 v.a: must be written so that every reader agrees; put it on one " +
    "line, in double quotes",
  ]);
});

/** Keys that YAML takes for something else than a text. */
const TYPED_KEYS: readonly (readonly [key: string, kind: string])[] = [
  ["007", "a number"],
  ["-0", "a number"],
  ["+1", "a number"],
  ["1_000", "a number"],
  ["0x1F", "a number"],
  ["0o17", "a number"],
  ["1e3", "a number"],
  [".5", "a number"],
  ["1.5", "a number"],
  [".inf", "a number"],
  [".NaN", "a number"],
  ["12:30", "a number"],
  ["~", "null"],
  ["null", "null"],
  ["true", "a boolean"],
  ["FALSE", "a boolean"],
  ["2026-12-24", "a date"],
];

for (const [key, kind] of TYPED_KEYS) {
  const problem = `v.${key}: must have its key in quotes: YAML reads it as ` +
    `${kind}; write "${key}"`;

  Deno.test(`ShapeReader refuses the key ${key} of a map without quotes`, () => {
    assertEquals(readValue(MAP, `{${key}: 1}`), {
      value: undefined,
      problems: [`1:5 ${problem}`],
    });
  });

  Deno.test(`ShapeReader refuses the key ${key} of a map, merged or named by an alias`, () => {
    const merged = readValue(MAP, `{<<: {${key}: 1}}`);
    assertEquals(merged.problems, [`1:10 ${problem}`]);
    const named = readValue(MAP, "{*k : 1}", `x: &k ${key}\n`);
    assertEquals(named.problems, [`2:5 ${problem}`]);
  });

  Deno.test(`ShapeReader reads the key ${key} of a map in quotes or with a tag`, () => {
    for (const quoted of [`'${key}'`, `"${key}"`, `!!str ${key}`]) {
      assertEquals(readValue(MAP, `{${quoted}: 1}`), {
        value: { [key]: 1 },
        problems: [],
      });
    }
  });
}

for (const key of ["7", "-5", "2026", "yes", "no", "on", "12-24"]) {
  Deno.test(`ShapeReader reads the key ${key} of a map without quotes`, () => {
    const { value, problems } = readValue(MAP, `{${key}: 1}`);
    assertEquals({ value, problems }, { value: { [key]: 1 }, problems: [] });
  });
}

Deno.test("ShapeReader shows no long number that is a key", () => {
  const { reader, slot, subtree } = open("{0123456789012: 1}");
  reader.readUntyped(MAP, slot, ["v"]);
  assertEquals(
    subtree.problems.map(({ path, wholePath }) => [path, wholePath]),
    [
      ["v.*", "v.0123456789012"],
    ],
  );
  const secret = readValue(
    { ...MAP, key: { ...described, isSecret: true } },
    "{0123456789012: 1}",
  );
  assertEquals(secret.problems, [
    "1:5 v.*: must have its key in quotes: YAML reads it as a number; put " +
    "quotes around the key",
  ]);
});

Deno.test("ShapeReader shows keys that are no plain names on a terminal only", () => {
  const { reader, slot, subtree } = open('{"ada@example.com": x, ada: x}');
  reader.readUntyped(MAP, slot, ["v"]);
  assertEquals(
    subtree.problems.map(({ path, wholePath }) => [path, wholePath]),
    [
      ["v.*", 'v."ada@example.com"'],
      ["v.ada", undefined],
    ],
  );
});

Deno.test("ShapeReader goes on when an object is good in part", () => {
  const { reader, slot } = open("{size: x, colours: red}");
  const reading = reader.readGoodFields(OBJECT, slot, ["v"]);
  assertEquals(reading?.value, { colours: ["red"] });
});

Deno.test("ShapeReader reports a part where it stands", () => {
  const { reader, slot, subtree } = open("\n  a: 1\n  b: 2");
  const reading = reader.readUntyped(MAP, slot, ["v"]);
  const problems = [{ path: ["b", "c"], message: "must be odd" }];
  reader.reportParts(problems, reading!.place, { path: ["v"], shape: MAP });
  assertEquals(subtree.problems.map(inOneLine), ["3:6 v.b.c: must be odd"]);
});

function readValue(
  shape: Shape,
  yaml: string,
  before = "",
): { readonly value: unknown; readonly problems: readonly string[] } {
  const { reader, slot, subtree } = open(yaml, before);
  const value = reader.readUntyped(shape, slot, ["v"])?.value;
  reader.reportDoubts();
  return { value, problems: subtree.problems.map(inOneLine) };
}

function open(yaml: string, before = "") {
  const document = openDocument(`${before}v: ${yaml}\n`);
  if (!("root" in document)) throw new TypeError("Cannot parse the test");
  const subtree = new Subtree(document, document.root);
  if (!isMap(subtree.root)) throw new TypeError("Cannot read the test");
  const slots = topSlots(
    subtree,
    subtree.entries(subtree.root),
    document.second,
  );
  return { subtree, reader: new ShapeReader(subtree), slot: slots.get("v")! };
}
