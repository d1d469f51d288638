/**
 * Compiles a fuzzer in C (libFuzzer) and runs it for a bounded time, with
 * clang's AddressSanitizer and UndefinedBehaviorSanitizer. Exit code 1 on a
 * finding; without clang it says so and ends well. Used by the `fuzz_….ts`
 * beside it.
 */

import { runTask } from "../../ffi/build/build.ts";
import { ROOT } from "../../ffi/build/paths.ts";
import { C_FLAGS, compileC } from "../../ffi/build/shim.ts";

/** Seconds an input may take before it counts as a hang. */
const INPUT_SECONDS = 10;

/** The sanitizers stop at the first thing they find. */
const FLAGS = [
  "-O1",
  "-g",
  "-fsanitize=fuzzer,address,undefined",
  "-fno-sanitize-recover=all",
  "-pthread",
];

/** One fuzzer. */
export interface Fuzzer {
  /** What it is of, for people. */
  readonly name: string;
  /** Its file beside this one, without `.c`. */
  readonly file: string;
  /** Sources of the shim that it is linked with. */
  readonly sources: readonly string[];
  /** Longest input. */
  readonly inputBytes: number;
}

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
  { file, sources, inputBytes }: Fuzzer,
  seconds: number,
  inputs: readonly string[],
): Promise<{ success: boolean; text: string }> {
  const program = `${folder}/${file}`;
  await compileC("clang", [
    ...C_FLAGS,
    ...FLAGS,
    `${ROOT}tests/soak/${file}.c`,
    ...sources,
    "-o",
    program,
  ]);
  await Deno.mkdir(`${folder}/corpus`);
  const { success, stderr } = await new Deno.Command(program, {
    args: [
      `-max_total_time=${seconds}`,
      `-timeout=${INPUT_SECONDS}`,
      `-max_len=${inputBytes}`,
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
  fuzzer: Fuzzer,
  [seconds = "60", ...inputs]: readonly string[],
): Promise<boolean> {
  if (!await canFuzz(folder)) {
    await print(
      `${fuzzer.name} fuzzer: left out, there is no clang with its fuzzer. Install it, such as \`apt-get install clang\``,
    );
    return true;
  }
  const { success, text } = await fuzz(
    folder,
    fuzzer,
    Number(seconds),
    inputs,
  );
  const [, count] = /^stat::number_of_executed_units: (\d+)$/m.exec(text) ??
    [];
  await print(
    `${fuzzer.name} fuzzer: ${count ?? inputs.length} inputs, ${
      success ? 0 : 1
    } findings`,
  );
  if (!success) {
    await print(`${describe(text)}\nThe input is kept in ${folder}`);
  }
  return success;
}

/**
 * Runs a fuzzer with the words of the command line.
 *
 * @param fuzzer Which one.
 */
export async function runFuzzer(fuzzer: Fuzzer): Promise<void> {
  await runTask(async () => {
    const folder = await Deno.makeTempDir();
    if (!await run(folder, fuzzer, Deno.args)) Deno.exit(1);
    await Deno.remove(folder, { recursive: true });
  });
}
