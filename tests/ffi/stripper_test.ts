import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import { BuildError } from "../../ffi/build/build_error.ts";
import { packStripper } from "../../ffi/build/stripper.ts";

/** A script of amaro's form, with these bytes. */
function script(bytes: Uint8Array): string {
  return `"use strict";
var { Buffer: Buffer2 } = require("node:buffer");
var bytes = Buffer2.from("${Buffer.from(bytes).toString("base64")}", "base64");
module.exports = { transformSync: (text) => text + "$&" + bytes.length };
`;
}

Deno.test("packStripper() takes the bytes out of the script, and no more", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
  const packed = packStripper(script(bytes));
  assertEquals(new Uint8Array(inflateRawSync(packed.bytes)), bytes);
  const lines = packed.module.split("\n");
  const at = lines.indexOf('"use strict";');
  assertEquals(
    lines.slice(at, at + 4),
    script(bytes).split("\n").slice(0, 4).map((line) =>
      line.startsWith("var bytes")
        ? "var bytes = inflateRawSync(packed);"
        : line
    ),
  );
});

Deno.test("packStripper() refuses a script of another form", () => {
  for (const text of ["", 'Buffer.from("AA==", "base64")']) {
    assertThrows(() => packStripper(text), BuildError, "must hold");
  }
});
