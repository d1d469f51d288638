/**
 * Taking turns, with the built file: exact whoever asks, and whatever becomes
 * of the worker or of the config meanwhile.
 */

import { assert, assertEquals } from "@std/assert";
import { DIST } from "../ffi/build/paths.ts";
import { compileHost, type TestHost } from "./host/host.ts";
import { loadedHost, picked, unload, workerOf } from "./host/plugin.ts";

const THREADS = 16;

/** How long the threads pick, in milliseconds. */
const LOAD_MS = 500;

const ROUND_ROBIN = "policy: round_robin\n";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const HOST = await compileHost(folder);
const PLUGIN = `${DIST}/scheduler.so`;

/** A pick as the host writes it, one letter for each candidate. */
function request(ids: string, model = "m"): string {
  return JSON.stringify({
    Provider: "codex",
    Model: model,
    Stream: true,
    Options: { Headers: {}, Metadata: { requested_model: model } },
    Candidates: [...ids].map((ID) => ({ ID, Provider: "codex" })),
  });
}

async function pick(host: TestHost, ids: string): Promise<string> {
  const { rc, body } = await host.call("scheduler.pick", request(ids));
  assertEquals(rc, 0);
  return JSON.parse(body).result.AuthID;
}

async function pickTimes(
  host: TestHost,
  ids: string,
  times: number,
): Promise<string> {
  let chosen = "";
  for (let n = 0; n < times; n++) chosen += await pick(host, ids);
  return chosen;
}

/** Waits until a worker answers: only it repeats an unknown method's name. */
async function waitForWorker(host: TestHost): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const { body } = await host.call("foo", "{}");
    if (body.includes("unknown method: foo")) return;
    await host.command("sleep", 50);
  }
  throw new Error("No worker after 10 s");
}

/** How often each of two candidates was picked by all threads together. */
async function countsOfTwo(host: TestHost): Promise<[number, number]> {
  await host.command(
    "load-start",
    THREADS,
    await host.file(request("ab")),
    await host.file(picked("a")),
    await host.file(picked("b")),
  );
  await host.command("sleep", LOAD_MS);
  await host.command("load-stop");
  const [, picks, second, wrong] = /^picks (\d+) late (\d+) wrong (\d+) /.exec(
    await host.command("load-report"),
  ) ?? [];
  assertEquals(wrong, "0");
  return [Number(picks) - Number(second), Number(second)];
}

Deno.test("picks go through the candidates in the order of their IDs", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  assertEquals(await pickTimes(host, "abc", 10), "abcabcabca");
  await unload(host);
});

Deno.test("the order of a request does not count", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  assertEquals(await pickTimes(host, "cab", 6), "abcabc");
  await unload(host);
});

Deno.test("a rotation is of its candidates, whatever else a request holds", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  let chosen = "";
  for (const model of ["m", "n", "m", "o", "n", "m"]) {
    const { body } = await host.call("scheduler.pick", request("abc", model));
    chosen += JSON.parse(body).result.AuthID;
  }
  assertEquals(chosen, "abcabc");
  await unload(host);
});

Deno.test("many threads pick each candidate equally often", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  assertEquals(await pick(host, "ab"), "a");
  const [first, second] = await countsOfTwo(host);
  assert(first > THREADS, `${first} picks`);
  assert(Math.abs(first + 1 - second) <= 1, `${first + 1} and ${second}`);
  await unload(host);
});

Deno.test("the same config again keeps the places", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  assertEquals(await pickTimes(host, "abc", 4), "abca");
  await host.configure(ROUND_ROBIN);
  assertEquals(await pickTimes(host, "abc", 4), "bcab");
  await host.configure("policy: [\n");
  assertEquals(await pickTimes(host, "abc", 2), "ca");
  await unload(host);
});

Deno.test("another config is in force at once", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  await pickTimes(host, "abc", 4);
  await host.configure("auth_id: c\n");
  assertEquals(await pickTimes(host, "abc", 3), "ccc");
  await host.configure(`${ROUND_ROBIN}deny: false\n`);
  const chosen = await pickTimes(host, "abc", 6);
  assert("abcabcabc".includes(chosen), chosen);
  await unload(host);
});

Deno.test("the places are kept while there is no worker, and by the next one", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  assertEquals(await pickTimes(host, "abc", 4), "abca");
  Deno.kill(await workerOf(host), "SIGKILL");
  assertEquals(await pickTimes(host, "abc", 4), "bcab");
  await waitForWorker(host);
  assertEquals(await pickTimes(host, "abc", 4), "cabc");
  const others = await pickTimes(host, "de", 4);
  assert("dedede".includes(others), others);
  assertEquals(await pickTimes(host, "abc", 2), "ab");
  await unload(host);
});

Deno.test("each list of candidates has a rotation of its own, as retries need", async () => {
  await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
  let whole = "";
  let retried = "";
  for (let n = 0; n < 6; n++) {
    whole += await pick(host, "abc");
    retried += await pick(host, "bc");
  }
  assertEquals(whole, "abcabc");
  assert("bcbcbcbc".includes(retried), retried);
  await unload(host);
});

for (const method of ["usage.handle", "request.complete"]) {
  Deno.test(`${method} is answered at once`, async () => {
    await using host = await loadedHost(HOST, PLUGIN, ROUND_ROBIN);
    Deno.kill(await workerOf(host), "SIGSTOP");
    assertEquals(await host.call(method, `{"AuthID":"a"}`), {
      rc: 0,
      body: `{"ok":true,"result":{}}`,
    });
    await unload(host);
  });
}
