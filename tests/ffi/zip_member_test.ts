import { assertEquals, assertRejects } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { zipMember } from "../../ffi/zip_member.ts";

interface Member {
  readonly path: string;
  readonly content: string;
  readonly method?: number;
  readonly flags?: number;
}

const encoder = new TextEncoder();

/** A member as an archive has it, with an extra field of four bytes. */
function member(
  { path, content, method = 8, flags = 0 }: Member,
): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(path);
  const plain = encoder.encode(content);
  const packed = method === 8 ? deflateRawSync(plain) : plain;
  const bytes = new Uint8Array(30 + name.length + 4 + packed.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(6, flags, true);
  view.setUint16(8, method, true);
  view.setUint32(14, crc32(plain), true);
  view.setUint32(18, packed.length, true);
  view.setUint32(22, plain.length, true);
  view.setUint16(26, name.length, true);
  view.setUint16(28, 4, true);
  bytes.set(name, 30);
  bytes.set(packed, 30 + name.length + 4);
  return bytes;
}

/** The archive's end: one header of its list of contents is enough here. */
const END = new Uint8Array(46);
new DataView(END.buffer).setUint32(0, 0x02014b50, true);

function archive(
  members: readonly Member[],
  { size = 7, bytes = Infinity } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(
    [...members.map(member), END].flatMap((part) => [...part]),
  ).subarray(0, bytes);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < whole.length; at += size) {
    pieces.push(whole.subarray(at, at + size));
  }
  return ReadableStream.from(pieces);
}

async function read(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  path: string,
): Promise<string> {
  let text = "";
  for await (const chunk of zipMember(stream, path)) {
    text += new TextDecoder().decode(chunk);
  }
  return text;
}

const MEMBERS: readonly Member[] = [
  { path: "a/", content: "", method: 0 },
  { path: "a/first", content: "one ".repeat(100) },
  { path: "a/second", content: "two", method: 0 },
  { path: "last", content: "" },
];

for (const size of [1, 30, 10_000]) {
  for (const { path, content } of MEMBERS) {
    Deno.test(`zipMember() finds "${path}", in pieces of ${size}`, async () => {
      assertEquals(await read(archive(MEMBERS, { size }), path), content);
    });
  }
}

Deno.test("zipMember() says that a file is not there", async () => {
  await assertRejects(
    () => read(archive(MEMBERS), "first"),
    SyntaxError,
    'the archive has no "first"',
  );
});

for (const bytes of [0, 29, 33, 45]) {
  Deno.test(`zipMember() refuses an archive of ${bytes} bytes`, async () => {
    await assertRejects(
      () => read(archive(MEMBERS.slice(1), { bytes }), "a/first"),
      SyntaxError,
      "the archive ends too early",
    );
  });
}

Deno.test("zipMember() refuses what it cannot read", async () => {
  const unknown = { path: "a", content: "text", method: 12 };
  await assertRejects(
    () => read(archive([unknown]), "a"),
    SyntaxError,
    "unknown way",
  );
  for (const flags of [1, 8]) {
    await assertRejects(
      () => read(archive([{ path: "a", content: "text", flags }]), "a"),
      SyntaxError,
      "no sizes",
    );
  }
});

Deno.test("zipMember() ends the stream when it is left", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(member({ path: "a", content: "text", method: 0 }));
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const _ of zipMember(stream, "a")) break;
  assertEquals(cancelled, true);
});
