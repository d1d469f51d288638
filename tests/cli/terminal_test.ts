/** The program as a process: real pipes, real files, real exit codes. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { VERSION } from "../../src/version.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ADAPTERS = `${ROOT}src/npm/import_map.json`;

/** What the shipped program may do, but for the worker's FFI. */
const PERMISSIONS = ["--allow-read", "--allow-env=NO_COLOR,TERM"];

/** The child resolves the libraries as this process does. */
const USES_ADAPTERS = import.meta.resolve("@std/cli").includes("/src/npm/");
const RESOLUTION = USES_ADAPTERS ? [`--import-map=${ADAPTERS}`] : [];

const PROGRAM = [
  ...["run", "--quiet", "--no-lock", "--no-prompt"],
  ...RESOLUTION,
  ...PERMISSIONS,
  `${ROOT}main.ts`,
];

/** A request so large that its diagnosis fills any pipe. */
const MANY = JSON.stringify({
  Candidates: Array.from({ length: 20_000 }, (_, index) => ({
    ID: `candidate-${index}`,
  })),
});

async function runProgram(
  ...args: readonly string[]
): Promise<readonly [code: number, stdout: string, stderr: string]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...PROGRAM, ...args],
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return [code, decoder.decode(stdout), decoder.decode(stderr)];
}

Deno.test("the program prints its version", async () => {
  const [code, stdout, stderr] = await runProgram("version");
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, `scheduler  ${VERSION}\n`);
});

Deno.test("the program exits with 1 when a pick is not handled", async () => {
  const [code] = await runProgram("pick", "--candidates", "a");
  assertEquals(code, 1);
});

Deno.test("the program exits with 2 when there is no command", async () => {
  const [code, stdout] = await runProgram();
  assertEquals([code, stdout], [2, ""]);
});

Deno.test("the program reads a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/a request – ü.json`;
    await Deno.writeTextFile(path, '{"Candidates":[{"ID":"x"}]}');
    const [code, stdout, stderr] = await runProgram("pick", path);
    assertEquals([code, stderr], [1, ""]);
    assertStringIncludes(stdout, "\n  x  kept  ");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const UNREADABLE: readonly (readonly [path: string, why: string])[] = [
  ["/no/such/file", "there is no such file; check the path"],
  ["/", "it is a folder; name a file in it"],
  [`${ROOT}deno.json/x`, "a part of the path is a file; check the path"],
];

for (const [path, why] of UNREADABLE) {
  Deno.test(`the program cannot read it when ${why}`, async () => {
    assertEquals(await runProgram("check", path), [
      2,
      "",
      `error: Cannot read the config from ${JSON.stringify(path)}: ${why}\n`,
    ]);
  });
}

Deno.test("the program stops reading what never ends", async () => {
  const [code, stdout, stderr] = await runProgram("pick", "/dev/zero");
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.split("\n").length, 2);
});

Deno.test("the program is content when its reader leaves", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...PROGRAM, "pick", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const errors = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(MANY));
  await writer.close();
  const { value } = await reader.read();
  assert(value !== undefined && value.length > 0);
  await reader.cancel();
  const { code } = await child.status;
  assertEquals([code, await errors], [1, ""]);
});

/** Runs a command with a terminal of its own; part of util-linux. */
const SCRIPT = "/usr/bin/script";
const HAS_SCRIPT = await Deno.stat(SCRIPT).then(() => true, () => false);

/** What `caller` shows on a terminal on which something is typed. */
async function typeKey(
  typed: string,
): Promise<readonly [code: number, shown: string]> {
  const command = [Deno.execPath(), ...PROGRAM, "caller"];
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const child = new Deno.Command(SCRIPT, {
    args: ["--quiet", "--return", "--flush", "--command", quoted, "/dev/null"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let shown = "";
  const showsPrompt = () => shown.includes("(not shown): ");
  for (let isTyped = false;;) {
    const { done, value = "" } = await reader.read();
    if (done) break;
    shown += value;
    if (isTyped || !showsPrompt()) continue;
    isTyped = true;
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(typed));
    writer.releaseLock();
  }
  await child.stdin.close().catch(() => {});
  const { code } = await child.status;
  return [code, shown.replaceAll("\r\n", "\n")];
}

const PROMPT = "Key of the client (not shown): ";

/** What is typed, and what follows the prompt. */
const TYPED: readonly (readonly [
  typed: string,
  code: number,
  shown: string,
])[] = [
  [
    "client-key-1\r",
    0,
    `\n${"37fd8f355a99e569190988c886c374e8"}` +
    "6a398480365c7681e33e9d9657afba50\n",
  ],
  [
    "client-keyé\x7f-2\x7f1\r",
    0,
    `\n${"37fd8f355a99e569190988c886c374e8"}` +
    "6a398480365c7681e33e9d9657afba50\n",
  ],
  ["client-key-1\x03", 2, "\nerror: Stopped; nothing was done\n"],
  [
    "\x04",
    2,
    "\nerror: Cannot hash the key: there is none; type it, or " +
    "pipe it in, such as `scheduler caller < key.txt`\n",
  ],
];

for (const [typed, code, shown] of TYPED) {
  Deno.test({
    name: `the program does not show what is typed when it is ${
      JSON.stringify(typed)
    }`,
    ignore: !HAS_SCRIPT,
    async fn() {
      const [exitCode, text] = await typeKey(typed);
      const plain = text.replaceAll(COLOURS_REGEXP, "");
      assertEquals([exitCode, plain], [code, PROMPT + shown]);
    },
  });
}

// deno-lint-ignore no-control-regex -- a terminal is coloured by these
const COLOURS_REGEXP = /\x1b\[[0-9;]*m/g;
