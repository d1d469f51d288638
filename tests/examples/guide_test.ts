/**
 * The page for those who write policies, `examples/README.md`, does what it
 * says: its files are written and its commands run as they stand there, in
 * order, in one fresh folder, with the built file and without a network.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "node:path";
import { readConfigFile } from "../../src/config/host_config.ts";

const SCHEDULER = new URL("../../dist/scheduler.so", import.meta.url).pathname;
const GUIDE = new URL("../../examples/README.md", import.meta.url);
const PAGE = await Deno.readTextFile(GUIDE);

/** A block of the page: a file to write, or commands to run. */
interface Block {
  readonly language: string;
  /** Name of a file; `""`: none. */
  readonly file: string;
  readonly text: string;
}

const BLOCKS: readonly Block[] = [
  ...PAGE.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms),
].map(([, language = "", file = "", text = ""]) => ({ language, file, text }));

/** What each block of commands is to end with and to print, in order. */
const RUNS: readonly {
  readonly exitCodes: readonly number[];
  readonly prints: readonly RegExp[];
}[] = [
  {
    exitCodes: [0],
    prints: [/wrote +scheduler-policies\/mine\.ts/, /mine_test\.ts/],
  },
  {
    exitCodes: [0],
    prints: [/\d+ passed \| 0 failed/, /policy .*mine\.ts +good/],
  },
  { exitCodes: [0], prints: [/2 passed \| 0 failed/] },
  {
    exitCodes: [0],
    prints: [/answer +codex-ada\.json +Free, for a small model/],
  },
  {
    exitCodes: [0],
    prints: [/accepted +errors 0 +warnings 0/, /answer +codex-ada\.json/],
  },
  // 0 if somebody uses the plugin on this machine.
  { exitCodes: [0, 1], prints: [/no worker|worker +\d+/] },
  {
    exitCodes: [0],
    prints: [/policy .*mine\.ts +good/, /trial +codex-ada\.json/],
  },
];

Deno.test("the page's config is accepted without a warning", () => {
  const configs = BLOCKS.filter(({ language }) => language === "yaml");
  assertEquals(configs.length, 1);
  for (const { text } of configs) {
    const { form, reading } = readConfigFile(new TextEncoder().encode(text));
    assertEquals(form, "host");
    assertEquals(reading.problems, []);
  }
});

Deno.test("the page leads to the examples and to no others", async () => {
  const linked = [...PAGE.matchAll(/^- \[(\w+)\]\(\1\):/gm)]
    .map(([, name]) => name);
  const folders = [];
  for await (
    const { name, isDirectory } of Deno.readDir(dirname(GUIDE.pathname))
  ) {
    if (isDirectory) folders.push(name);
  }
  assertEquals(linked.toSorted(), folders.toSorted());
});

Deno.test("the page's commands do what it says", async () => {
  const folder = await Deno.makeTempDir({ prefix: "scheduler-guide-" });
  try {
    const run = await openShell(folder);
    const runs = RUNS[Symbol.iterator]();
    for (const { language, file, text } of BLOCKS) {
      if (file !== "") {
        await Deno.writeTextFile(join(folder, "work", file), text);
      } else if (language === "sh") {
        const wanted = runs.next().value;
        assert(wanted !== undefined, `nothing is expected of\n${text}`);
        const { code, output } = await run(text);
        const about = `${text}ended with ${code}:\n${output}`;
        assert(wanted.exitCodes.includes(code), about);
        for (const line of wanted.prints) assertMatch(output, line, about);
      }
    }
    assert(runs.next().done, "the page has fewer commands than expected");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/**
 * Makes a folder `work` to run commands in, with a `PATH` that has the plugin
 * and Deno under the names that the page gives them, and a home of its own.
 */
async function openShell(folder: string) {
  const bin = join(folder, "bin");
  const work = join(folder, "work");
  for (const path of [bin, work]) await Deno.mkdir(path);
  await Deno.symlink(SCHEDULER, join(bin, "scheduler.so"));
  await Deno.symlink(Deno.execPath(), join(bin, "deno"));
  const env = {
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    HOME: folder,
    DENO_DIR: join(folder, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
  const wrapper = await networkWall();
  return async (commands: string) => {
    const [command = "", ...args] = [...wrapper, "sh", "-e", "-c", commands];
    const { code, stdout, stderr } = await new Deno.Command(command, {
      args,
      cwd: work,
      clearEnv: true,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
  };
}

/**
 * What keeps commands from a network. Where the system has nothing for it, the
 * empty `DENO_DIR` still shows what would have to be downloaded, but a download
 * would succeed.
 */
async function networkWall(): Promise<readonly string[]> {
  for (const flags of ["-n", "-rn"]) {
    try {
      const wall = ["unshare", flags];
      const { success } = await new Deno.Command("unshare", {
        args: [flags, "true"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return wall;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return [];
}
