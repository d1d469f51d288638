/**
 * Publications as bytes: as `ffi/cache/publication.h` has them, and as its reader
 * in C understands them.
 */

import { sourcesNamed } from "../../ffi/build/sources.ts";
import { assertEquals } from "@std/assert";
import { C_FLAGS, compileC, findCompiler } from "../../ffi/build/shim.ts";
import {
  encodePublication,
  type PublicationParts,
} from "../../src/channel/publication.ts";

const ABSENT = 2 ** 32 - 1;

const LIST: PublicationParts = {
  kind: "list",
  list: 7,
  tailOffset: 1234,
  head: false,
  turns: false,
  cyclic: false,
  epoch: 5,
  tag: 0,
  from: 0,
  livesMs: 0,
  fields: [],
  sequence: [],
  answers: [],
};

const KEY: PublicationParts = {
  ...LIST,
  kind: "key",
  head: true,
  turns: true,
  cyclic: true,
  tag: 2 ** 31 + 1,
  from: 2 ** 40 + 3,
  livesMs: 2 ** 32 - 1,
  fields: [{ name: "scope", value: "ä" }, { name: "other" }, {
    name: "empty",
    value: "",
  }],
  sequence: [1, 0, 1],
  answers: ["{}", "😀"],
};

const ORDER: PublicationParts = {
  ...LIST,
  kind: "order",
  tailOffset: 0,
  turns: true,
  tag: 3,
  from: 1024,
  sequence: [0],
  answers: ["x"],
};

function words(...values: readonly number[]): number[] {
  return [...new Uint8Array(new Uint32Array(values).buffer)];
}

function text(value: string): number[] {
  return [...new TextEncoder().encode(value)];
}

Deno.test("encodePublication() writes a list", () => {
  assertEquals(
    [...encodePublication(LIST)],
    words(1, 7, 1234, 0, 5, 0, 0, 0, 0, 0, 0, 0),
  );
});

Deno.test("encodePublication() writes a key", () => {
  assertEquals([...encodePublication(KEY)], [
    ...words(2, 7, 1234, 7, 5, 2 ** 31 + 1, 3, 256, ABSENT, 3, 2, 3),
    ...[...words(5, 2), ...text("scope"), ...text("ä")],
    ...[...words(5, ABSENT), ...text("other")],
    ...[...words(5, 0), ...text("empty")],
    ...words(1, 0, 1),
    ...[...words(2), ...text("{}")],
    ...[...words(4), ...text("😀")],
  ]);
});

Deno.test("encodePublication() writes an order", () => {
  assertEquals([...encodePublication(ORDER)], [
    ...words(3, 7, 0, 4, 5, 3, 1024, 0, 0, 0, 1, 1),
    ...words(0),
    ...[...words(1), ...text("x")],
  ]);
});

// ---- read back in C ----

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const READER = `${folder}/publication`;
await compileC(await findCompiler(), [
  ...C_FLAGS,
  "../tests/channel/read_publication.c",
  ...sourcesNamed("publication.c"),
  "-o",
  READER,
]);

async function readInC(bytes: Uint8Array): Promise<unknown> {
  const child = new Deno.Command(READER, { stdin: "piped", stdout: "piped" })
    .spawn();
  const writer = child.stdin.getWriter();
  await writer.write(bytes);
  await writer.close();
  const { success, stdout } = await child.output();
  return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
}

const LONGEST: PublicationParts = {
  ...KEY,
  fields: Array.from({ length: 8 }, () => ({ name: "n".repeat(64) })),
  sequence: Array.from({ length: 65_536 }, (_, n) => 65_535 - n),
  answers: Array.from({ length: 65_536 }, (_, n) => `${n}`),
};

for (
  const [name, parts] of Object.entries({ LIST, KEY, ORDER, LONGEST })
) {
  Deno.test(`publication_read() understands ${name} as it was meant`, async () => {
    assertEquals(await readInC(encodePublication(parts)), {
      ...parts,
      kind: ["list", "key", "order"].indexOf(parts.kind) + 1,
    });
  });
}

Deno.test("publication_read() refuses what is not whole", async () => {
  assertEquals(await readInC(encodePublication(KEY).slice(0, -1)), undefined);
});
