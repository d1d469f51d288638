/**
 * The bytes of a config to its text: byte order mark, line breaks, and what is
 * refused before any YAML reader sees it, with its place.
 */

import { assertEquals } from "@std/assert";
import { decodeSource, MAX_CONFIG_BYTES } from "../../src/config/source.ts";

const TEXTS: readonly (readonly [what: string, given: string, text: string])[] =
  [
    ["drops a byte order mark", "\ufeffa: 1", "a: 1"],
    ["turns CRLF into a line feed", "a\r\nb", "a\nb"],
    ["turns a lone CR into a line feed", "a\rb\r\rc", "a\nb\n\nc"],
    ["keeps tabs and text of every plane", "a\t\u00a0é日😀", "a\t\u00a0é日😀"],
  ];

for (const [what, given, text] of TEXTS) {
  Deno.test(`decodeSource() ${what}`, () => {
    assertEquals(decodeSource(new TextEncoder().encode(given)), { text });
  });
}

const REFUSED: readonly (readonly [char: string, message: string])[] = [
  ["\0", "must not hold control characters"],
  ["\x1b", "must not hold control characters"],
  ["\x7f", "must not hold control characters"],
  ["\x9f", "must not hold control characters"],
  ["\uffff", "must not hold control characters"],
  ["\ufeff", "must hold no byte order mark but one at its start"],
  [
    "\u2028",
    "must not hold U+0085, U+2028 or U+2029, which the host takes for line " +
    "breaks",
  ],
];

for (const [char, message] of REFUSED) {
  const code = char.charCodeAt(0).toString(16);
  Deno.test(`decodeSource() names the place when it meets U+${code}`, () => {
    const bytes = new TextEncoder().encode(`a: 1\nb: ${char}\n`);
    assertEquals(decodeSource(bytes), {
      problem: { severity: "error", path: "", line: 2, column: 4, message },
    });
  });
}

Deno.test("decodeSource() refuses a line when it begins with %", () => {
  const bytes = new TextEncoder().encode("%YAML 1.1\n---\n");
  assertEquals("problem" in decodeSource(bytes), true);
});

Deno.test("decodeSource() accepts as many bytes as are allowed, and no more", () => {
  const longest = new Uint8Array(MAX_CONFIG_BYTES).fill(0x20);
  const longer = new Uint8Array(MAX_CONFIG_BYTES + 1).fill(0x20);
  assertEquals("text" in decodeSource(longest), true);
  assertEquals("text" in decodeSource(longer), false);
});

Deno.test("decodeSource() allows aliases when the text is short", () => {
  const bytes = new TextEncoder().encode(`[${"*a, ".repeat(1000)}]`);
  assertEquals("text" in decodeSource(bytes), true);
});
