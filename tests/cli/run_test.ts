/** Exit codes, and failures as one sentence on standard error. */

import { assertEquals } from "@std/assert";
import { FakeIo, runIn } from "./fake_io.ts";
import { run } from "../../src/cli/run.ts";

const QUICK = ["pick", "--candidates", "a"];

const EXIT_CODES: readonly (readonly [
  when: string,
  args: readonly string[],
  config: string,
  want: number,
])[] = [
  ["a candidate is picked", [...QUICK, "--config=-"], "auth_id: a", 0],
  [
    "a selector of the host is named",
    [...QUICK, "--config=-"],
    "delegate: round-robin",
    0,
  ],
  ["the pick is refused", [...QUICK, "--config=-"], "deny: true", 1],
  ["no rule matches", [...QUICK, "--config=-"], "auth_id: b", 1],
  ["the selector is unknown", [...QUICK, "--config=-"], "delegate: best", 1],
  ["pick meets a bad config", [...QUICK, "--config=-"], "deny: maybe", 2],
  ["check meets a good config", ["check", "-"], "deny: true", 0],
  ["check meets a warning", ["check", "-"], "dney: true", 0],
  ["check meets a bad config", ["check", "-"], "deny: maybe", 2],
  ["the help is asked for", ["help"], "", 0],
  ["the version is asked for", ["version"], "", 0],
  ["nothing is asked for", [], "", 2],
  ["the command is unknown", ["pikc"], "", 2],
  ["a flag is unknown", ["pick", "--jsn"], "", 2],
];

for (const [when, args, stdin, want] of EXIT_CODES) {
  Deno.test(`run() answers ${want} when ${when}`, async () => {
    assertEquals((await runIn({ stdin }, ...args)).exitCode, want);
  });
}

Deno.test("run() prints wrong usage as one sentence", async () => {
  assertEquals(await runIn({}, "pikc"), {
    exitCode: 2,
    stdout: "",
    stderr: 'error: Unknown command "pikc"; did you mean "scheduler pick"\n',
  });
});

Deno.test("run() escapes what a terminal would obey in usage", async () => {
  assertEquals(
    (await runIn({}, "\u001b]0;x\u0007\u009b")).stderr,
    'error: Unknown command "\\u001b]0;x\\u0007\\u009b"; ' +
      'see "scheduler help"\n',
  );
});

Deno.test("run() paints the word error on a terminal", async () => {
  const world = { terminals: ["stderr"] } as const;
  assertEquals(
    (await runIn(world, "--oops")).stderr,
    '\u001b[31merror:\u001b[0m Unknown flag "--oops"; a command comes ' +
      'first, see "scheduler help"\n',
  );
});

Deno.test("run() answers 2 when the program itself is at fault", async () => {
  const io = new FakeIo();
  io.facts = () => Promise.reject(new RangeError("x"));
  assertEquals(
    [await run(["version"], io), io.stderrText],
    [2, "error: This is a fault of the program: RangeError: x\n"],
  );
});

Deno.test("run() answers 2 when the answer cannot be written", async () => {
  const io = new FakeIo();
  io.stdout = () => Promise.reject(new TypeError("No space left on device"));
  assertEquals(
    [await run(["version"], io), io.stderrText],
    [
      2,
      "error: Cannot write the answer: No space left on device; " +
      "check where standard output goes\n",
    ],
  );
});
