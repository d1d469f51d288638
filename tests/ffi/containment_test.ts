/**
 * What a worker's process gives up before its program starts
 * (`ffi/program/containment.c`), shown by programs attached in the worker's place.
 */

import { assert, assertEquals } from "@std/assert";
import { findCompiler } from "../../ffi/build/shim.ts";
import { Attacher, compileProgram, type Run, run, works } from "./attached.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => {
  Deno.removeSync(folder, { recursive: true });
});
const compiler = await findCompiler();
const attacher = await Attacher.make(folder);

async function program(name: string): Promise<string> {
  return await compileProgram(compiler, name, `${folder}/${name}`);
}

/** The probe as it is, outside any shim. */
const directProbe = await program("probe");
const probe = await attacher.attach(directProbe);
const allowed = await attacher.attach(await program("allowed"));
const withoutSyscall = await program("without_syscall");
const withDescriptors = await program("with_descriptors");

/** Version of Landlock in this kernel; -1 where there is none. */
const LANDLOCK = Number((await run(directProbe, ["", "landlock"])).stdout);

const FILTER_REFUSED =
  '{"level":"warn","message":"scheduler: The worker runs without its system call filter: the kernel refused it","fields":{}}\n';
const CORES_REFUSED =
  '{"level":"warn","message":"scheduler: The worker may leave core dumps: the kernel refused to turn them off","fields":{}}\n';

/** What libc does without, so that it takes another way. */
const UNKNOWN = new Set(["clone3", "openat2"]);

/** Lines "RESULT NAME" by name. */
function table({ stdout }: Run): Map<string, string> {
  const lines = stdout.trimEnd().split("\n");
  return new Map(lines.map((line) => {
    const space = line.indexOf(" ");
    return [line.slice(space + 1), line.slice(0, space)];
  }));
}

/** Runs on a kernel that lacks these system calls. */
async function runWithout(
  calls: string,
  file: string,
  args: readonly string[],
): Promise<Run> {
  return await run(withoutSyscall, [calls, "ENOSYS", file, ...args]);
}

const attempts = table(await run(directProbe, ["other", "denied"]));
const results = table(await run(probe, ["serve", "denied"]));

for (const name of attempts.keys()) {
  const expected = UNKNOWN.has(name) ? "ENOSYS" : "EPERM";
  Deno.test(`a worker gets ${expected} for ${name}`, () => {
    assertEquals(results.get(name), expected);
  });
}

Deno.test("a worker is contained when more arguments follow", async () => {
  const words = ["serve", "denied", "more"];
  assertEquals(table(await run(probe, words)), results);
});

for (const command of ["pick", "", "serv", "serve2", "Serve", "--serve"]) {
  Deno.test(`nothing is denied when the command is "${command}"`, async () => {
    assertEquals(table(await run(probe, [command, "denied"])), attempts);
    const { stdout, stderr } = await run(allowed, [command]);
    assertEquals([...stdout.matchAll(/^FAILED .*$/gm)], []);
    assertEquals(stderr, "");
  });
}

const allowedResults = table(await run(allowed, ["serve"]));

for (const [name, result] of allowedResults) {
  Deno.test(`a worker may use ${name}`, () => assertEquals(result, "ok"));
}

Deno.test("a worker may do all that programs without containment may", async () => {
  assertEquals(allowedResults, table(await run(allowed, ["other"])));
});

Deno.test("a worker ends by SIGABRT when it aborts", async () => {
  const { signal } = await run(probe, ["serve", "abort"]);
  assertEquals(signal, "SIGABRT");
});

Deno.test("a worker ends at once when it calls the kernel as a 32-bit program", async () => {
  const { signal } = await run(probe, ["serve", "i386"]);
  // SIGSEGV from a kernel that has no 32-bit calls.
  assert(signal === "SIGSYS" || signal === "SIGSEGV", `${signal}`);
});

// ---- descriptors, core dumps, capabilities ----

/** Open when a program starts with nothing but what the test gives it. */
const STANDARD = [0, 1, 2];

async function descriptorsOf(
  wrapper: string,
  args: readonly string[],
): Promise<number[]> {
  const { stdout, stderr } = await run(wrapper, [...args, "descriptors"]);
  assertEquals(stderr, "");
  return stdout.trim().split("\n").map(Number).toSorted((a, b) => a - b);
}

Deno.test("a worker keeps the channel, the life line and the log of what it inherits", async () => {
  assertEquals(
    await descriptorsOf(withDescriptors, ["3", "900", probe, "serve"]),
    [...STANDARD, 3, 4, 5],
  );
  assertEquals(await descriptorsOf(probe, ["serve"]), STANDARD);
});

Deno.test("a worker keeps no more when the kernel has no close_range", async () => {
  const without = [withoutSyscall, "close_range", "ENOSYS", probe, "serve"];
  assertEquals(
    await descriptorsOf(withDescriptors, ["3", "900", ...without]),
    [...STANDARD, 3, 4, 5],
  );
  assertEquals(
    await descriptorsOf(withDescriptors, ["6", "6", ...without]),
    STANDARD,
  );
});

Deno.test("another command keeps all that it inherits", async () => {
  const open = ["3", "90"];
  assertEquals(
    await descriptorsOf(withDescriptors, [...open, probe, "pick"]),
    await descriptorsOf(withDescriptors, [...open, directProbe, "pick"]),
  );
});

