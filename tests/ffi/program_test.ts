/**
 * The program role (`ffi/program/program.c`): executables of different tools behind
 * the shim run as they run directly, and files that cannot be run end with
 * one sentence.
 */

import { PROGRAM_SOURCES } from "../../ffi/build/sources.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { C_FLAGS, compileC, findCompiler } from "../../ffi/build/shim.ts";
import {
  Attacher,
  compileProgram,
  type Run,
  run,
  type RunOptions,
  works,
} from "./attached.ts";
import {
  Elf,
  makeElf,
  moveHeadersToEnd,
  PF_R,
  PF_W,
  PF_X,
  PT_INTERP,
  PT_LOAD,
} from "./elf.ts";

/** Where the attached program begins, as in ffi/program/program.h. */
const PROGRAM_OFFSET = 131072;

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const compiler = await findCompiler();
const attacher = await Attacher.make(folder);

// ---- executables as they are ----

/** Compiles report.c; `undefined` when this system cannot. */
async function report(
  name: string,
  compiler: string,
  flags: readonly string[],
): Promise<string | undefined> {
  try {
    return await compileProgram(compiler, "report", `${folder}/${name}`, [
      "-fexceptions",
      ...flags,
    ]);
  } catch {
    return undefined;
  }
}

async function withHeadersAtEnd(program: string): Promise<string> {
  const moved = `${folder}/headers-at-end`;
  await Deno.writeFile(
    moved,
    moveHeadersToEnd(await Deno.readFile(program)),
    { mode: 0o755 },
  );
  return moved;
}

const pie = await compileProgram(compiler, "report", `${folder}/pie`, [
  "-fexceptions",
  "-fPIE",
  "-pie",
]);

/** Executables by what made them; `undefined` what this system lacks. */
const EXECUTABLES: readonly (readonly [string, string | undefined])[] = [
  ["a dynamic executable", pie],
  [
    "a static-pie executable",
    await report("static", compiler, ["-static-pie", "-fPIE", "-DSTATIC"]),
  ],
  ["one with its headers at the end", await withHeadersAtEnd(pie)],
  [
    "one without separate code pages",
    await report("packed", compiler, [
      "-fPIE",
      "-pie",
      "-Wl,-z,noseparate-code",
    ]),
  ],
  [
    "one aligned to 2 MiB",
    await report("aligned", compiler, [
      "-fPIE",
      "-pie",
      "-Wl,-z,max-page-size=2097152",
    ]),
  ],
  [
    "one made by clang",
    await works("clang", "--version")
      ? await report("clang", "clang", ["-fPIE", "-pie"])
      : undefined,
  ],
];

const ENVIRONMENT = { EMPTY: "", "odd name": "a=b\n ü", LC_ALL: "C" };

/** Runs of report.c whose results must be the same. */
const RUNS: readonly (readonly [string, string[], RunOptions])[] = [
  ["no argument", [], {}],
  ["odd arguments", ["", "two words", "ü\n\t'\"\\", "--", "-x", ""], {}],
  ["500 arguments", Array.from({ length: 500 }, (_, i) => `${i}`), {}],
  ["100,000 bytes of argument", ["x".repeat(100_000)], {}],
  ["an environment", ["start"], { env: ENVIRONMENT }],
  ["the auxiliary vector", ["vector"], {}],
  ["what a runtime needs", ["runtime"], {}],
  ["stdin and stdout", ["copy"], { stdin: "line\n".repeat(50_000) }],
  ["exit code 0", ["exit", "0"], {}],
  ["exit code 42", ["exit", "42"], {}],
  ["SIGABRT", ["abort"], {}],
  ["SIGSEGV", ["crash"], {}],
  ["SIGILL", ["illegal"], {}],
];

