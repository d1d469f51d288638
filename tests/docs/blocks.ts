/** The fenced blocks of a page. */

/** A block. */
export interface Block {
  /** Such as `yaml`; `console` holds commands and what they print. */
  readonly language: string;
  /** Name of the file that it is; `""`: none. */
  readonly file: string;
  readonly text: string;
  /** Where the text starts in the page, in UTF-16 code units. */
  readonly offset: number;
}

/**
 * Finds the blocks of a page.
 *
 * @param page Its text.
 * @returns The blocks, in their order.
 */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map((match) => {
    const [whole, language = "", file = "", text = ""] = match;
    const offset = match.index + whole.indexOf("\n") + 1;
    return { language, file, text, offset };
  });
}
