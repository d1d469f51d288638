/**
 * What the commands of a page print. A block that names a file is that file; a
 * `console` block is commands, each behind `$ `, with what they print. They run
 * in order, in one folder a page, by the built file.
 */

import { type Block, blocksOf } from "./blocks.ts";
import { PageFolder } from "./page_folder.ts";

/**
 * Runs the commands of a page.
 *
 * @param page Its text.
 * @returns The page with what its commands print now. Where only times differ,
 * what stands there stays.
 */
export async function insertOutputs(page: string): Promise<string> {
  const blocks = blocksOf(page);
  if (!blocks.some(isConsole)) return page;
  await using folder = await PageFolder.open();
  let made = "";
  let end = 0;
  for (const block of blocks) {
    if (block.file !== "") await folder.write(block.file, block.text);
    if (!isConsole(block)) continue;
    made += page.slice(end, block.offset) + await runBlock(block, folder);
    end = block.offset + block.text.length;
  }
  return made + page.slice(end);
}

function isConsole({ language }: Block): boolean {
  return language === "console";
}

async function runBlock(
  { text }: Block,
  folder: PageFolder,
): Promise<string> {
  let made = "";
  for (const part of text.split(/^\$ /m).slice(1)) {
    const end = part.indexOf("\n");
    const command = part.slice(0, end);
    const before = part.slice(end + 1);
    const now = await folder.run(command);
    const isSame = withoutTimes(before).trimEnd() === withoutTimes(now);
    made += `$ ${command}\n${isSame ? before : `${now}\n`}`;
  }
  return made;
}

function withoutTimes(printed: string): string {
  return printed.replaceAll(/\btook [\d.]+ ms/g, "took 1 ms")
    .replaceAll(/"tookMs": [\d.]+/g, '"tookMs": 1');
}
