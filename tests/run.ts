/**
 * Runs tests with the packages that this network reaches, and says at the
 * end, on a line of its own, how many passed and failed.
 *
 *   tests/run.ts [path …]   default: everything under tests/ and examples/
 */

import { packageFlags } from "../ffi/build/packages.ts";
import { ROOT } from "../ffi/build/paths.ts";
import { runTask } from "../ffi/build/build.ts";

/** What the tests need: no network at all. */
const PERMISSIONS = [
  "--allow-env",
  "--allow-ffi",
  "--allow-read",
  "--allow-run",
  "--allow-write",
];

const SUMMARY_REGEXP =
  /\| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?/g;
// deno-lint-ignore no-control-regex -- colour codes are control characters
const COLOUR_REGEXP = /\x1b\[[0-9;]*m/g;

/** Copies a stream to the terminal and keeps its text. */
async function show(
  stream: ReadableStream<Uint8Array>,
  to: typeof Deno.stdout,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let at = 0; at < chunk.length;) {
      at += await to.write(chunk.subarray(at));
    }
  }
  return text;
}

await runTask(async () => {
  const paths = Deno.args.length > 0 ? Deno.args : ["tests", "examples"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...PERMISSIONS, ...await packageFlags(), ...paths],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [text] = await Promise.all([
    show(child.stdout, Deno.stdout),
    show(child.stderr, Deno.stderr),
  ]);
  const { code } = await child.status;
  const summary = [
    ...text.replaceAll(COLOUR_REGEXP, "").matchAll(
      SUMMARY_REGEXP,
    ),
  ].at(-1);
  const [, passed = "0", failed = "1"] = summary ?? [];
  await Deno.stdout.write(
    new TextEncoder().encode(`${passed} passed, ${failed} failed\n`),
  );
  Deno.exit(code);
});
