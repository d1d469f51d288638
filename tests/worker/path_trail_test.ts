/** Where a path leads over, with links and with what is not there. */

import { assertEquals } from "@std/assert";
import { trailOf } from "../../src/worker/path_trail.ts";

type Shown = Record<string, string[]>;

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The trail within the folder, which stands for "F". */
async function trailIn(folder: string, ...paths: string[]): Promise<Shown> {
  const trail = await trailOf(paths.map((path) => `${folder}/${path}`));
  return Object.fromEntries(
    [...trail].map(([at, names]) => [
      at.replace(folder, "F"),
      [...names].toSorted(),
    ]),
  );
}

Deno.test("trailOf() names the folder of a file, and no other on the way", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/b/one.ts`, "");
    assertEquals(await trailIn(folder, "a/b/one.ts", "a//./b/two.ts"), {
      "F/a/b": ["one.ts", "two.ts"],
    });
    assertEquals(await trailIn(folder, "a/b/../one.ts"), { "F/a": ["one.ts"] });
  }));

Deno.test("trailOf() ends where the first part is missing", () =>
  inFolder(async (folder) => {
    assertEquals(await trailIn(folder, "a/b/one.ts"), { F: ["a"] });
    await Deno.writeTextFile(`${folder}/a`, "");
    assertEquals(await trailIn(folder, "a/b/one.ts"), { "F/a": ["b"] });
  }));

Deno.test("trailOf() follows links of files and folders, and names where each stands", () =>
  inFolder(async (folder) => {
    // As a mounted ConfigMap has it.
    await Deno.mkdir(`${folder}/cfg/..2026`, { recursive: true });
    await Deno.writeTextFile(`${folder}/cfg/..2026/one.ts`, "");
    await Deno.symlink("..2026", `${folder}/cfg/..data`);
    await Deno.symlink("..data/one.ts", `${folder}/cfg/one.ts`);
    await Deno.symlink(`${folder}/cfg`, `${folder}/link`);
    assertEquals(await trailIn(folder, "link/one.ts"), {
      F: ["link"],
      "F/cfg": ["..data", "one.ts"],
      "F/cfg/..2026": ["one.ts"],
    });
  }));

Deno.test("trailOf() ends at links that go in a circle", () =>
  inFolder(async (folder) => {
    await Deno.symlink("b", `${folder}/a`);
    await Deno.symlink("a", `${folder}/b`);
    assertEquals(await trailIn(folder, "a"), { F: ["a", "b"] });
  }));
