/**
 * Compiles the C shim with the system's compiler: the shared library that
 * the host loads, with an entry point of its own for when it is started as a
 * program.
 */

import { BuildError } from "./build_error.ts";
import { C_FOLDER, PROGRAM_SOURCES, SHIM_SOURCES } from "./sources.ts";
import { SEALED_REFUSAL, sealedRegistration } from "../../src/rpc/sealed.ts";
import { VERSION } from "../../src/version.ts";

/**
 * What the C side answers by itself while the plugin is sealed: made of the
 * same source as what the worker answers.
 */
export const SEALED_TEXTS: Readonly<Record<string, string>> = {
  SEALED_REFUSAL,
  SEALED_REGISTRATION: sealedRegistration(VERSION),
};

/** Flags for every C file of the project. */
export const C_FLAGS = [
  "-std=c11",
  "-Wall",
  "-Wextra",
  "-Wpedantic",
  "-fvisibility=hidden",
  "-fPIC",
  // The escapes of JSON are those of C, for texts of ASCII.
  ...Object.entries(SEALED_TEXTS).map(([name, text]) =>
    `-D${name}=${JSON.stringify(text)}`
  ),
];

const PROGRAM_FLAGS = [
  "-ffreestanding",
  "-fno-builtin",
  "-fno-stack-protector",
];

/** No start files: the library has no constructor, and must not have one. */
const LINK_FLAGS = [
  "-shared",
  "-nostartfiles",
  "-Wl,-e,sched_program_entry",
  "-Wl,-z,defs",
  "-Wl,-z,noexecstack",
  "-Wl,-z,relro",
  "-Wl,-z,now",
  "-Wl,--hash-style=both",
  "-s",
  "-pthread",
  "-ldl",
];

/** Finds a C compiler: `$CC`, or the first that the system has. */
export async function findCompiler(): Promise<string> {
  const named = Deno.env.get("CC");
  for (const name of named ? [named] : ["cc", "gcc", "clang"]) {
    try {
      const { success } = await new Deno.Command(name, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return name;
    } catch {
      // Not there: the next one.
    }
  }
  throw new BuildError(
    named
      ? `Cannot build: the C compiler "${named}" that CC names does not run`
      : "Cannot build: no C compiler found. Install one, such as `apt-get install gcc libc6-dev`, or name it with CC",
  );
}

/**
 * Runs a compiler, which finds what is included from the folder of the C files.
 *
 * @throws {BuildError} with what it said.
 */
export async function compileC(
  compiler: string,
  args: readonly string[],
): Promise<void> {
  const { success, stderr } = await new Deno.Command(compiler, {
    args: [`-I${C_FOLDER}`, ...args],
    cwd: C_FOLDER,
    stderr: "piped",
  }).output();
  if (!success) {
    throw new BuildError(
      `Cannot compile the C shim with ${compiler}:\n${
        new TextDecoder().decode(stderr)
      }`,
    );
  }
}

/**
 * Makes the shim.
 *
 * @param folder For the objects and the library.
 * @param flags Further compiler flags, such as those of a sanitizer.
 * @returns Path of the library, without a program behind it.
 */
export async function buildShim(
  folder: string,
  flags: readonly string[] = ["-O2"],
): Promise<string> {
  const compiler = await findCompiler();
  const objects: string[] = [];
  const shim = `${folder}/shim.so`;
  for (const source of PROGRAM_SOURCES) {
    const object = `${folder}/${source.replace("/", "-")}.o`;
    objects.push(object);
    await compileC(compiler, [
      ...C_FLAGS,
      "-O2",
      ...PROGRAM_FLAGS,
      "-c",
      source,
      "-o",
      object,
    ]);
  }
  await compileC(compiler, [
    ...C_FLAGS,
    "-include",
    "program/old_glibc.h",
    ...flags,
    ...SHIM_SOURCES,
    ...objects,
    ...LINK_FLAGS,
    "-o",
    shim,
  ]);
  return shim;
}
