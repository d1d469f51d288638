/** JSON as Go reads and writes it. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  DecodeError,
  decodeJson,
  encodeString,
} from "../../src/rpc/go_json.ts";
import { latin1, numbers, utf8 } from "./bytes.ts";

const ACCEPTED: readonly (readonly [string, string, unknown])[] = [
  ["null", "null", null],
  ["white space around", " \t\r\n{} \t\r\n", {}],
  ["an escaped slash", `"\\/"`, "/"],
  ["a pair of surrogates", `"\\ud83d\\ude00"`, "😀"],
  ["a lone high surrogate", `"\\ud800x"`, "\ufffdx"],
  ["a lone low surrogate", `"\\uDC00"`, "\ufffd"],
  ["two high surrogates", `"\\ud800\\ud83d\\ude00"`, "\ufffd😀"],
  ["surrogates in the wrong order", `"\\ude00\\ud83d"`, "\ufffd\ufffd"],
  ["an escaped backslash before ud800", `"\\\\ud800"`, "\\ud800"],
  ["bad UTF-8 in a string", `"a\xe2\x82"`, "a\ufffd\ufffd"],
  ["DEL in a string", `"\x7f"`, "\x7f"],
  ["a number that rounds to 0", "1e-999", 0],
  ["the largest float64", "1.7976931348623157e308", Number.MAX_VALUE],
  ["the same key in two objects", `[{"a":1},{"a":1}]`, [{ a: 1 }, { a: 1 }]],
  ["a string that begins with a colon", `{"a":":b"}`, { a: ":b" }],
  ["white space before a colon", `{"a" :1,"b" :2}`, { a: 1, b: 2 }],
  ["JSON in a string", `{"a":"{\\"b\\":1}"}`, { a: `{"b":1}` }],
];

for (const [name, text, value] of ACCEPTED) {
  Deno.test(`decodeJson() accepts ${name}`, () => {
    assertEquals(decodeJson(latin1(text)).value, value);
  });
}

const REFUSED: readonly (readonly [string, string, string])[] = [
  ["nothing", "", "there is no JSON"],
  ["white space only", " ", "not valid JSON"],
  ["a truncated object", `{"a":`, "not valid JSON"],
  ["a truncated string", `"a`, "not valid JSON"],
  ["a second value", "{} {}", "not valid JSON"],
  ["NUL at the end", "{}\0", "not valid JSON"],
  ["a byte order mark", "\xef\xbb\xbf{}", "begins with a byte order mark"],
  ["bad UTF-8 outside of strings", "{}\xff", "not valid JSON"],
  ["a no-break space", "\xc2\xa0{}", "not valid JSON"],
  ["a tab in a string", `"\t"`, "not valid JSON"],
  ["an unknown escape", `"\\x41"`, "not valid JSON"],
  ["a single quote, escaped", `"\\'"`, "not valid JSON"],
  ["half a surrogate escape", `"\\ud8"`, "not valid JSON"],
  ["a leading zero", "01", "not valid JSON"],
  ["a plus sign", "+1", "not valid JSON"],
  ["NaN", "NaN", "not valid JSON"],
  ["a trailing comma", "[1,]", "not valid JSON"],
  ["a comment", "{}//", "not valid JSON"],
  ["a number beyond float64", "1e999", "a number is too large"],
  ["such a number deep inside", `{"a":[{"b":-1e999}]}`, "too large"],
  ["a key twice", `{"a":1,"a":1}`, "the same key twice"],
  ["a key twice, once escaped", `{"a":1,"\\u0061":1}`, "the same key twice"],
  ["a key twice deep inside", `[{"x":{"a":1,"a":1}}]`, "the same key twice"],
  ["a key twice before spaces", `{"a" :1,"a" :1}`, "the same key twice"],
  ["a key twice, once before a space", `{"a" :1,"a":2}`, "same key twice"],
  [
    "two keys that become the same",
    `{"\\ud800":1,"\\udc00":2}`,
    "the same key twice",
  ],
];

for (const [name, text, message] of REFUSED) {
  Deno.test(`decodeJson() refuses ${name}`, () => {
    assertThrows(() => decodeJson(latin1(text)), DecodeError, message);
  });
}

for (const [open, close] of [["[", "]"], [`{"a":`, "}"]] as const) {
  Deno.test(`decodeJson() accepts 10000 levels of ${open}`, () => {
    const inner = open === "[" ? "" : "1";
    decodeJson(utf8(open.repeat(10_000) + inner + close.repeat(10_000)));
  });

  Deno.test(`decodeJson() refuses 10001 levels of ${open}`, () => {
    const text = open.repeat(10_001) + "1" + close.repeat(10_001);
    assertThrows(() => decodeJson(utf8(text)), DecodeError, "10000 levels");
  });
}

Deno.test("decodeJson() accepts 20000 brackets when they do not nest", () => {
  const value = decodeJson(utf8(`[${"[],".repeat(20_000)}[]]`)).value;
  assertEquals(Array.isArray(value) && value.length, 20_001);
});

Deno.test("decodeJson() refuses unclosed brackets without end when there are 10^6", () => {
  assertThrows(() => decodeJson(utf8("[".repeat(1_000_000))), DecodeError);
});

Deno.test("decodeJson() never quotes the text in its message", () => {
  const text = `{"Authorization":secret}`;
  const error = assertThrows(() => decodeJson(utf8(text)), DecodeError);
  assertEquals(error.message, "it is not valid JSON");
});

/** Texts that end early, or whose end looks like the place of an error. */
const PLACES: readonly (readonly [string, string])[] = [
  [`{"a":`, ": it ends too early"],
  ["{'a':1}", " (line 1, column 2)"],
  [`{\n  "a":1,\n}`, " (line 3, column 1)"],
  [`{"a":"\\ud800" "b"}`, " (line 1, column 15)"],
  ["x JSON at position 1 (line 2 column 3)", ""],
  ["Unexpected end of JSON input", ""],
];

