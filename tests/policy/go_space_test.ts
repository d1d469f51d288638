/** White space as Go knows it, which is not what JavaScript trims. */

import { assertEquals } from "@std/assert";
import { trimGoSpace } from "../../src/policy/go_space.ts";

/** The Unicode property that Go's `unicode.IsSpace` is defined by. */
const WHITE_SPACE_REGEXP = /^\p{White_Space}$/u;

Deno.test("trimGoSpace() takes away what has the property White_Space", () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const character = String.fromCharCode(unit);
    const isSpace = WHITE_SPACE_REGEXP.test(character);
    const around = `${character}a${character}`;
    assertEquals(trimGoSpace(around), isSpace ? "a" : around);
  }
});

for (
  const [text, trimmed] of [
    ["", ""],
    [" \t\r\n", ""],
    ["a b", "a b"],
    ["\x85 a b\u3000", "a b"],
    ["\ufeff a ", "\ufeff a"],
  ] as const
) {
  Deno.test(`trimGoSpace() trims ${JSON.stringify(text)}`, () => {
    assertEquals(trimGoSpace(text), trimmed);
  });
}
