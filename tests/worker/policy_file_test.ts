/** What becomes of a file while it is edited, in every way that people do. */

import { assertEquals } from "@std/assert";
import { PolicyFile } from "../../src/worker/policy_file.ts";

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What some looks in a row find; what is the same is left out. */
async function looks(file: PolicyFile, count = 8): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < count; i++) {
    const finding = await file.look();
    if (finding.kind === "text") {
      found.push(`${finding.isTouched ? "touched" : "text"} ${finding.text}`);
    }
    if (finding.kind === "problem") found.push(finding.problem.message);
  }
  return found;
}

/** As long as the clock of a file system may stand still. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** Step, what it does to `mine.ts`, and what is found. */
const STEPS: readonly (readonly [
  what: string,
  act: (folder: string) => Promise<unknown>,
  found: readonly string[],
])[] = [
  ["nothing", () => Promise.resolve(), []],
  ["a save", (f) => Deno.writeTextFile(`${f}/mine.ts`, "two"), ["text two"]],
  ["the same text", async (f) => {
    await later();
    await Deno.writeTextFile(`${f}/mine.ts`, "one");
  }, ["touched one"]],
  [
    "a touch",
    (f) => Deno.utime(`${f}/mine.ts`, new Date(), new Date(5)),
    ["touched one"],
  ],
  ["the same text in another file", async (f) => {
    await later();
    await Deno.writeTextFile(`${f}/mine.ts~`, "one");
    await Deno.rename(`${f}/mine.ts~`, `${f}/mine.ts`);
  }, ["touched one"]],
  ["other permissions", (f) => Deno.chmod(`${f}/mine.ts`, 0o600), []],
  [
    "another text of the same length",
    (f) => Deno.writeTextFile(`${f}/mine.ts`, "ONE"),
    ["text ONE"],
  ],
  ["an atomic save", async (f) => {
    await Deno.writeTextFile(`${f}/mine.ts~`, "two");
    await Deno.rename(`${f}/mine.ts~`, `${f}/mine.ts`);
  }, ["text two"]],
  ["a removal", (f) => Deno.remove(`${f}/mine.ts`), ["There is no such file"]],
  ["a rename", (f) => Deno.rename(`${f}/mine.ts`, `${f}/yours.ts`), [
    "There is no such file",
  ]],
  ["a link in its place", async (f) => {
    await Deno.writeTextFile(`${f}/real.ts`, "linked");
    await Deno.remove(`${f}/mine.ts`);
    await Deno.symlink("real.ts", `${f}/mine.ts`);
  }, ["text linked"]],
  ["a link to nothing", async (f) => {
    await Deno.remove(`${f}/mine.ts`);
    await Deno.symlink("nothing.ts", `${f}/mine.ts`);
  }, ["There is no such file"]],
  ["a link to itself", async (f) => {
    await Deno.remove(`${f}/mine.ts`);
    await Deno.symlink("mine.ts", `${f}/mine.ts`);
  }, ["The links to the file go in a circle"]],
  ["a folder in its place", async (f) => {
    await Deno.remove(`${f}/mine.ts`);
    await Deno.mkdir(`${f}/mine.ts`);
  }, ["It is not a file"]],
  ["a pipe in its place", async (f) => {
    await Deno.remove(`${f}/mine.ts`);
    await new Deno.Command("mkfifo", { args: [`${f}/mine.ts`] }).output();
  }, ["It is not a file"]],
  ["too much", (f) => Deno.writeTextFile(`${f}/mine.ts`, "x".repeat(300_000)), [
    "The file is larger than 256 KiB",
  ]],
  ["no text", (f) => Deno.writeFile(`${f}/mine.ts`, Uint8Array.of(0xff)), [
    "The file is not UTF-8 text",
  ]],
  [
    "an empty file, as an editor makes it before it writes",
    (f) => Deno.writeTextFile(`${f}/mine.ts`, ""),
    [],
  ],
  [
    "its folder is gone",
    (f) => Deno.remove(f, { recursive: true }).then(() => Deno.mkdir(f)),
    ["There is no such file"],
  ],
];

for (const [what, act, found] of STEPS) {
  Deno.test(`look() after ${what}`, () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/mine.ts`, "one");
      const file = new PolicyFile(`${folder}/mine.ts`);
      assertEquals(await looks(file), ["text one"]);
      await act(folder);
      assertEquals(await looks(file), found);
      // And it is found again.
      await Deno.remove(`${folder}/mine.ts`, { recursive: true }).catch(
        () => {},
      );
      await Deno.writeTextFile(`${folder}/mine.ts`, "three");
      assertEquals(await looks(file), ["text three"]);
    }));
}

Deno.test("look() waits for the end of a write, and for a folder that comes later", () =>
  inFolder(async (folder) => {
    const path = `${folder}/later/mine.ts`;
    const file = new PolicyFile(path);
    assertEquals(await looks(file), ["There is no such file"]);
    await Deno.mkdir(`${folder}/later`);
    assertEquals(await looks(file), []);
    let text = "";
    const found: string[] = [];
    for (const part of ["a", "b", "c"]) {
      await Deno.writeTextFile(path, text += part);
      found.push(...await looks(file, 1));
    }
    assertEquals(found, []);
    assertEquals(await looks(file), ["text abc"]);
  }));

Deno.test("look() finds a file that stays empty", () =>
  inFolder(async (folder) => {
    const path = `${folder}/mine.ts`;
    await Deno.writeTextFile(path, "one");
    let aheadMs = 0;
    const file = new PolicyFile(path, () => Date.now() + aheadMs);
    assertEquals(await looks(file), ["text one"]);
    await Deno.writeTextFile(path, "");
    assertEquals(await looks(file), []);
    aheadMs = 4000;
    assertEquals(await looks(file), ["text "]);
  }));

Deno.test("look() finds the same text again after the file was gone", () =>
  inFolder(async (folder) => {
    const path = `${folder}/mine.ts`;
    await Deno.writeTextFile(path, "one");
    const file = new PolicyFile(path);
    assertEquals(await looks(file), ["text one"]);
    await Deno.remove(path);
    assertEquals(await looks(file), ["There is no such file"]);
    await Deno.writeTextFile(path, "one");
    assertEquals(await looks(file), ["text one"]);
  }));

Deno.test("forget() has what a file holds found once more, though nobody touched it", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/mine.ts`, "one");
    const file = new PolicyFile(`${folder}/mine.ts`);
    assertEquals(await looks(file), ["text one"]);
    file.forget();
    assertEquals(await looks(file), ["text one"]);
  });
});
