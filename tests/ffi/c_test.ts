/**
 * The C tests beside this file, each under AddressSanitizer with
 * UndefinedBehaviorSanitizer and under ThreadSanitizer; one test per C test
 * and sanitizer.
 */

import { assertEquals } from "@std/assert";
import { C_FLAGS, compileC, findCompiler } from "../../ffi/build/shim.ts";
import { SHIM_SOURCES, sourcesNamed } from "../../ffi/build/sources.ts";
import { ROOT } from "../../ffi/build/paths.ts";

const FOLDER = `${ROOT}tests/ffi/`;

const SANITIZERS = {
  "address, undefined": ["-fsanitize=address,undefined"],
  "thread": ["-fsanitize=thread"],
};

/** The host's way in is tested end to end. */
const WAY_IN = sourcesNamed(
  "lifecycle.c",
  "outbox.c",
  "pick.c",
  "plugin.c",
);

/** What `outbox_test.c` stands for, and who needs that. */
const WORKERS = sourcesNamed(
  "answers.c",
  "worker_answers.c",
  "worker_end.c",
  "worker_life.c",
  "worker_messages.c",
  "worker_process.c",
  "worker_spawn.c",
);

/** Sources of the shim that a test is linked with. */
function sourcesOf(file: string): readonly string[] {
  const rest = SHIM_SOURCES.filter((name) => !WAY_IN.includes(name));
  if (file !== "outbox_test") return rest;
  return [
    ...sourcesNamed("outbox.c"),
    ...rest.filter((name) => !WORKERS.includes(name)),
  ];
}

async function run(
  program: string,
  argument: string,
): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [argument],
    env: {
      UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
      TSAN_OPTIONS: "halt_on_error=1",
    },
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const compiler = await findCompiler();

const FILES = [...Deno.readDirSync(FOLDER)]
  .map(({ name }) => name)
  .filter((name) => name.endsWith("_test.c"))
  .map((name) => name.slice(0, -".c".length))
  .toSorted();

/** Compilers that run at once. */
const AT_ONCE = navigator.hardwareConcurrency;

/** Makes an object of one source, as every test of this sanitizer takes it. */
async function compileObject(
  source: string,
  flags: readonly string[],
): Promise<string> {
  const object = `${folder}/${flags[0]!.slice(-6)}-${
    source.replaceAll("/", "-")
  }.o`;
  await compileC(compiler, [
    ...C_FLAGS,
    "-O1",
    "-g",
    "-Werror",
    "-fno-sanitize-recover=all",
    ...flags,
    "-pthread",
    "-c",
    source,
    "-o",
    object,
  ]);
  return object;
}

/** Does all of it, a few at once. */
async function atOnce<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < tasks.length; i = next++) {
      results[i] = await tasks[i]!();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

for (const [sanitizer, flags] of Object.entries(SANITIZERS)) {
  const sources = [...new Set(FILES.flatMap(sourcesOf))];
  const objects = new Map(
    (await atOnce(
      sources.map((source) => () => compileObject(source, flags)),
    )).map((object, index) => [sources[index], object]),
  );
  const programs = await atOnce(FILES.map((file) => async () => {
    const program = `${folder}/${file}-${flags[0]!.slice(-6)}`;
    await compileC(compiler, [
      ...flags,
      await compileObject(`${FOLDER}${file}.c`, flags),
      ...sourcesOf(file).map((source) => objects.get(source)!),
      "-pthread",
      "-o",
      program,
    ]);
    return program;
  }));
  for (const [index, file] of FILES.entries()) {
    const program = programs[index]!;
    const { text } = await run(program, "--list");
    for (const name of text.trim().split("\n")) {
      Deno.test(`${file} (${sanitizer}): ${name}`, async () => {
        const { code, text } = await run(program, name);
        assertEquals({ code, text }, { code: 0, text: `ran ${name}\n` });
      });
    }
  }
}
