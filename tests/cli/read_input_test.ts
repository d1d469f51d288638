/** Inputs that cannot be read: one sentence each, with what to do. */

import { assertEquals } from "@std/assert";
import { runIn } from "./fake_io.ts";

const WANTED = "a scheduler.pick request as the host sends it";
const { errors } = Deno;

const FILES: readonly (readonly [
  what: string,
  content: string | Uint8Array | Error,
  want: string,
])[] = [
  [
    "is missing",
    new errors.NotFound("x"),
    "there is no such file; check the path",
  ],
  [
    "is a folder",
    new errors.IsADirectory("x"),
    "it is a folder; name a file in it",
  ],
  [
    "lies below a file",
    new errors.NotADirectory("x"),
    "a part of the path is a file; check the path",
  ],
  [
    "may not be read",
    new errors.PermissionDenied("x"),
    "permission denied; check the rights of the file",
  ],
  [
    "is a special file",
    new errors.NotCapable("x"),
    'special files are not opened; pipe it in and name it "-"',
  ],
  [
    "fails in another way",
    new TypeError("Input/output error (os error 5)"),
    "Input/output error (os error 5); check the path",
  ],
  ["is empty", "", `it is empty; pass ${WANTED}`],
  [
    "is not UTF-8",
    new Uint8Array([0xff, 0xfe, 0x7b, 0]),
    `it is not UTF-8 text; save it as UTF-8, or pass ${WANTED}`,
  ],
  [
    "is too large",
    new Uint8Array(64 * 1024 * 1024 + 1),
    `it is larger than 64 MiB; pass ${WANTED}`,
  ],
];

for (const [what, content, want] of FILES) {
  Deno.test(`readInput() refuses a request that ${what}`, async () => {
    const files = { "r.json": content };
    assertEquals(await runIn({ files }, "pick", "r.json"), {
      exitCode: 2,
      stdout: "",
      stderr: `error: Cannot read the request from "r.json": ${want}\n`,
    });
  });
}

Deno.test("readInput() refuses an empty pipe for a request", async () => {
  assertEquals(await runIn({ stdin: "" }, "pick"), {
    exitCode: 2,
    stdout: "",
    stderr: "error: Cannot read the request from standard input: " +
      `it is empty; pass ${WANTED}\n`,
  });
});

Deno.test("readInput() takes an empty pipe for a config", async () => {
  assertEquals((await runIn({ stdin: "" }, "check")).exitCode, 0);
});

Deno.test("readInput() refuses to wait for a person", async () => {
  const world = { terminals: ["stdin"], stdin: "{}" } as const;
  assertEquals(await runIn(world, "pick"), {
    exitCode: 2,
    stdout: "",
    stderr: "error: Cannot read the request: no file is named; " +
      `pass ${WANTED}, or "-" to type it in\n`,
  });
});

Deno.test("readInput() waits for a person when it is told to", async () => {
  const world = { terminals: ["stdin"], stdin: "{}" } as const;
  assertEquals((await runIn(world, "pick", "-")).exitCode, 1);
});

Deno.test("readInput() says why standard input cannot be read", async () => {
  const stdin = new errors.IsADirectory("x");
  assertEquals(
    (await runIn({ stdin }, "pick")).stderr,
    "error: Cannot read the request from standard input: it is a folder; " +
      "name a file in it\n",
  );
});

Deno.test("readInput() escapes a path that a terminal would obey", async () => {
  assertEquals(
    (await runIn({}, "pick", "\u009b2J\u001b")).stderr,
    'error: Cannot read the request from "\\u009b2J\\u001b": ' +
      "there is no such file; check the path\n",
  );
});

Deno.test("readInput() refuses a config that is too large", async () => {
  const files = { c: new Uint8Array(1024 * 1024 + 1) };
  assertEquals(
    (await runIn({ files }, "check", "c")).stderr,
    'error: Cannot read the config from "c": it is larger than 1 MiB; ' +
      "pass the plugin's YAML or a config.yaml of the host\n",
  );
});
