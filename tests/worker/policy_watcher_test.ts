/**
 * What reaches the pick isolate when files of policies change, in every way that
 * people and systems change them. Without a sign of the kernel nothing would be
 * looked at for an hour; no time is asserted.
 */

import { assertEquals } from "@std/assert";
import { fingerprintOf } from "../../src/modules/module_key.ts";
import type {
  CheckIsolateRequest,
  FileMessage,
} from "../../src/worker/messages.ts";
import type { PolicyFile } from "../../src/worker/policy_file.ts";
import {
  PolicyWatcher,
  type PolicyWatcherOptions,
} from "../../src/worker/policy_watcher.ts";

type Parts = Pick<PolicyWatcherOptions, "fileAt" | "lookMs" | "restMs">;

const HOUR_MS = 3_600_000;

/** Longer than any step takes on the slowest machine. */
const NEVER_MS = 60_000;

/** A watcher with everything around it in memory but the files. */
class World implements AsyncDisposable {
  readonly folder: string;
  readonly watcher: PolicyWatcher;
  readonly checked: CheckIsolateRequest[] = [];
  readonly #said: string[] = [];
  #wake = () => {};

  private constructor(folder: string, parts: Parts) {
    this.folder = folder;
    this.watcher = new PolicyWatcher({
      cwd: folder,
      checker: {
        warmUp: () => {},
        check: (request) => {
          this.checked.push(request);
          return Promise.resolve({ compiled: { script: request.text } });
        },
      },
      post: (message) => this.#onPost(message),
      giveUp: () => {},
      restMs: HOUR_MS,
      ...parts,
    });
  }

  static async open(parts: Parts = {}): Promise<World> {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    return new World(folder, parts);
  }

