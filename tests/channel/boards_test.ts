/**
 * What a person's command line sees of workers that run, played by
 * `play_worker.c`.
 */

import { sourcesNamed } from "../../ffi/build/sources.ts";
import { assertEquals } from "@std/assert";
import {
  buildShim,
  C_FLAGS,
  compileC,
  findCompiler,
} from "../../ffi/build/shim.ts";
import { readBoards, type WorkerBoard } from "../../src/channel/boards.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const SHIM = await buildShim(folder);
const WORKER = `${folder}/worker`;
await compileC(await findCompiler(), [
  ...C_FLAGS,
  "../tests/channel/play_worker.c",
  ...sourcesNamed("channel.c", "channel_segment.c"),
  "-pthread",
  "-o",
  WORKER,
]);

/** What is seen of a worker that shows this. */
async function seenOf(shown: string): Promise<Omit<WorkerBoard, "pid">> {
  const worker = new Deno.Command(WORKER, {
    args: [shown],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = worker.stdout.getReader();
  await lines.read();
  const board = readBoards(SHIM).find(({ pid }) => pid === worker.pid);
  await worker.stdin.close();
  await lines.cancel();
  await worker.status;
  assertEquals(readBoards(SHIM).some(({ pid }) => pid === worker.pid), false);
  const { pid: _, ...seen } = board!;
  return seen;
}

Deno.test("readBoards() reads what a worker shows", async () => {
  assertEquals(await seenOf('{"ä":"😀"}'), { text: '{"ä":"😀"}' });
});

Deno.test("readBoards() knows a worker that shows nothing yet", async () => {
  assertEquals(await seenOf(""), { text: "" });
});

Deno.test("readBoards() knows a worker of another version", async () => {
  assertEquals(await seenOf("version:"), { problem: "version" });
});
