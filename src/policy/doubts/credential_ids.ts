/**
 * What the IDs of credentials look like, so that a pattern which none can match
 * is told: a file's name under the host's auth-dir, `codex:apikey:…` for a key
 * of its config, `openai-compatibility:NAME:…`. Facts of the host, v7.2.140:
 * internal/watcher/synthesizer. A credential of a plugin may have any ID.
 */

import type { Doubt } from "../shape.ts";
import { doubtPattern } from "./foreign_pattern.ts";
import { PROVIDERS } from "./host_providers.ts";

const MESSAGE = "is compared with the whole ID";

const NOT_AN_ID = "is no ID that the host makes";

/** What files of the host begin with; aistudio has none. */
const FILE_REGEXP = new RegExp(
  `^(?:${PROVIDERS.filter((name) => name !== "aistudio").join("|")})-`,
);

const PROVIDER_REGEXP = new RegExp(`^(?:${PROVIDERS.join("|")})[-*]`, "i");

/**
 * Says what is doubtful about a pattern over IDs.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What is doubtful, if anything is.
 *
 * @example
 * ```ts
 * import { doubtId } from "./credential_ids.ts";
 *
 * doubtId("codex")?.instead; // "codex*"
 * ```
 */
export function doubtId(pattern: string): Doubt | undefined {
  if (/^(?:~?\/(?!.*\/[a-z]*$)|[A-Za-z]:\\)/.test(pattern)) {
    const hint = "the ID of a file is its path below the auth-dir of the host";
    const [name = ""] = /[^/\\]*$/.exec(pattern) ?? [];
    return { message: NOT_AN_ID, hint, ...(name !== "" && { instead: name }) };
  }
  const foreign = doubtPattern(pattern, "id");
  if (foreign !== undefined) return foreign;
  const key = /:(?:api[-_]key|key|api):/i.exec(pattern);
  if (key !== null) {
    const hint = "the ID of an API key has :apikey: in it";
    return {
      message: NOT_AN_ID,
      hint,
      instead: pattern.replace(key[0], ":apikey:"),
    };
  }
  if (/^openai-compatible(?:-|:|$|\*)/i.test(pattern)) {
    const hint = "the ID of an entry NAME under openai-compatibility begins " +
      "with openai-compatibility:NAME:";
    return { message: NOT_AN_ID, hint };
  }
  if (PROVIDERS.includes(pattern.toLowerCase())) {
    const hint = "* stands for the rest of it; a pool has provider, too";
    return { message: MESSAGE, hint, instead: `${pattern}*` };
  }
  const lower = inLowerCase(pattern);
  if (lower !== pattern) {
    const hint = "case counts in IDs, and the host writes this in lower case";
    return { message: MESSAGE, hint, instead: lower };
  }
  return isHalfAFile(pattern)
    ? {
      message: MESSAGE,
      hint: "the ID of a file ends in .json, often after its plan, and has " +
        "its provider before an address: write * for the rest",
      instead: FILE_REGEXP.test(pattern) || pattern.startsWith("*")
        ? `${pattern}*`
        : `*${pattern}*`,
    }
    : undefined;
}

/**
 * The IDs of keys are in lower case as a whole, those of files begin with a
 * provider that is.
 */
function inLowerCase(pattern: string): string {
  return /:apikey:|^openai-compatibility:/i.test(pattern)
    ? pattern.toLowerCase()
    : pattern.replace(PROVIDER_REGEXP, (start) => start.toLowerCase());
}

/** Only what begins as files do or has an address can be told to be one. */
function isHalfAFile(pattern: string): boolean {
  return (FILE_REGEXP.test(pattern) || pattern.includes("@")) &&
    !pattern.includes(":") &&
    !/(?:[*?]|\.json)$/i.test(pattern);
}
