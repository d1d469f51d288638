/** The versions, from source and compiled. */

import { assertEquals } from "@std/assert";
import { VERSION } from "../../src/version.ts";
import { runIn } from "./fake_io.ts";

const COMMON = `scheduler  ${VERSION}\n` +
  "host       ABI 1, schema 3\n" +
  "deno       2.6.10, x86_64-unknown-linux-gnu\n" +
  "v8         13.7.152.14-rusty\n";

for (const args of [["version"], ["--version"], ["-V"]]) {
  Deno.test(`"${args}" shows the versions`, async () => {
    assertEquals(await runIn({}, ...args), {
      exitCode: 0,
      stdout: `${COMMON}file       run from source\n`,
      stderr: "",
    });
  });
}

Deno.test("version names the runtime and the file when compiled", async () => {
  const facts = {
    runtime: "official denort",
    file: { path: "/opt/scheduler.so", bytes: 100 * 1024 * 1024 },
  };
  assertEquals(
    (await runIn({ facts }, "version")).stdout,
    `${COMMON}runtime    official denort\n` +
      "file       /opt/scheduler.so, 100.0 MiB\n",
  );
});

Deno.test("version says so when the runtime is unknown", async () => {
  const facts = { file: { path: "/x", bytes: 0 } };
  assertEquals(
    (await runIn({ facts }, "version")).stdout,
    `${COMMON}runtime    of unknown origin\nfile       /x, 0.0 MiB\n`,
  );
});
