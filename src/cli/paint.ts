/**
 * Colour for a terminal, and only there: never into a pipe or a file, nor
 * when NO_COLOR (https://no-color.org) or a dumb terminal asks for none.
 */

import type { Io, StreamName } from "./io.ts";

/** How a piece of text is meant; each has one look. */
export type Look = "strong" | "good" | "bad" | "doubtful" | "faint";

/** Puts a look on a text, or leaves the text alone. */
export type Paint = (look: Look, text: string) => string;

const SGR_CODES: Readonly<Record<Look, number>> = {
  strong: 1,
  good: 32,
  bad: 31,
  doubtful: 33,
  faint: 2,
};

/**
 * Chooses how text is painted on one stream.
 *
 * @param io Tells whether the stream is a terminal, and what it wants.
 * @param stream Where the text will go.
 * @returns The paint to use for that stream.
 */
export function paintFor(io: Io, stream: StreamName): Paint {
  const isColoured = io.isTerminal(stream) &&
    (io.env("NO_COLOR") ?? "") === "" && io.env("TERM") !== "dumb";
  return isColoured ? paintColour : paintNothing;
}

function paintColour(look: Look, text: string): string {
  return `\u001b[${SGR_CODES[look]}m${text}\u001b[0m`;
}

function paintNothing(_look: Look, text: string): string {
  return text;
}
