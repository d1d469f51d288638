/**
 * Compiles and runs the fuzzer of the channel's host side (`fuzz_channel.c`)
 * for a bounded time, with clang's AddressSanitizer and
 * UndefinedBehaviorSanitizer. Exit code 1 on a finding; without clang it says
 * so and ends well.
 *
 *   fuzz_channel.ts [seconds] [input …]   inputs: run these files only
 */

import { ROOT } from "../../ffi/paths.ts";
import { runTask } from "../../ffi/build.ts";
import { C_FLAGS, compileC } from "../../ffi/shim.ts";

const SOURCE = `${ROOT}tests/soak/fuzz_channel.c`;

/** Seconds an input may take before it counts as a hang. */
const INPUT_SECONDS = 10;

/** Bytes of an input: some hundred steps of a worker. A guess. */
const INPUT_BYTES = 2048;

/** The sanitizers stop at the first thing they find. */
const FLAGS = [
  "-O1",
  "-g",
  "-fsanitize=fuzzer,address,undefined",
  "-fno-sanitize-recover=all",
  "-pthread",
];

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

/** Whether there is a clang that can make a fuzzer. */
async function canFuzz(folder: string): Promise<boolean> {
  const source = `${folder}/probe.c`;
  await Deno.writeTextFile(
    source,
    "int LLVMFuzzerTestOneInput(const void *, unsigned long);\n" +
      "int LLVMFuzzerTestOneInput(const void *a, unsigned long b) {\n" +
      "  return a == 0 && b != 0;\n}\n",
  );
  try {
    await compileC("clang", [...FLAGS, source, "-o", `${folder}/probe`]);
    return true;
  } catch {
    return false;
  }
}

async function fuzz(
  folder: string,
  seconds: number,
  inputs: readonly string[],
): Promise<{ success: boolean; text: string }> {
  const program = `${folder}/fuzz_channel`;
  await compileC("clang", [...C_FLAGS, ...FLAGS, SOURCE, "-o", program]);
  await Deno.mkdir(`${folder}/corpus`);
  const { success, stderr } = await new Deno.Command(program, {
    args: [
      `-max_total_time=${seconds}`,
      `-timeout=${INPUT_SECONDS}`,
      `-max_len=${INPUT_BYTES}`,
      `-artifact_prefix=${folder}/`,
      "-print_final_stats=1",
      ...(inputs.length > 0 ? inputs : [`${folder}/corpus`]),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  return { success, text: new TextDecoder().decode(stderr) };
}

/** The lines from the finding on, without those of the search. */
function describe(text: string): string {
  const lines = text.split("\n").filter((line) =>
    !/^#\d+\s+(INITED|NEW|REDUCE|RELOAD|pulse)\b/.test(line)
  );
  const start = lines.findIndex((line) =>
    /^finding:|ERROR:|runtime error:/.test(line)
  );
  return lines.slice(Math.max(start, 0)).join("\n");
}

async function run(
  folder: string,
  [seconds = "60", ...inputs]: readonly string[],
): Promise<boolean> {
  if (!await canFuzz(folder)) {
    await print(
      "channel fuzzer: left out, there is no clang with its fuzzer. Install it, such as `apt-get install clang`",
    );
    return true;
  }
  const { success, text } = await fuzz(folder, Number(seconds), inputs);
  const [, count] = /^stat::number_of_executed_units: (\d+)$/m.exec(text) ??
    [];
  await print(
    `channel fuzzer: ${count ?? inputs.length} inputs, ${
      success ? 0 : 1
    } findings`,
  );
  if (!success) {
    await print(`${describe(text)}\nThe input is kept in ${folder}`);
  }
  return success;
}

await runTask(async () => {
  const folder = await Deno.makeTempDir();
  if (!await run(folder, Deno.args)) Deno.exit(1);
  await Deno.remove(folder, { recursive: true });
});
