/**
 * The help, word for word. After a change on purpose, write the new text to
 * tests/cli/snapshots and read the difference.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/cli/invocation.ts";
import { runIn } from "./fake_io.ts";

const SNAPSHOTS = new URL("snapshots/", import.meta.url);

const CASES: readonly (readonly [args: readonly string[], file: string])[] = [
  [["help"], "help.txt"],
  [["--help"], "help.txt"],
  [["-h"], "help.txt"],
  ...COMMANDS.flatMap((name): [string[], string][] => [
    [["help", name], `help-${name}.txt`],
    [[name, "--help"], `help-${name}.txt`],
    [[name, "-h"], `help-${name}.txt`],
  ]),
];

for (const [args, file] of CASES) {
  Deno.test(`"${args.join(" ")}" prints ${file}`, async () => {
    const stdout = await Deno.readTextFile(new URL(file, SNAPSHOTS));
    assertEquals(await runIn({}, ...args), { exitCode: 0, stdout, stderr: "" });
  });
}

for (const name of COMMANDS) {
  Deno.test(`help of ${name} fits a terminal of 80 columns`, async () => {
    const { stdout } = await runIn({}, "help", name);
    assertEquals(stdout.split("\n").filter((line) => line.length > 80), []);
  });

  Deno.test(`help names ${name}`, async () => {
    assertStringIncludes((await runIn({}, "help")).stdout, `\n  ${name} `);
  });
}
