/**
 * Compiles and runs the fuzzer of program.c's ELF reading (`fuzz_program.c`)
 * for a bounded time, with clang's AddressSanitizer and
 * UndefinedBehaviorSanitizer. Exit code 1 on a finding; without clang it says
 * so and ends well.
 *
 *   fuzz_program.ts [seconds] [input …]   inputs: run these files only
 */

import { ROOT } from "../../ffi/build/paths.ts";
import { runTask } from "../../ffi/build/build.ts";
import { C_FLAGS, compileC } from "../../ffi/build/shim.ts";
import {
  Elf,
  makeElf,
  moveHeadersToEnd,
  PF_R,
  PF_W,
  PF_X,
  PT_INTERP,
  PT_LOAD,
  PT_PHDR,
  type Segment,
} from "../ffi/elf.ts";
import { works } from "../ffi/attached.ts";

const SOURCE = `${ROOT}tests/soak/fuzz_program.c`;

/** Bytes of an input: the headers of two files, a page apart at most. */
const INPUT_BYTES = 8192;

/** The sanitizers stop at the first thing they find. */
const FLAGS = [
  "-O1",
  "-g",
  "-fsanitize=fuzzer,address,undefined",
  "-fno-sanitize-recover=all",
];

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

// ---- inputs to begin with ----

const LOADER_PATH = "/lib/loader\0";

/** How the model behaves; see struct control. */
interface Control {
  readonly failingMmap?: number;
  readonly readBytes?: number;
  /** Bits: 1 the loader, 2 the current folder, 4 /proc. */
  readonly missing?: number;
}

function input(
  program: Elf,
  loader: Elf | undefined,
  { failingMmap = 0, readBytes = 0, missing = 0 }: Control = {},
): Uint8Array {
  const sizes = new Uint32Array([program.bytes.length, 0x9000, 0x5000]);
  return Uint8Array.of(
    failingMmap,
    readBytes,
    missing,
    0,
    ...new Uint8Array(sizes.buffer),
    ...program.bytes,
    ...loader?.bytes ?? [],
  );
}

function load(
  flags: bigint,
  start: bigint,
  filesz: bigint,
  memsz = filesz,
): Partial<Segment> {
  return {
    type: PT_LOAD,
    flags,
    offset: start,
    vaddr: start,
    filesz,
    memsz,
    align: 4096n,
  };
}

/** Code alone, as a static executable or a loader has it. */
function plain(): Elf {
  return makeElf([
    load(PF_R | PF_X, 0n, 0x2000n),
    load(PF_R | PF_W, 0x3000n, 0x1234n, 0x9000n),
  ], { entry: 0x1000n });
}

/** A table, a path, and a segment of each kind. */
function dynamic(): Elf {
  const path = new TextEncoder().encode(LOADER_PATH);
  const headers = 6;
  const table = BigInt(64 + headers * 56);
  const elf = makeElf([
    { type: PT_PHDR, flags: PF_R, offset: 64n, vaddr: 64n, filesz: table },
    {
      type: PT_INTERP,
      flags: PF_R,
      offset: table,
      vaddr: table,
      filesz: BigInt(path.length),
    },
    load(PF_R, 0n, 0x600n),
    load(PF_R | PF_X, 0x1000n, 0x800n),
    { ...load(PF_R | PF_W, 0x3e00n, 0x300n, 0x20_0000n), offset: 0x2e00n },
    { ...load(PF_W, 0x40_0000n, 0n, 0x1000n), align: 0x20_0000n },
  ], { entry: 0x1010n, bytes: Number(table) + path.length });
  elf.bytes.set(path, Number(table));
  return elf;
}

function seeds(): Uint8Array[] {
  const moved = new Elf(moveHeadersToEnd(dynamic().bytes));
  const fixed = plain();
  fixed.setHeader("type", 2n);
  return [
    input(plain(), undefined),
    input(dynamic(), plain()),
    input(moved, plain()),
    input(dynamic(), plain(), { readBytes: 7 }),
    input(dynamic(), plain(), { missing: 1 }),
    input(dynamic(), plain(), { missing: 2 }),
    input(dynamic(), plain(), { missing: 4 }),
    input(dynamic(), plain(), { failingMmap: 3 }),
    input(dynamic(), fixed),
    input(fixed, undefined),
  ];
}

// ---- the run ----

async function fuzz(
  folder: string,
  seconds: number,
  inputs: readonly string[],
): Promise<{ success: boolean; text: string }> {
  const program = `${folder}/fuzz_program`;
  await compileC("clang", [...C_FLAGS, ...FLAGS, SOURCE, "-o", program]);
  const corpus = `${folder}/corpus`;
  await Deno.mkdir(corpus);
  for (const [index, seed] of seeds().entries()) {
    await Deno.writeFile(`${corpus}/seed-${index}`, seed);
  }
  const { success, stderr } = await new Deno.Command(program, {
    args: [
      `-max_total_time=${seconds}`,
      "-timeout=10",
      `-max_len=${INPUT_BYTES}`,
      "-use_value_profile=1",
      `-artifact_prefix=${folder}/`,
      "-print_final_stats=1",
      ...(inputs.length > 0 ? inputs : [corpus]),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  return { success, text: new TextDecoder().decode(stderr) };
}

/** The lines from the finding on, without those of the search. */
function describe(text: string): string {
  const lines = text.split("\n").filter((line) => !/^#\d+\s/.test(line));
  const start = lines.findIndex((line) =>
    /^finding:|ERROR:|runtime error:/.test(line)
  );
  return lines.slice(Math.max(start, 0)).join("\n");
}

await runTask(async () => {
  const [seconds = "60", ...inputs] = Deno.args;
  if (!await works("clang", "--version")) {
    await print(
      "program fuzzer: left out, clang is missing. Install it, such as `apt-get install clang`",
    );
    return;
  }
  const folder = await Deno.makeTempDir();
  const { success, text } = await fuzz(folder, Number(seconds), inputs);
  const [, count = "0"] = /^stat::number_of_executed_units: (\d+)$/m
    .exec(text) ?? [];
  await print(
    inputs.length > 0
      ? `program fuzzer: ${inputs.length} inputs run from files`
      : `program fuzzer: ${count} inputs, ${success ? 0 : 1} findings`,
  );
  if (success) return await Deno.remove(folder, { recursive: true });
  await print(`${describe(text)}\nThe input is kept in ${folder}`);
  Deno.exit(1);
});
