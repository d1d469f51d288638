import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "../../ffi/build/paths.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});

/** Downloads from an index on the loopback; a process of its own may. */
const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--no-lock",
    "--no-config",
    "--allow-all",
    `${ROOT}tests/ffi/wheel_download.ts`,
    folder,
  ],
}).output();
const messages = new TextDecoder().decode(stderr);
const outcomes = JSON.parse(new TextDecoder().decode(stdout)) as Record<
  string,
  string
>;

const FILES = "http://127\\.0\\.0\\.1:PORT/files";

Deno.test("wheelFile() takes the program without what is behind it", () => {
  assertEquals(outcomes["good"], "64 bytes, mode 755");
});

Deno.test("wheelFile() asks no index for what it has", () => {
  assertEquals(outcomes["cached"], outcomes["good"]);
});

Deno.test("wheelFile() refuses a program that is another one", () => {
  assertMatch(
    outcomes["wrongHash"]!,
    RegExp(
      `Cannot use ${FILES}/x-1.whl: the SHA-256 of its "x.data/scripts/x"`,
    ),
  );
});

Deno.test("wheelFile() leaves nothing of what failed", () => {
  assertEquals([outcomes["left"]!].flat().length, 1);
});

for (
  const [name, message] of [
    ["cut", `Cannot download ${FILES}/cut.whl: the archive ends too early`],
    ["gone", `Cannot download ${FILES}/gone.whl: it answered 404`],
    ["noArchive", `Cannot download ${FILES}/text.whl: the archive has no "x`],
    [
      "notListed",
      "Cannot find other.whl at http://127\\.0\\.0\\.1:PORT/simple/x/",
    ],
    ["noIndex", "Cannot ask http://127\\.0\\.0\\.1:1/x/: .*PIP_INDEX_URL"],
    [
      "refused",
      "Cannot ask http://127\\.0\\.0\\.1:PORT/simple/x/: it answered 401",
    ],
    ["noAddress", 'pip\'s index must be an address, got "somewhere"'],
  ] as const
) {
  Deno.test(`wheelFile() says what is wrong: ${name}`, () => {
    assertMatch(outcomes[name]!, RegExp(message));
  });
}

Deno.test("wheelFile() shows no password", () => {
  assert(!(JSON.stringify(outcomes) + messages).includes("secret"));
});
