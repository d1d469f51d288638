/** Names that others chose, made safe for a terminal. */

import { assertEquals } from "@std/assert";
import {
  escapeInvisible,
  printable,
  printableJson,
} from "../../src/cli/printable.ts";

const CASES: readonly (readonly [what: string, text: string, want: string])[] =
  [
    ["a terminal escape", "a\u001b[2Jb", "a\\u001b[2Jb"],
    ["a newline", "a\nb", "a\\u000ab"],
    ["DEL", "a\u007f", "a\\u007f"],
    ["the C1 escape", "a\u009b2J", "a\\u009b2J"],
    ["a zero width space", "a\u200b", "a\\u200b"],
    ["a right-to-left override", "\u202egpj", "\\u202egpj"],
    ["a no-break space", "a\u00a0b", "a\\u00a0b"],
    ["a line separator", "a\u2028b", "a\\u2028b"],
    ["a byte order mark", "\ufeffa", "\\ufeffa"],
    ["half a surrogate pair", "a\ud83d", "a\\ud83d"],
    ["an invisible tag", "a\u{e0041}", "a\\udb40\\udc41"],
  ];

for (const [what, text, want] of CASES) {
  Deno.test(`escapeInvisible() escapes ${what}`, () => {
    assertEquals(escapeInvisible(text), want);
  });
}

for (const text of ["a b", "älter@例え.json", "😀", "a\\b", `"'<&>`]) {
  Deno.test(`escapeInvisible() leaves ${text} alone`, () => {
    assertEquals(escapeInvisible(text), text);
  });
}

Deno.test("printable() keeps a text of 160 characters whole", () => {
  assertEquals(printable("x".repeat(160)), "x".repeat(160));
});

Deno.test("printable() shortens a longer text in the middle", () => {
  assertEquals(
    printable("a".repeat(110) + "x" + "z".repeat(50)),
    `${"a".repeat(110)}…${"z".repeat(40)} (161 characters)`,
  );
});

Deno.test("printableJson() keeps the value when it escapes", () => {
  const value = { "\u009b": ["\u202e", "\ud83d\ude00", "a\nb"] };
  assertEquals(JSON.parse(printableJson(value)), value);
});

Deno.test("printableJson() writes no C1 control", () => {
  assertEquals(printableJson("\u009b"), `"\\u009b"`);
});
