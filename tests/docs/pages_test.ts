/** The README and the pages do what they say, and lead to what is there. */

import { assert, assertEquals } from "@std/assert";
import { readConfigFile } from "../../src/config/host_config.ts";
import { POLICY_KINDS } from "../../src/policy/policies/kinds.ts";
import { blocksOf } from "./blocks.ts";
import { GENERATE, listPages, makePage, readPage } from "./generated.ts";

/** Lines that the README may have: what somebody reads in two minutes. */
const README_LINES = 160;

/** Lines that are shown at most of what differs. */
const SHOWN_LINES = 20;

/** Files of a page that show what is wrong with them. */
const BAD_FILE_REGEXP = /^bad/;

const ROOT = new URL("../../", import.meta.url);

Deno.test("the README is short", async () => {
  const lines = (await readPage("README.md")).split("\n").length - 1;
  assert(lines <= README_LINES, `${lines} lines`);
});

Deno.test("the table of policies has every policy", async () => {
  const page = await readPage("docs/policies.md");
  for (const { name } of POLICY_KINDS) {
    assert(page.includes(`\n| \`${name}\``), name);
  }
});

for (const page of await listPages()) {
  Deno.test(`${page} is as ${GENERATE} writes it`, async () => {
    const text = await readPage(page);
    const made = await makePage(page);
    const message = `${page} is out of date: run ${GENERATE}`;
    const lines = differingLines(text, made).slice(0, SHOWN_LINES);
    assertEquals(lines, [], message);
    assert(text === made, message);
  });

  Deno.test(`${page} leads to what is there`, async () => {
    const text = await readPage(page);
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = "", anchor] = link.split("#");
      const at = new URL(page, ROOT);
      const target = path === "" ? at : new URL(path, at);
      const { isFile } = await Deno.stat(target);
      if (anchor === undefined || !isFile) continue;
      const anchors = [
        ...(await Deno.readTextFile(target)).matchAll(/^#+ (.*)$/gm),
      ].map(([, heading = ""]) => anchorOf(heading));
      assert(anchors.includes(anchor), `no heading for ${link}`);
    }
  });

  Deno.test(`${page} has configs that give no warning`, async () => {
    for (const { language, file, text } of blocksOf(await readPage(page))) {
      if (language !== "yaml" || BAD_FILE_REGEXP.test(file)) continue;
      const { reading } = readConfigFile(new TextEncoder().encode(text));
      assertEquals(reading.problems, [], text);
    }
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

/** The name that a heading has as a target of links, on GitHub. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
