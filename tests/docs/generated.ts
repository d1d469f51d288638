/**
 * The parts of the documents that are made from the code: which page holds
 * them, between which marks, and what they are.
 */

import { formatReference, referenceRows } from "../../src/config/reference.ts";
import { RULE_PARTS } from "../../src/config/rule_parts.ts";
import { apiReference } from "./api_reference.ts";
import { formatMarkdown } from "./format_markdown.ts";

/** The command that writes all of them. */
export const GENERATE = "deno task generate";

const ROOT = new URL("../../", import.meta.url);
const START = `<!-- made by ${GENERATE} -->`;
const END = "<!-- end -->";

/** A part of a page. */
export interface GeneratedPart {
  /** Path of the page within the project. */
  readonly page: string;
  /** Makes the part: Markdown, as `deno fmt` has it. */
  make(): Promise<string>;
}

/** All of them, one a page. */
export const GENERATED_PARTS: readonly GeneratedPart[] = [
  {
    page: "docs/configuration.md",
    make: () => formatMarkdown(formatReference(referenceRows(RULE_PARTS))),
  },
  { page: "examples/README.md", make: apiReference },
];

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
 * Puts the part that is made into its page.
 *
 * @param part The part.
 * @param text Text of the page.
 * @returns The page with the part as it is made now.
 * @throws {RangeError} when the page has no place for it.
 */
export async function insertPart(
  part: GeneratedPart,
  text: string,
): Promise<string> {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) {
    throw new RangeError(`${part.page} must have "${START}" and "${END}"`);
  }
  const made = await part.make();
  return `${text.slice(0, start)}${START}\n\n${made}\n${text.slice(end)}`;
}

/** Writes every part into its page. */
export async function generate(): Promise<void> {
  for (const part of GENERATED_PARTS) {
    const made = await insertPart(part, await readPage(part.page));
    await Deno.writeTextFile(new URL(part.page, ROOT), made);
  }
}
