import { assertEquals, assertRejects } from "@std/assert";
import { zipMember } from "../../ffi/build/download/zip_member.ts";
import { zipArchive, type ZipMember, zipMemberBytes } from "./zip_archive.ts";

function archive(
  members: readonly ZipMember[],
  { size = 7, bytes = Infinity } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const whole = zipArchive(members).subarray(0, bytes);
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

const MEMBERS: readonly ZipMember[] = [
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
      controller.enqueue(
        zipMemberBytes({ path: "a", content: "text", method: 0 }),
      );
    },
    cancel() {
      cancelled = true;
    },
  });
  for await (const _ of zipMember(stream, "a")) break;
  assertEquals(cancelled, true);
});