for (const [kind, program] of EXECUTABLES) {
  if (program === undefined) {
    Deno.test({
      name: `${kind} runs as directly (left out: cannot be made here)`,
      ignore: true,
      fn: () => {},
    });
    continue;
  }
  const attached = await attacher.attach(program);
  for (const [what, args, options] of RUNS) {
    Deno.test(`${kind} runs as directly: ${what}`, async () => {
      const direct = await run(program, args, options);
      assertEquals(await run(attached, args, options), direct);
      assert(direct.stdout + direct.stderr !== "" || direct.signal !== null);
    });
  }
  for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
    Deno.test(`${kind} ends by ${signal} as directly`, async () => {
      assertEquals(await endWith(attached, [], signal), {
        code: await endWith(program, [], signal).then(({ code }) => code),
        signal,
      });
    });
  }
  Deno.test(`${kind} handles SIGTERM as directly`, async () => {
    assertEquals(await endWith(attached, ["term"], "SIGTERM"), {
      code: 7,
      signal: null,
    });
  });
  Deno.test(`${kind} gets the descriptors as directly`, async () => {
    for (const shell of ['exec "$0" <&- >&3 3>&-', 'exec "$0" 5<&0 9>&1']) {
      const script = `exec 3>&1; ${shell}`;
      const direct = await run("/bin/sh", ["-c", script, program]);
      assertEquals(await run("/bin/sh", ["-c", script, attached]), direct);
      assertMatch(direct.stdout, /^descriptor 2$/m);
    }
  });
  Deno.test(`${kind} gets bytes that are no UTF-8 as directly`, async () => {
    const script = `exec "$0" "$(printf '\\377\\001\\200')"`;
    const direct = await run("/bin/sh", ["-c", script, program]);
    assertEquals(await run("/bin/sh", ["-c", script, attached]), direct);
    assertMatch(direct.stdout, /\\xff\\x01\\x80/);
  });
}

