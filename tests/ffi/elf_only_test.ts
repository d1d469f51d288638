import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { elfBytes, elfOnly } from "../../ffi/build/download/elf_only.ts";

/** An ELF file of `sections` section headers, and something behind it. */
function program(sections: number, behind: number): Uint8Array {
  const length = 80 + sections * 64;
  const bytes = new Uint8Array(length + behind).fill(7, 64);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  view.setBigUint64(40, 80n, true);
  view.setUint16(58, 64, true);
  view.setUint16(60, sections, true);
  return bytes;
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>) {
  const all: number[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return new Uint8Array(all);
}

for (const size of [1, 63, 64, 65, 207, 208, 209, 1000]) {
  Deno.test(`elfOnly() takes the ELF file alone, in pieces of ${size}`, async () => {
    const bytes = program(2, 500);
    assertEquals(
      await collect(elfOnly(inPieces(bytes, size))),
      bytes.subarray(0, 208),
    );
  });
}

Deno.test("elfOnly() takes a file whole that has nothing behind it", async () => {
  const bytes = program(3, 0);
  assertEquals(await collect(elfOnly(inPieces(bytes, 50))), bytes);
});

Deno.test("elfOnly() reads no further than the ELF file", async () => {
  const bytes = program(1, 0);
  async function* endless() {
    yield* inPieces(bytes, 40);
    yield await Promise.reject(new RangeError("read too far"));
  }
  assertEquals(await collect(elfOnly(endless())), bytes);
});

for (const length of [0, 10, 63, 64, 207]) {
  Deno.test(`elfOnly() refuses a file that ends after ${length} bytes`, async () => {
    const bytes = program(2, 0).subarray(0, length);
    await assertRejects(
      () => collect(elfOnly(inPieces(bytes, 30))),
      SyntaxError,
      "the file ends too early",
    );
  });
}

Deno.test("elfBytes() refuses what is no ELF file of 64 bits", () => {
  const bits32 = program(1, 0);
  bits32[4] = 1;
  for (const bytes of [new Uint8Array(64), bits32]) {
    assertThrows(() => elfBytes(bytes), SyntaxError, "no ELF program");
  }
});
