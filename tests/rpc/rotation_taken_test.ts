/** Reports of the C side: the bytes that `ffi/calls/outbox.c` writes. */

import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError } from "../../src/rpc/go_json.ts";
import { decodeTakenReports } from "../../src/rpc/rotation_taken.ts";
import { utf8 } from "./bytes.ts";

const ONE = `{"list":1,"epoch":2,"tag":3,"from":4,"to":5,"more":false,` +
  `"moreFrom":0}`;

Deno.test("decodeTakenReports() decodes reports in their order", () => {
  const text = `[${ONE},{"list":4294967295,"epoch":4294967295,` +
    `"tag":4294967295,"from":0,"to":9007199254740991,"more":true,` +
    `"moreFrom":7}]`;
  assertEquals(decodeTakenReports(utf8(text)), [
    { list: 1, epoch: 2, tag: 3, from: 4, to: 5, moreFrom: undefined },
    {
      list: 4294967295,
      epoch: 4294967295,
      tag: 4294967295,
      from: 0,
      to: 9007199254740991,
      moreFrom: 7,
    },
  ]);
});

Deno.test("decodeTakenReports() decodes none", () => {
  assertEquals(decodeTakenReports(utf8("[]")), []);
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["it is empty", ""],
  ["it is cut off", `[${ONE}`],
  ["it is no list", ONE],
  ["a report is no object", "[1]"],
  ["a number is a text", `[${ONE.replace("4", '"4"')}]`],
  ["a number is negative", `[${ONE.replace("4", "-4")}]`],
  ["more is a number", `[${ONE.replace("false", "1")}]`],
];

for (const [name, text] of REFUSED) {
  Deno.test(`decodeTakenReports() refuses when ${name}`, () => {
    assertThrows(() => decodeTakenReports(utf8(text)), DecodeError);
  });
}