for (const [text, place] of PLACES) {
  Deno.test(`decodeJson() tells the place when the text is ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => decodeJson(utf8(text)), DecodeError);
    assertEquals(error.message, `it is not valid JSON${place}`);
  });
}

Deno.test("decodeJson() keeps a key __proto__ as a key", () => {
  const { value } = decodeJson(utf8(`{"__proto__":{"a":1}}`));
  assertEquals(Object.keys(Object(value)), ["__proto__"]);
});

const PLAIN: readonly (readonly [string, boolean])[] = [
  ["0", true],
  ["-1", true],
  ["123456789012345", true],
  ["1234567890123456", false],
  ["1.0", false],
  ["1e2", false],
  ["1E2", false],
  ["-1.5", false],
  ["null", true],
];

for (const [number, expected] of PLAIN) {
  Deno.test(`isPlainInteger() is ${expected} when the number is ${number}`, () => {
    const document = decodeJson(utf8(`[{"n":{"Key" :\n ${number}}}]`));
    assertEquals(document.isPlainInteger("Key"), expected);
  });
}

Deno.test("isPlainInteger() is false when a key may be escaped", () => {
  const document = decodeJson(utf8(`{"K\\u0065y":1.0}`));
  assertEquals(document.isPlainInteger("Key"), false);
});

Deno.test("spelled() has the text of each number in its place", () => {
  const document = decodeJson(utf8(`{"a":[1.0,-0,1e2,"1",null],"b":{"c":7}}`));
  assertEquals(document.spelled(), {
    a: ["1.0", "-0", "1e2", "1", null],
    b: { c: "7" },
  });
});

const ENCODED: readonly (readonly [string, string])[] = [
  ["", `""`],
  ["a/b'c", `"a/b'c"`],
  [`"\\`, `"\\"\\\\"`],
  ["<>&", `"\\u003c\\u003e\\u0026"`],
  ["\u2028\u2029", `"\\u2028\\u2029"`],
  ["\b\f\n\r\t", `"\\b\\f\\n\\r\\t"`],
  ["\0\x01\x0b\x1f", `"\\u0000\\u0001\\u000b\\u001f"`],
  ["\x7f\x80\xa0", `"\x7f\x80\xa0"`],
  ["ä€😀\ufeff", `"ä€😀\ufeff"`],
  ["\ufffd", `"\ufffd"`],
  ["\ud800", `"\\ufffd"`],
  ["x\udc00\ud800y", `"x\\ufffd\\ufffdy"`],
  ["\\ud800", `"\\\\ud800"`],
  ["\\\ud800", `"\\\\\\ufffd"`],
  ["\\u003c", `"\\\\u003c"`],
];

for (const [text, expected] of ENCODED) {
  Deno.test(`encodeString() escapes as Go when the text is ${JSON.stringify(text)}`, () => {
    assertEquals(encodeString(text), expected);
  });
}

Deno.test("encodeString() agrees with a plain model when text is at random", () => {
  const next = numbers(2);
  const special = [...`"\\<>&\b\f\n\r\t\u2028\u2029\0\x1f\x7fud8`];
  for (let round = 0; round < 2000; round++) {
    let text = "";
    for (let length = next(12); length > 0; length--) {
      const unit = next(3) === 0 ? 0xd7f0 + next(0x820) : next(0x3000);
      text += next(2) === 0
        ? special[next(special.length)]
        : String.fromCharCode(unit);
    }
    assertEquals(encodeString(text), model(text));
  }
});

/** One character after the other. */
function model(text: string): string {
  const short = new Map([..."\b\f\n\r\t"].map((c, i) => [c, "bfnrt"[i]]));
  const encoded = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (`"\\`.includes(character)) return `\\${character}`;
    if (short.has(character)) return `\\${short.get(character)}`;
    if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd";
    const escaped = code < 0x20 || "<>&\u2028\u2029".includes(character);
    return escaped ? `\\u${code.toString(16).padStart(4, "0")}` : character;
  });
  return `"${encoded.join("")}"`;
}
