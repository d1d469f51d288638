/** Formats Markdown as `deno fmt` does, so that made parts pass the gate. */

import { denoOutput } from "./deno_output.ts";

/**
 * Formats a piece of Markdown.
 *
 * @param text The piece.
 * @returns It, as `deno fmt` has it.
 */
export function formatMarkdown(text: string): Promise<string> {
  return denoOutput(["fmt", "--ext=md", "-"], text);
}
