/** Bad UTF-8: one U+FFFD for each bad byte. */

import { assertEquals } from "@std/assert";
import { decodeText } from "../../src/rpc/go_text.ts";
import { latin1, numbers, utf8 } from "./bytes.ts";

const CASES: readonly (readonly [string, string, string])[] = [
  ["a byte that is never used", "a\xffb", "a\ufffdb"],
  ["a lone continuation byte", "\x80", "\ufffd"],
  ["two bytes of three", "\xe2\x82", "\ufffd\ufffd"],
  ["two bytes of three before a letter", "\xe2\x82x", "\ufffd\ufffdx"],
  ["three bytes of four", "\xf0\x9f\x98x", "\ufffd\ufffd\ufffdx"],
  ["an overlong slash", "\xc0\xaf", "\ufffd\ufffd"],
  ["an overlong slash of three bytes", "\xe0\x80\xaf", "\ufffd".repeat(3)],
  ["an overlong sequence of four", "\xf0\x80\x80\xaf", "\ufffd".repeat(4)],
  ["a surrogate", "\xed\xa0\x80", "\ufffd".repeat(3)],
  ["a code point beyond U+10FFFF", "\xf4\x90\x80\x80", "\ufffd".repeat(4)],
  ["a bad byte between good ones", "\xc3\xa4\xff\xe2\x82\xac", "ä\ufffd€"],
  ["the largest code point", "\xf4\x8f\xbf\xbf\xff", "\u{10ffff}\ufffd"],
  ["U+FFFD itself", "\xef\xbf\xbd\xff", "\ufffd\ufffd"],
];

for (const [name, bytes, text] of CASES) {
  Deno.test(`decodeText() replaces byte by byte when there is ${name}`, () => {
    assertEquals(decodeText(latin1(bytes)), text);
  });
}

Deno.test("decodeText() keeps a byte order mark when the text begins with one", () => {
  assertEquals(decodeText(utf8("\ufeffa")), "\ufeffa");
});

Deno.test("decodeText() keeps NUL when there is one", () => {
  assertEquals(decodeText(utf8("\0")), "\0");
});

Deno.test("decodeText() keeps valid text when it has every length of sequence", () => {
  assertEquals(decodeText(utf8("aä€😀")), "aä€😀");
});

Deno.test("decodeText() agrees with a plain model when bytes are at random", () => {
  const next = numbers(1);
  const leads = [0x61, 0xc3, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0xff, 0x80, 0xbf];
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from(
      { length: next(12) },
      () => next(2) === 0 ? leads[next(leads.length)] ?? 0 : next(256),
    );
    assertEquals(decodeText(bytes), model(bytes));
  }
});

/** The longest prefix that is one valid character, else U+FFFD and one byte. */
function model(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  for (let length = 1; length <= 4; length++) {
    try {
      const character = new TextDecoder("utf-8", {
        fatal: true,
        ignoreBOM: true,
      }).decode(bytes.subarray(0, length));
      return character + model(bytes.subarray(length));
    } catch {
      continue;
    }
  }
  return "\ufffd" + model(bytes.subarray(1));
}
