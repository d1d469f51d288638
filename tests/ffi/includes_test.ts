/**
 * Which folder of the C files may include which: the tree is the data flow, so
 * no folder includes one above it, and none grows beyond what one look takes in.
 */

import { assert, assertEquals } from "@std/assert";
import { C_FOLDER } from "../../ffi/build/sources.ts";

/** Files that a folder may have. */
const MAX_FILES = 14;

/** What each folder may include besides itself: only what stands above it. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  channel: [],
  program: ["channel"],
  host: ["channel"],
  policies: ["channel"],
  cache: ["channel", "host"],
  worker: ["channel", "host", "policies"],
  calls: ["channel", "host", "cache", "worker"],
  plugin: ["channel", "host", "cache", "worker", "calls"],
};

const FOLDERS = [...Deno.readDirSync(C_FOLDER)]
  .map(({ name }) => name)
  .filter((name) => name !== "build")
  .toSorted();

Deno.test("every folder of the C files is known", () => {
  assertEquals(FOLDERS, Object.keys(ALLOWED).toSorted());
});

Deno.test("the folders have an order", () => {
  const known = Object.keys(ALLOWED);
  for (const [index, folder] of known.entries()) {
    const above = known.slice(0, index);
    for (const other of ALLOWED[folder] ?? []) assert(above.includes(other));
  }
});

for (const folder of FOLDERS) {
  const files = [...Deno.readDirSync(`${C_FOLDER}${folder}`)]
    .map(({ name }) => name);

  Deno.test(`ffi/${folder} has at most ${MAX_FILES} files`, () => {
    assert(files.length <= MAX_FILES, files.join(" "));
  });

  for (const file of files) {
    Deno.test(`ffi/${folder}/${file} includes nothing from below`, async () => {
      const text = await Deno.readTextFile(`${C_FOLDER}${folder}/${file}`);
      for (const [, included = ""] of text.matchAll(/^#include "(.*)"/gm)) {
        const [from = "", name] = included.split("/");
        // A file of the same folder is included by its name alone.
        if (name === undefined) assert(files.includes(included), included);
        else assert(ALLOWED[folder]?.includes(from), included);
      }
    });
  }
}
