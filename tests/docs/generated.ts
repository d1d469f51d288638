/**
 * What the documents hold that is made from the code: the parts between two
 * marks, and what their commands print.
 */

import { formatReference, referenceRows } from "../../src/config/reference.ts";
import { RULE_PARTS } from "../../src/config/rule_parts.ts";
import { apiReference } from "./api_reference.ts";
import { formatMarkdown } from "./format_markdown.ts";
import { insertOutputs } from "./outputs.ts";

/** The command that writes all of it. */
export const GENERATE = "deno task generate";

const ROOT = new URL("../../", import.meta.url);
const START = `<!-- made by ${GENERATE} -->`;
const END = "<!-- end -->";

/** What stands between the marks, by page; Markdown as `deno fmt` has it. */
const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  "docs/configuration.md": () =>
    formatMarkdown(formatReference(referenceRows(RULE_PARTS))),
  "examples/README.md": apiReference,
};

/** Paths of all pages within the project. */
export async function listPages(): Promise<readonly string[]> {
  const pages = ["README.md", "examples/README.md"];
  for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
    if (name.endsWith(".md")) pages.push(`docs/${name}`);
  }
  return pages.toSorted();
}

/**
 * Reads a page.
 *
 * @param page Its path within the project.
 * @returns Its text.
 */
export function readPage(page: string): Promise<string> {
  return Deno.readTextFile(new URL(page, ROOT));
}

/**
 * Makes what is made of a page anew.
 *
 * @param page Its path within the project.
 * @returns The page as it should be.
 * @throws {RangeError} when it has no place for its part.
 */
export async function makePage(page: string): Promise<string> {
  const text = await insertOutputs(await readPage(page));
  const part = PARTS[page];
  if (part === undefined) return text;
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) {
    throw new RangeError(`${page} must have "${START}" and "${END}"`);
  }
  return `${text.slice(0, start)}${START}\n\n${await part()}\n${
    text.slice(end)
  }`;
}

/** Writes what is made of every page. */
export async function generate(): Promise<void> {
  for (const page of await listPages()) {
    await Deno.writeTextFile(new URL(page, ROOT), await makePage(page));
  }
}
