/** The made parts of the documents are as the code makes them. */

import { assert, assertEquals } from "@std/assert";
import {
  GENERATE,
  GENERATED_PARTS,
  insertPart,
  readPage,
} from "./generated.ts";

/** Lines that are shown at most of what differs. */
const SHOWN_LINES = 20;

for (const part of GENERATED_PARTS) {
  Deno.test(`${part.page} is as ${GENERATE} writes it`, async () => {
    const text = await readPage(part.page);
    const made = await insertPart(part, text);
    assertEquals(
      differingLines(text, made).slice(0, SHOWN_LINES),
      [],
      `${part.page} is out of date: run ${GENERATE}`,
    );
    assert(text === made, `${part.page} is out of date: run ${GENERATE}`);
  });
}

/** Lines of one text that the other lacks, with a sign before each. */
function differingLines(before: string, after: string): readonly string[] {
  const old = before.split("\n");
  const now = after.split("\n");
  const lacks = (lines: readonly string[], others: readonly string[]) => {
    const known = new Set(others);
    return lines.filter((line) => !known.has(line));
  };
  return [
    ...lacks(old, now).map((line) => `- ${line}`),
    ...lacks(now, old).map((line) => `+ ${line}`),
  ];
}