Deno.test("a worker leaves the host's folder, another command does not", async () => {
  const cwd = await Deno.realPath(folder);
  const worker = await run(probe, ["serve", "folder"], { cwd });
  assertEquals(worker.stdout, "/\n");
  const other = await run(probe, ["pick", "folder"], { cwd });
  assertEquals(other.stdout, `${cwd}\n`);
});

Deno.test("a worker leaves no core dump", async () => {
  const [soft = NaN, hard = NaN] = (await run(probe, ["serve", "cores"])).stdout
    .split(" ").map(Number);
  // Zero only where the system had set it so.
  assert(soft <= 1 && hard <= 1 && soft === hard, `${soft} ${hard}`);
});

Deno.test("a worker keeps no capability but those to read files", async () => {
  const { stdout } = await run(probe, ["serve", "capabilities"]);
  for (const line of stdout.trim().split("\n")) {
    // CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH.
    assertEquals(BigInt(line) & ~6n, 0n);
  }
});

// ---- other processes, and what Landlock alone denies ----

Deno.test({
  name: "a worker cannot look into another process",
  ignore: LANDLOCK < 1,
  fn: async () => {
    const seen = table(await run(probe, ["serve", "processes"]));
    assert(seen.size >= 7);
    assertEquals(new Set(seen.values()), new Set(["EACCES"]));
  },
});

Deno.test({
  name: "a worker can change no file when only Landlock is there",
  ignore: LANDLOCK < 1,
  fn: async () => {
    const file = `${folder}/victim`;
    await Deno.writeTextFile(file, "as it was");
    const contained = await runWithout("seccomp", probe, [
      "serve",
      "domain",
      file,
    ]);
    assertEquals(
      table(contained),
      new Map([
        ["write a file", "EACCES"],
        ["read a file", "ok"],
        ["remove a file", "EACCES"],
        ["make a file", "EACCES"],
        ["make a folder", "EACCES"],
        ["run a program", "EACCES"],
        ["signal the parent", LANDLOCK < 6 ? "ok" : "EPERM"],
        ["signal itself", "ok"],
      ]),
    );
    assertEquals(contained.stderr, FILTER_REFUSED);
    assertEquals(await Deno.readTextFile(file), "as it was");
  },
});

// ---- kernels that lack something ----

Deno.test("a worker says so and goes on when the kernel has no seccomp", async () => {
  const { code, stdout, stderr } = await runWithout("seccomp", allowed, [
    "serve",
  ]);
  assertEquals([code, stderr], [0, FILTER_REFUSED]);
  assert(!stdout.includes("FAILED"), stdout);
});

Deno.test("a worker says so and goes on when core dumps cannot be turned off", async () => {
  const { code, stderr } = await runWithout("setrlimit", allowed, ["serve"]);
  assertEquals([code, stderr], [0, CORES_REFUSED]);
});

Deno.test("a worker says both when the kernel has neither", async () => {
  const { code, stderr } = await runWithout(
    "seccomp,setrlimit,close_range,landlock_create_ruleset",
    allowed,
    ["serve"],
  );
  assertEquals([code, stderr], [0, CORES_REFUSED + FILTER_REFUSED]);
});

Deno.test("a worker says it to the host's log, one entry a write", async () => {
  const words = ["seccomp,setrlimit", "ENOSYS", allowed, "serve"];
  const told = `${folder}/told`;
  const { code, stderr } = await run("sh", [
    "-c",
    'exec "$@" 5>"$0"',
    told,
    withoutSyscall,
    ...words,
  ], { env: { PATH: Deno.env.get("PATH") ?? "" } });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    await Deno.readTextFile(told),
    (CORES_REFUSED + FILTER_REFUSED).replaceAll("\n", ""),
  );
});

for (const call of ["landlock_create_ruleset", "landlock_restrict_self"]) {
  Deno.test(`a worker is silent and filtered when the kernel has no ${call}`, async () => {
    const contained = await runWithout(call, probe, ["serve", "denied"]);
    assertEquals(contained.stderr, "");
    assertEquals(table(contained), results);
  });
}

Deno.test("a worker is silent when it is contained", async () => {
  const { code, stderr } = await run(allowed, ["serve"]);
  assertEquals([code, stderr], [0, ""]);
});

/** Runs a program as a user without any right. */
const AS_NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];

await Deno.chmod(folder, 0o755);

Deno.test({
  name: "a worker of an ordinary user is contained alike",
  ignore: !await works("setpriv", ...AS_NOBODY, directProbe, "other", "cores"),
  fn: async () => {
    const asNobody = async (...args: string[]) =>
      table(
        await run("setpriv", [...AS_NOBODY, ...args], {
          env: { PATH: Deno.env.get("PATH") ?? "" },
        }),
      );
    assertEquals(await asNobody(probe, "serve", "denied"), results);
    assertEquals(await asNobody(allowed, "serve"), allowedResults);
    if (LANDLOCK < 1) return;
    // Its parent is a shell of the same user.
    const seen = await asNobody("sh", "-c", '"$0" serve processes; :', probe);
    assertEquals(new Set(seen.values()), new Set(["EACCES"]));
  },
});
