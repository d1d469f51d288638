/**
 * Downloads a program from an index of its own on the loopback, in several
 * ways, and prints what came of each as JSON. Run by wheel_file_test.ts, since
 * tests have no network.
 *
 *   wheel_download.ts CACHE_FOLDER
 */

import { createHash } from "node:crypto";
import { wheelFile } from "../../ffi/build/download/wheel_file.ts";
import { zipArchive } from "./zip_archive.ts";

const [folder = ""] = Deno.args;

/** An ELF file's header, and something behind it that is no part of it. */
const program = new Uint8Array(64 + 5000).fill(7, 64);
program.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
program[40] = 64; // where its section headers begin, of which there are none
const elf = program.subarray(0, 64);

const wheel = zipArchive([
  { path: "x/__init__.py", content: "" },
  { path: "x.data/scripts/x", content: program },
]);

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: () => {},
}, (request) => {
  const { pathname } = new URL(request.url);
  if (request.headers.get("authorization") !== `Basic ${btoa("me:secret")}`) {
    return new Response("who?", { status: 401 });
  }
  switch (pathname) {
    case "/simple/x/":
      return new Response(
        ["x-1", "cut", "gone", "text"].map((name) =>
          `<a href="../../files/${name}.whl#sha256=0">${name}</a>`
        ).join("\n"),
        { headers: { "content-type": "text/html" } },
      );
    case "/files/x-1.whl":
      return new Response(wheel);
    case "/files/cut.whl":
      return new Response(wheel.slice(0, 60));
    case "/files/text.whl":
      return new Response("hello, this is no archive at all, sorry about that");
    default:
      return new Response("no", { status: 404 });
  }
});

const { port } = server.addr;
const INDEX = `http://me:secret@127.0.0.1:${port}/simple`;

async function attempt(
  wheelName: string,
  { sha256 = createHash("sha256").update(elf).digest("hex"), index = INDEX } =
    {},
): Promise<string> {
  Deno.env.set("PIP_INDEX_URL", index);
  try {
    const path = await wheelFile({
      name: `program-${wheelName}`,
      package: "x",
      version: "1",
      wheel: wheelName,
      path: "x.data/scripts/x",
      sha256,
    }, folder);
    const { mode } = await Deno.stat(path);
    const bytes = await Deno.readFile(path);
    return `${bytes.length} bytes, mode ${((mode ?? 0) & 0o777).toString(8)}`;
  } catch (error) {
    return String(error).replaceAll(String(port), "PORT");
  }
}

const outcomes = {
  wrongHash: await attempt("x-1.whl", { sha256: "0".repeat(64) }),
  good: await attempt("x-1.whl"),
  cached: await attempt("x-1.whl", { index: "http://127.0.0.1:1/" }),
  cut: await attempt("cut.whl"),
  gone: await attempt("gone.whl"),
  noArchive: await attempt("text.whl"),
  notListed: await attempt("other.whl"),
  noIndex: await attempt("other.whl", { index: "http://127.0.0.1:1/" }),
  refused: await attempt("other.whl", {
    index: `http://me:wrong-secret@127.0.0.1:${port}/simple/`,
  }),
  noAddress: await attempt("other.whl", { index: "somewhere" }),
  left: (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name),
};
await server.shutdown();
// deno-lint-ignore no-console -- this is what it is for
console.log(JSON.stringify(outcomes));