  #onPost(message: FileMessage): void {
    if (message.kind === "found") {
      const { key } = message;
      const order = { options: "{}", state: "" };
      queueMicrotask(() => this.watcher.order(key, order));
      return;
    }
    this.#said.push(
      message.kind === "checked"
        ? `${message.key}: ${message.compiled.script}`
        : `${message.key}: ${message.problem.message}`,
    );
    this.#wake();
  }

  /** Watches `policies/<name>.ts` for each name. */
  watch(names: readonly string[], proven: readonly number[] = []): void {
    const modules = names.map((name) => ({
      key: name,
      folder: "policies",
      file: `${name}.ts`,
    }));
    this.watcher.watch(modules, proven);
  }

  path(name: string): string {
    return `${this.folder}/policies/${name}`;
  }

  async save(text: string, name = "mine.ts"): Promise<void> {
    await Deno.mkdir(this.path(""), { recursive: true });
    await Deno.writeTextFile(this.path(name), text);
  }

  /** The next things that are said; fails if they do not come. */
  async next(count = 1): Promise<string[]> {
    while (this.#said.length < count) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`Nothing more than ${this.#said}`)),
          NEVER_MS,
        );
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return this.#said.splice(0, count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watch([]);
    // Its last look and rest.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Ways to put another text in place of "one". */
const SAVES: Readonly<
  Record<string, (world: World, text: string) => Promise<unknown>>
> = {
  "in place": (world, text) => world.save(text),
  "with another file moved over it": async (world, text) => {
    await world.save(text, "mine.ts~");
    await Deno.rename(world.path("mine.ts~"), world.path("mine.ts"));
  },
  "with one moved from elsewhere": async (world, text) => {
    await Deno.writeTextFile(`${world.folder}/other`, text);
    await Deno.rename(`${world.folder}/other`, world.path("mine.ts"));
  },
  "removed and written again": async (world, text) => {
    await Deno.remove(world.path("mine.ts"));
    await world.save(text);
  },
  "as a link": async (world, text) => {
    await Deno.writeTextFile(`${world.folder}/real.ts`, text);
    await Deno.remove(world.path("mine.ts"));
    await Deno.symlink("../real.ts", world.path("mine.ts"));
  },
  "with its folder": async (world, text) => {
    await Deno.rename(world.path(""), `${world.folder}/old`);
    await world.save(text);
  },
  "with its folder removed": async (world, text) => {
    await Deno.mkdir(`${world.folder}/next`);
    await Deno.writeTextFile(`${world.folder}/next/mine.ts`, text);
    await Deno.remove(world.path(""), { recursive: true });
    await Deno.rename(`${world.folder}/next`, `${world.folder}/policies`);
  },
};

for (const [how, save] of Object.entries(SAVES)) {
  Deno.test(`PolicyWatcher finds what is saved ${how}, again and again`, async () => {
    // Deno 2.9, which runs this, never gives a sign of a folder again that was
    // removed once; the runtime that the program is compiled with does.
    const restMs = how === "with its folder removed" ? 100 : HOUR_MS;
    await using world = await World.open({ restMs });
    await world.save("one");
    world.watch(["mine"]);
    assertEquals(await world.next(), ["mine: one"]);
    for (const text of ["two", "three"]) {
      await save(world, text);
      let said = "";
      while (said !== `mine: ${text}`) [said = ""] = await world.next();
      await Deno.remove(`${world.folder}/old`, { recursive: true }).catch(
        () => {},
      );
    }
  });
}

Deno.test("PolicyWatcher finds what a link leads to when that changes", async () => {
  await using world = await World.open();
  // As a mounted ConfigMap: all links stay, but for one in the middle.
  for (const version of ["v1", "v2"]) {
    await Deno.mkdir(world.path(version), { recursive: true });
    await Deno.writeTextFile(world.path(`${version}/mine.ts`), version);
  }
  await Deno.symlink("v1", world.path("..data"));
  await Deno.symlink("..data/mine.ts", world.path("mine.ts"));
  world.watch(["mine"]);
  assertEquals(await world.next(), ["mine: v1"]);
  await Deno.symlink("v2", world.path("..data~"));
  await Deno.rename(world.path("..data~"), world.path("..data"));
  assertEquals(await world.next(), ["mine: v2"]);
  await Deno.writeTextFile(world.path("v2/mine.ts"), "v3");
  assertEquals(await world.next(), ["mine: v3"]);
});

Deno.test("PolicyWatcher finds a file whose folders come later, and one that goes", async () => {
  await using world = await World.open();
  world.watch(["mine"]);
  assertEquals(await world.next(), ["mine: There is no such file"]);
  await world.save("one");
  assertEquals(await world.next(), ["mine: one"]);
  await Deno.remove(world.path("mine.ts"));
  assertEquals(await world.next(), ["mine: There is no such file"]);
  await world.save("one");
  assertEquals(await world.next(), ["mine: one"]);
});

Deno.test("PolicyWatcher finds without a sign what a slow look finds", async () => {
  await using world = await World.open({ restMs: 100 });
  const far = `${world.folder}/far`;
  await Deno.mkdir(`${far}/a/b`, { recursive: true });
  await Deno.writeTextFile(`${far}/a/b/mine.ts`, "one");
  const module = { key: "mine", folder: `${far}/a/b`, file: "mine.ts" };
  world.watcher.watch([module], []);
  assertEquals(await world.next(), ["mine: one"]);
  // Nobody watches a folder so far up.
  await Deno.rename(`${far}/a`, `${far}/old`);
  await Deno.mkdir(`${far}/a/b`, { recursive: true });
  await Deno.writeTextFile(`${far}/a/b/mine.ts`, "two");
  assertEquals((await world.next()).at(-1), "mine: two");
});

Deno.test("PolicyWatcher has what is proven checked first", async () => {
  await using world = await World.open();
  for (const name of ["one", "two", "three"]) {
    await world.save(name, `${name}.ts`);
  }
  world.watch(["one", "two", "three"], [fingerprintOf("three", "three")]);
  const said = await world.next(3);
  assertEquals(said[0], "three: three");
  assertEquals(said.slice(1).toSorted(), ["one: one", "two: two"]);
});

Deno.test("PolicyWatcher forgets what is not watched any more", async () => {
  await using world = await World.open();
  await world.save("one");
  await world.save("two", "other.ts");
  world.watch(["mine"]);
  assertEquals(await world.next(), ["mine: one"]);
  world.watch(["other"]);
  assertEquals(await world.next(), ["other: two"]);
  await world.save("three");
  await world.save("four", "other.ts");
  assertEquals(await world.next(), ["other: four"]);
  world.watch(["mine", "other"]);
  assertEquals(await world.next(), ["mine: three"]);
});

Deno.test("PolicyWatcher says once that a file cannot be read in time, and finds it after", async () => {
  let looks = 0;
  const look = (): ReturnType<PolicyFile["look"]> =>
    ++looks < 4
      ? new Promise(() => {})
      : Promise.resolve({ kind: "text", text: "back", isTouched: false });
  const fileAt = () => ({ isSettled: true, look, forget: () => {} });
  await using world = await World.open({ restMs: 0, lookMs: 50, fileAt });
  world.watch(["mine"]);
  assertEquals(await world.next(2), [
    "mine: The file cannot be read in time",
    "mine: back",
  ]);
});

Deno.test("PolicyWatcher finds again what is asked for, though nothing has changed", async () => {
  await using world = await World.open();
  await world.save("one");
  world.watch(["mine"]);
  assertEquals(await world.next(), ["mine: one"]);
  world.watcher.findAgain("another");
  world.watcher.findAgain("mine");
  assertEquals(await world.next(), ["mine: one"]);
});
