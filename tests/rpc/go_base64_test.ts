/** Base64 as Go's StdEncoding takes it. */

import { assertEquals, assertThrows } from "@std/assert";
import { decodeBase64 } from "../../src/rpc/go_base64.ts";
import { DecodeError } from "../../src/rpc/go_json.ts";
import { base64, latin1 } from "./bytes.ts";

const ACCEPTED: readonly (readonly [string, string])[] = [
  ["", ""],
  ["YQ==", "a"],
  ["YWI=", "ab"],
  ["YWJj", "abc"],
  ["+/+/", "\xfb\xff\xbf"],
  ["YR==", "a"],
  ["YWJ=", "ab"],
  ["Y\nQ\r\n=\n=\n", "a"],
  ["\r\n", ""],
];

for (const [text, bytes] of ACCEPTED) {
  Deno.test(`decodeBase64() accepts ${JSON.stringify(text)}`, () => {
    assertEquals(decodeBase64(text, "x"), latin1(bytes));
  });
}

const REFUSED = [
  "YQ",
  "YQ=",
  "YQ===",
  "YWJj=",
  "YWJjZ",
  "=",
  "====",
  "Y===",
  "Y=Q=",
  "YQ==YQ==",
  "-_-_",
  "Y Q=",
  "Y\tQ=",
  "YQ==\0",
  "é===",
  "YQ==x",
];

for (const text of REFUSED) {
  Deno.test(`decodeBase64() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(
      () => decodeBase64(text, "config_yaml"),
      DecodeError,
      "config_yaml must be standard base64 with padding",
    );
  });
}

Deno.test("decodeBase64() gives every byte back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assertEquals(decodeBase64(base64(bytes), "x"), bytes);
});
