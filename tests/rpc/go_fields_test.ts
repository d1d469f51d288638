/** Typed fields as Go fills them: zero values, wrong types, folded keys. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  fieldNames,
  readBoolean,
  readInteger,
  readList,
  readMap,
  readObject,
  readString,
  readStringMap,
  readStrings,
  refuseFoldedKeys,
} from "../../src/rpc/go_fields.ts";
import { DecodeError } from "../../src/rpc/go_json.ts";

const READERS: readonly (readonly [string, (value: unknown) => unknown])[] = [
  ["readObject", (value) => readObject(value, "x.k")],
  ["readList", (value) => readList(value, "x.k")],
  ["readString", (value) => readString({ k: value }, "k", "x")],
  ["readBoolean", (value) => readBoolean({ k: value }, "k", "x")],
  ["readInteger", (value) => readInteger({ k: value }, "k", "x")],
  ["readStrings", (value) => readStrings(value, "x.k")],
  ["readStringMap", (value) => readStringMap(value, "x.k")],
  ["readMap", (value) => readMap(value, "x.k", readStrings)],
];

const KINDS: readonly (readonly [string, unknown])[] = [
  ["a string", "secret"],
  ["a number", 42],
  ["a boolean", true],
  ["a list", ["secret"]],
  ["an object", { secret: ["secret"] }],
];

/** Kinds and values that each reader takes, and its zero value. */
const TAKEN: ReadonlyMap<string, readonly [string, unknown]> = new Map([
  ["readObject", ["an object", {}]],
  ["readList", ["a list", []]],
  ["readString", ["a string", ""]],
  ["readBoolean", ["a boolean", false]],
  ["readInteger", ["a number", 0]],
  ["readStrings", ["a list", []]],
  ["readMap", ["an object", {}]],
]);

for (const [name, read] of READERS) {
  const [taken, zero] = TAKEN.get(name) ?? ["no kind", {}];
  for (const missing of [null, undefined]) {
    Deno.test(`${name}() is the zero value when the value is ${missing}`, () => {
      assertEquals(read(missing), zero);
    });
  }
  for (const [kind, value] of KINDS) {
    if (kind === taken) {
      Deno.test(`${name}() gives the value when it is ${kind}`, () => {
        assertEquals(read(value), value);
      });
    } else if (name !== "readStringMap" || kind !== "an object") {
      Deno.test(`${name}() names path and kind when the value is ${kind}`, () => {
        const error = assertThrows(() => read(value), DecodeError);
        assertEquals(
          error.message.replace(/must be .*, got/, "must be …, got"),
          `x.k must be …, got ${kind}`,
        );
      });
    }
  }
}

Deno.test("readString() names the key alone when the struct is the request", () => {
  const error = assertThrows(() => readString({ k: 1 }, "k", ""), DecodeError);
  assertEquals(error.message, "k must be a string, got a number");
});

Deno.test("readStrings() takes null items for empty strings", () => {
  assertEquals(readStrings(["a", null], "x"), ["a", ""]);
});

Deno.test("readStrings() names the item when it is no string", () => {
  const error = assertThrows(() => readStrings(["a", 1], "x"), DecodeError);
  assertEquals(error.message, "x[1] must be a string, got a number");
});

Deno.test("readStringMap() gives the same object when all values are strings", () => {
  const object = { a: "b" };
  assertEquals(readStringMap(object, "x") === object, true);
});

Deno.test("readStringMap() takes null values for empty strings", () => {
  assertEquals(readStringMap({ a: "b", c: null }, "x"), { a: "b", c: "" });
});

Deno.test("readStringMap() does not name the key when a value is wrong", () => {
  const error = assertThrows(
    () => readStringMap({ secret: 1 }, "x"),
    DecodeError,
  );
  assertEquals(error.message, "a value of x must be a string, got a number");
});

Deno.test("readMap() takes null values for the zero value", () => {
  assertEquals(readMap({ a: null }, "x", readStrings), { a: [] });
});

const INTEGERS: readonly (readonly [string, number | undefined])[] = [
  ["0", 0],
  ["-0", 0],
  ["-1", -1],
  ["9007199254740993", 9007199254740992],
  ["9223372036854775807", 2 ** 63],
  ["9223372036854775808", undefined],
  ["-9223372036854775808", -(2 ** 63)],
  ["-9223372036854775809", undefined],
  ["1.0", undefined],
  ["1e2", undefined],
  ["1.5", undefined],
];

for (const [text, expected] of INTEGERS) {
  Deno.test(`readInteger() is ${expected ?? "an error"} when the text is ${text}`, () => {
    function read(): number {
      const spelled = { k: text };
      return readInteger({ k: Number(text) }, "k", "x", { spelled });
    }
    if (expected === undefined) {
      assertThrows(read, DecodeError, "x.k must be a whole number from -9223");
    } else {
      assertEquals(read(), expected);
    }
  });
}

Deno.test("readInteger() refuses a number of 10^7 digits", () => {
  const spelled = { k: "1".repeat(10_000_000) };
  assertThrows(
    () => readInteger({ k: 1 }, "k", "x", { spelled }),
    DecodeError,
  );
});

for (const value of [-1, 256]) {
  Deno.test(`readInteger() is an error when ${value} is out of its limits`, () => {
    assertThrows(
      () => readInteger({ k: value }, "k", "", { min: 0n, max: 255n }),
      DecodeError,
      "k must be a whole number from 0 to 255",
    );
  });
}

const NAMES = fieldNames(["ID", "Status", "Key"]);
const FOLDED = [
  "id",
  "iD",
  "Id",
  "status",
  "STATUS",
  "\u017ftatu\u017f",
  "\u212aey",
];
const OTHERS = ["ID", "I", "ıd", "\u0130D", "Stat us", "Ke", "toString", "ß"];

for (const key of FOLDED) {
  Deno.test(`refuseFoldedKeys() refuses ${JSON.stringify(key)}`, () => {
    assertThrows(
      () => refuseFoldedKeys({ [key]: 1 }, NAMES, "x"),
      DecodeError,
      "got another case",
    );
  });
}

Deno.test("refuseFoldedKeys() gives the spelling and the place of the struct", () => {
  const error = assertThrows(
    () => refuseFoldedKeys({ id: 1 }, NAMES, "Candidates[0]"),
    DecodeError,
  );
  assertEquals(
    error.message,
    'a key of Candidates[0] must be spelled "ID", got another case',
  );
});

Deno.test("refuseFoldedKeys() gives the spelling alone when the struct is the request", () => {
  const error = assertThrows(
    () => refuseFoldedKeys({ STATUS: 1 }, NAMES, ""),
    DecodeError,
  );
  assertEquals(
    error.message,
    'a key must be spelled "Status", got another case',
  );
});

for (const key of OTHERS) {
  Deno.test(`refuseFoldedKeys() lets ${JSON.stringify(key)} pass`, () => {
    refuseFoldedKeys({ [key]: 1 }, NAMES, "x");
  });
}
