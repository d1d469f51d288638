/** The envelopes, byte for byte. */

import { assertEquals } from "@std/assert";
import type { Answer } from "../../src/policy/decision.ts";
import { encodeAnswer, encodeError, encodeResult } from "../../src/rpc/wire.ts";

const ANSWERS: readonly (readonly [Answer, string])[] = [
  [
    { kind: "unhandled" },
    `{"ok":true,"result":{"AuthID":"","DelegateBuiltin":"","Handled":false}}`,
  ],
  [
    { kind: "auth", id: "a" },
    `{"ok":true,"result":{"AuthID":"a","DelegateBuiltin":"","Handled":true}}`,
  ],
  [
    { kind: "auth", id: `<"&">` },
    `{"ok":true,"result":{"AuthID":"\\u003c\\"\\u0026\\"\\u003e",` +
    `"DelegateBuiltin":"","Handled":true}}`,
  ],
  [
    { kind: "delegate", to: "fill-first" },
    `{"ok":true,"result":{"AuthID":"","DelegateBuiltin":"fill-first",` +
    `"Handled":true}}`,
  ],
  [
    { kind: "refuse", code: "c", message: "m" },
    `{"ok":false,"error":{"code":"c","message":"m"}}`,
  ],
  [
    { kind: "refuse", code: "c", message: "m", status: 429 },
    `{"ok":false,"error":{"code":"c","message":"m","http_status":429}}`,
  ],
];

for (const [answer, body] of ANSWERS) {
  Deno.test(`encodeAnswer() is exact when the answer is ${JSON.stringify(answer)}`, () => {
    assertEquals(encodeAnswer(answer), body);
  });
}

Deno.test("encodeResult() puts the result in as it is", () => {
  assertEquals(encodeResult("[1]"), `{"ok":true,"result":[1]}`);
});

Deno.test("encodeError() escapes code and message", () => {
  assertEquals(
    encodeError("a<b", "c\nd"),
    `{"ok":false,"error":{"code":"a\\u003cb","message":"c\\nd"}}`,
  );
});

Deno.test("encodeError() says the status behind the message when there is one", () => {
  assertEquals(
    encodeError("c", "m", 503),
    `{"ok":false,"error":{"code":"c","message":"m","http_status":503}}`,
  );
});