/** Starts `report wait`, sends the signal once it waits. */
async function endWith(
  program: string,
  args: readonly string[],
  signal: Deno.Signal,
): Promise<Pick<Run, "code" | "signal">> {
  const child = new Deno.Command(program, {
    args: ["wait", ...args],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill(signal);
  const status = await child.status;
  await reader.cancel();
  return { code: status.code, signal: status.signal };
}

/** Programs of the system, whoever made them. */
const SYSTEM_PROGRAMS: readonly (readonly [string, string[]])[] = [
  ["/bin/true", []],
  ["/bin/false", []],
  ["/bin/echo", ["a", "b c"]],
  ["/bin/sh", ["-c", "echo $((6 * 7)); /bin/echo child; exit 3"]],
];

for (const [program, args] of SYSTEM_PROGRAMS) {
  const elf = new Elf(
    await Deno.readFile(program).catch(() => new Uint8Array(64)),
  );
  Deno.test({
    name: `${program} runs as directly`,
    ignore: elf.header("magic") !== 0x464c457fn || elf.header("type") !== 3n,
    fn: async () => {
      const direct = await run(program, args);
      const attached = await attacher.attach(program);
      assertEquals(await run(attached, args), direct);
    },
  });
}

// ---- files that cannot be run ----

const bytes = await Deno.readFile(pie);

/** Runs the file, which must end with this sentence. */
async function assertSentence(file: string, sentence: string): Promise<void> {
  assertEquals(await run(file), {
    code: 127,
    signal: null,
    stdout: "",
    stderr: `scheduler: ${sentence}\n`,
  });
  await Deno.remove(file);
}

const OF_PROGRAM = "the attached program or its loader";
const NOTHING = "no program is attached to this library: build it again";
const CUT_SHORT = `cannot read ${OF_PROGRAM}: the file is cut short`;
const OTHER_PROCESSOR = `${OF_PROGRAM} is made for another processor`;
const ODD_HEADERS = `${OF_PROGRAM} has odd program headers`;
const ODD_SEGMENTS = `${OF_PROGRAM} has odd segments`;
const OVERLAP = `${OF_PROGRAM} has segments that overlap`;
const NO_SEGMENTS = `${OF_PROGRAM} has no segments`;
const NO_CODE = `${OF_PROGRAM} has no code where it begins`;
const NOT_LOADED = "the attached program does not load its program headers";
const CANNOT_MAP = "cannot map the attached program";
const ODD_LOADER = "the attached program names an odd loader";
const NO_LOADER =
  "this system has no loader for the attached program: glibc is needed";
const LOADER_IS_NONE = "the attached program's loader is no program";

const HUGE = 1n << 62n;
const ALL = (1n << 64n) - 1n;

/** Index of the segment that has code, or data to write. */
function segmentWith(elf: Elf, flag: bigint): number {
  return elf.segments().findIndex(({ type, flags }) =>
    type === PT_LOAD && (flags & flag) !== 0n
  );
}

function changeLoads(elf: Elf, flags: bigint): void {
  elf.segments().forEach(({ type }, index) => {
    if (type === PT_LOAD) elf.setSegment(index, { flags });
  });
}

/** Writes a path for the loader over the end of the file. */
function setLoader(elf: Elf, path: string, filesz?: bigint): Uint8Array {
  const text = new TextEncoder().encode(path);
  elf.setSegment(elf.find(PT_INTERP), {
    offset: BigInt(elf.bytes.length),
    filesz: filesz ?? BigInt(text.length),
  });
  return Uint8Array.of(...elf.bytes, ...text);
}

/** A file that no loader is. */
const TEXT = `${folder}/text`;
await Deno.writeTextFile(TEXT, "not a loader\n".repeat(9));

/** What is wrong, the sentence, and how it is made wrong. */
type Fault = readonly [
  string,
  string,
  (elf: Elf) => Uint8Array | void,
];

const FAULTS: readonly Fault[] = [
  ["is text", NOTHING, () => new TextEncoder().encode("#!/bin/sh\n".repeat(9))],
  ["is zeros", NOTHING, (elf) => void elf.bytes.fill(0)],
  ["has no magic", NOTHING, (elf) => elf.setHeader("magic", 0x464c457en)],
  ["has 32 bits", OTHER_PROCESSOR, (elf) => elf.setHeader("class", 1n)],
  ["is big endian", OTHER_PROCESSOR, (elf) => elf.setHeader("data", 2n)],
  ["is made for i386", OTHER_PROCESSOR, (elf) => elf.setHeader("machine", 3n)],
  ["is made for ARM", OTHER_PROCESSOR, (elf) => elf.setHeader("machine", 183n)],
  [
    "has fixed addresses",
    `${OF_PROGRAM} is not position independent`,
    (elf) => elf.setHeader("type", 2n),
  ],
  [
    "is an object file",
    `${OF_PROGRAM} is not position independent`,
    (elf) => elf.setHeader("type", 1n),
  ],
  ["has no headers", ODD_HEADERS, (elf) => elf.setHeader("phnum", 0n)],
  ["has 65535 headers", ODD_HEADERS, (elf) => elf.setHeader("phnum", 65535n)],
  ["has 65 headers", ODD_HEADERS, (elf) => elf.setHeader("phnum", 65n)],
  ["has small headers", ODD_HEADERS, (elf) => elf.setHeader("phentsize", 32n)],
  ["has no header size", ODD_HEADERS, (elf) => elf.setHeader("phentsize", 0n)],
  [
    "has its headers before the file",
    CUT_SHORT,
    (elf) => elf.setHeader("phoff", -BigInt(PROGRAM_OFFSET)),
  ],
  [
    "has its headers far behind",
    CUT_SHORT,
    (elf) => elf.setHeader("phoff", HUGE),
  ],
  [
    "has its headers at the last address",
    CUT_SHORT,
    (elf) => elf.setHeader("phoff", ALL),
  ],
  [
    "has half its headers behind the end",
    CUT_SHORT,
    (elf) => elf.setHeader("phoff", BigInt(elf.bytes.length - 100)),
  ],
  [
    "has its headers in no segment",
    NOT_LOADED,
    (elf) => {
      const end = elf.bytes.length;
      const table = elf.bytes.slice(64, 64 + 56 * Number(elf.header("phnum")));
      elf.setHeader("phoff", BigInt(end));
      return Uint8Array.of(...elf.bytes, ...table);
    },
  ],
  [
    "has its headers where nobody reads",
    NOT_LOADED,
    (elf) => elf.setSegment(elf.find(PT_LOAD), { flags: PF_X }),
  ],
  [
    "loads nothing",
    NO_SEGMENTS,
    (elf) => elf.segments().forEach((_, i) => elf.setSegment(i, { type: 4n })),
  ],
  [
    "loads nothing of any size",
    NO_SEGMENTS,
    (elf) =>
      elf.segments().forEach((_, i) =>
        elf.setSegment(i, { filesz: 0n, memsz: 0n })
      ),
  ],
  [
    "has more data than memory",
    ODD_SEGMENTS,
    (elf) => elf.setSegment(elf.find(PT_LOAD), { memsz: 1n }),
  ],
  [
    "has data at a huge offset",
    CUT_SHORT,
    (elf) => elf.setSegment(elf.find(PT_LOAD), { offset: HUGE }),
  ],
  [
    "has data before the file",
    CUT_SHORT,
    (elf) => elf.setSegment(elf.find(PT_LOAD), { offset: -4096n }),
  ],
  [
    "has data at an offset that does not fit its address",
    ODD_SEGMENTS,
    (elf) => elf.setSegment(elf.find(PT_LOAD), { offset: 8n }),
  ],
  [
    "has huge data",
    ODD_SEGMENTS,
    (elf) => elf.setSegment(elf.find(PT_LOAD), { filesz: ALL, memsz: ALL }),
  ],
  [
    "has more data than the file",
    CUT_SHORT,
    (elf) => {
      const last = elf.find(
        PT_LOAD,
        elf.segments().filter(({ type }) => type === PT_LOAD).length - 1,
      );
      elf.setSegment(last, { filesz: 1n << 30n, memsz: 1n << 30n });
    },
  ],
  [
    "has a segment at a huge address",
    ODD_SEGMENTS,
    (elf) => elf.setSegment(segmentWith(elf, PF_W), { vaddr: HUGE }),
  ],
  [
    "has a segment at the last address",
    ODD_SEGMENTS,
    (elf) => elf.setSegment(segmentWith(elf, PF_W), { vaddr: -4096n }),
  ],
  [
    "has segments that wrap around",
    ODD_SEGMENTS,
    (elf) => elf.setSegment(segmentWith(elf, PF_W), { memsz: -4096n }),
  ],
  [
    "has a segment over another",
    OVERLAP,
    (elf) => elf.setSegment(segmentWith(elf, PF_X), { vaddr: 0n, offset: 0n }),
  ],
  [
    "has a segment that ends in another",
    OVERLAP,
    (elf) => {
      const next = elf.segments()[elf.find(PT_LOAD, 1)]!;
      elf.setSegment(elf.find(PT_LOAD), { memsz: next.vaddr + 1n });
    },
  ],
  ["begins at no address", NO_CODE, (elf) => elf.setHeader("entry", 0n)],
  ["begins far off", NO_CODE, (elf) => elf.setHeader("entry", HUGE)],
  [
    "begins in data",
    NO_CODE,
    (elf) =>
      elf.setHeader("entry", elf.segments()[segmentWith(elf, PF_W)]!.vaddr),
  ],
  ["has no code", NO_CODE, (elf) => changeLoads(elf, PF_R | PF_W)],
  [
    "has no path for its loader",
    ODD_LOADER,
    (elf) => elf.setSegment(elf.find(PT_INTERP), { filesz: 0n }),
  ],
  [
    "has an empty path for its loader",
    ODD_LOADER,
    (elf) => setLoader(elf, "\0"),
  ],
  [
    "has too long a path for its loader",
    ODD_LOADER,
    (elf) => setLoader(elf, `/${"x".repeat(300)}\0`),
  ],
  [
    "has a huge path for its loader",
    ODD_LOADER,
    (elf) => elf.setSegment(elf.find(PT_INTERP), { filesz: ALL }),
  ],
  [
    "does not end the path of its loader",
    ODD_LOADER,
    (elf) => setLoader(elf, "/lib64/ld-linux-x86-64.so.2"),
  ],
  [
    "has two paths for its loader",
    ODD_LOADER,
    (elf) => setLoader(elf, "/lib64/ld-linux-x86-64.so.2\0/x\0"),
  ],
  [
    "has the path of its loader behind the end",
    CUT_SHORT,
    (elf) => setLoader(elf, "/lib64\0", 200n),
  ],
  [
    "has the path of its loader far off",
    CUT_SHORT,
    (elf) => elf.setSegment(elf.find(PT_INTERP), { offset: ALL - 3n }),
  ],
  [
    "names a loader that is not there",
    NO_LOADER,
    (elf) => setLoader(elf, "/lib/not-there.so\0"),
  ],
  [
    "names a folder as its loader",
    CUT_SHORT,
    (elf) => setLoader(elf, "/\0"),
  ],
  [
    "names text as its loader",
    LOADER_IS_NONE,
    (elf) => setLoader(elf, `${TEXT}\0`),
  ],
  [
    "is a library",
    NO_CODE,
    () =>
      makeElf([{
        type: PT_LOAD,
        flags: PF_R | PF_X,
        filesz: 4096n,
        memsz: 4096n,
        align: 4096n,
      }], { entry: 8192n, bytes: 4096 }).bytes,
  ],
];

for (const [what, sentence, change] of FAULTS) {
  Deno.test(`a sentence ends the run when the program ${what}`, async () => {
    const elf = new Elf(bytes);
    const changed = change(elf) ?? elf.bytes;
    await assertSentence(await attacher.attachBytes(changed), sentence);
  });
}

Deno.test("a sentence ends the run when no program is attached", async () => {
  const file = `${folder}/nothing-attached`;
  await Deno.copyFile(attacher.shim, file);
  await assertSentence(file, NOTHING);
  await assertSentence(await attacher.attachBytes(new Uint8Array()), NOTHING);
});

Deno.test("a sentence ends the run when the file is cut short anywhere in what is loaded", async () => {
  const loads = new Elf(bytes).segments().filter(({ type }) =>
    type === PT_LOAD
  );
  const end = Number(
    loads.map(({ offset, filesz }) => offset + filesz)
      .reduce((a, b) => a > b ? a : b),
  );
  const cuts = new Set([1, 3, 4, 63, 64, 65, 119, 120, end - 1, end - 4096]);
  for (const { offset, filesz } of loads) {
    for (const at of [offset, offset + filesz]) {
      for (const by of [-1, 0, 1]) cuts.add(Number(at) + by);
    }
  }
  for (let at = 1; at < end; at += 509) cuts.add(at);
  const file = await attacher.attachBytes(bytes);
  const sizes = [...cuts].filter((at) => at > 0 && at < end)
    .toSorted((a, b) => b - a);
  for (const size of sizes) {
    await Deno.truncate(file, PROGRAM_OFFSET + size);
    const { code, stderr } = await run(file);
    assertEquals([size, code, stderr], [
      size,
      127,
      `scheduler: ${CUT_SHORT}\n`,
    ]);
  }
  await Deno.remove(file);
});

Deno.test("a sentence ends the run when there is not enough memory", async () => {
  const elf = new Elf(bytes);
  elf.setSegment(segmentWith(elf, PF_W), { memsz: 1n << 30n });
  const file = await attacher.attachBytes(elf.bytes);
  const script = 'ulimit -v 100000; exec "$0" exit 3';
  assertEquals(await run("/bin/sh", ["-c", script, file]), {
    code: 127,
    signal: null,
    stdout: "",
    stderr: `scheduler: ${CANNOT_MAP}\n`,
  });
  assertEquals((await run(file, ["exit", "3"])).code, 3);
});

Deno.test("the program runs when only what is not loaded is cut off", async () => {
  const elf = new Elf(bytes);
  const end = elf.segments().filter(({ type }) => type === PT_LOAD)
    .map(({ offset, filesz }) => Number(offset + filesz))
    .reduce((a, b) => Math.max(a, b));
  const file = await attacher.attachBytes(bytes.slice(0, end));
  assertEquals((await run(file, ["exit", "5"])).code, 5);
});

Deno.test("a sentence ends the run when the current folder was deleted", async () => {
  const file = await attacher.attach(pie);
  const script = 'mkdir left && cd left && rmdir ../left && exec "$0" "$@"';
  const inDeleted = async (...args: string[]) =>
    await run("/bin/sh", ["-c", script, file, ...args], {
      cwd: folder,
      env: { PATH: Deno.env.get("PATH") ?? "" },
    });
  assertEquals(await inDeleted("exit", "3"), {
    code: 127,
    signal: null,
    stdout: "",
    stderr:
      "scheduler: the current folder does not exist any more: change to another one\n",
  });
  // A worker leaves the folder.
  assertEquals((await inDeleted("serve")).code, 0);
});

/** Starts a program under `unshare` where something hides /proc. */
const WITHOUT_PROC = [
  "--map-root-user",
  "--mount",
  "/bin/sh",
  "-c",
  `mount -t tmpfs none /proc && exec "$@"`,
  "sh",
];

Deno.test({
  name: "a sentence ends the run when /proc is not mounted",
  ignore: !await works("unshare", ...WITHOUT_PROC, "/bin/true"),
  fn: async () => {
    for (const command of ["start", "serve"]) {
      assertEquals(
        await run("unshare", [
          ...WITHOUT_PROC,
          await attacher.attach(pie),
          command,
        ], { env: { PATH: Deno.env.get("PATH") ?? "" } }),
        {
          code: 127,
          signal: null,
          stdout: "",
          stderr: "scheduler: cannot open /proc/self/exe: is /proc mounted?\n",
        },
      );
    }
  },
});

// ---- the shim itself ----

/** DT_RELA, DT_REL, DT_RELR, DT_JMPREL, DT_NEEDED, DT_INIT, DT_INIT_ARRAY. */
const NEED_LOADER = new Set([7n, 17n, 36n, 23n, 1n, 12n, 25n]);

/** Makes the two files a library of their own, without any other. */
const ALONE = [
  "-O2",
  "-ffreestanding",
  "-fno-builtin",
  "-fno-stack-protector",
  ...PROGRAM_SOURCES,
  "-shared",
  "-nostdlib",
  "-Wl,-z,defs",
  "-Wl,-e,sched_program_entry",
];

for (const name of new Set([compiler, "clang"])) {
  Deno.test({
    name: `program.c and containment.c made by ${name} need no loader`,
    ignore: !await works(name, "--version"),
    fn: async () => {
      const library = `${folder}/alone.so`;
      await compileC(name, [...C_FLAGS, ...ALONE, "-o", library]);
      const elf = new Elf(await Deno.readFile(library));
      const tags = elf.dynamicTags();
      assertEquals(tags.filter((tag) => NEED_LOADER.has(tag)), []);
    },
  });
}
