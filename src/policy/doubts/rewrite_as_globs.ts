/**
 * Writes what a foreign pattern most likely means as globs, for a hint on a
 * terminal. Gives up rather than being wrong.
 */

/** Alternatives that a hint lists. A guess. */
const MAX_GLOBS = 8;

/** What no glob of a hint may have in it: it was not understood. */
const STRANGE_REGEXP = /[[\](){}|+^$\\,;\s]/;

/** The first group of alternatives that holds no other one. */
const GROUP_REGEXP = /(?:\((?:\?[:i]+)?([^(){}]*)\)|\{([^(){}]*,[^(){}]*)\})/;

/** The first class without ranges and negation, such as `[45]`. */
const CLASS_REGEXP = /\[([^[\]^!-]{1,8})\]/;

/**
 * Writes a pattern as globs.
 *
 * @param pattern A pattern of another tool.
 * @returns A glob, or a list of them in YAML; undefined if it is not plain
 * what the pattern means.
 *
 * @example
 * ```ts
 * import { rewriteAsGlobs } from "./rewrite_as_globs.ts";
 *
 * rewriteAsGlobs("^(gpt|o3)-.*"); // "[gpt-*, o3-*]"
 * ```
 */
export function rewriteAsGlobs(pattern: string): string | undefined {
  const bare = pattern.replace(/^\/(.*)\/[a-z]*$/s, "$1")
    .replace(/^\(\?[a-z]+\)/, "");
  const isRegExp = bare !== pattern || /[\^$\\]|\.[*+]/.test(pattern);
  const globs = [
    ...new Set(alternatives(bare).map((one) => globOf(one, isRegExp))),
  ];
  const isPlain = globs.length <= MAX_GLOBS &&
    globs.every((glob) => glob !== "" && !STRANGE_REGEXP.test(glob));
  if (!isPlain) return undefined;
  const [only = ""] = globs;
  const written = globs.map(quoted);
  return globs.length === 1 ? quoted(only) : `[${written.join(", ")}]`;
}

function alternatives(pattern: string, depth = 0): readonly string[] {
  if (depth > 4) return [pattern];
  const next = (start: number, length: number, parts: readonly string[]) =>
    parts.slice(0, MAX_GLOBS + 1).flatMap((part) =>
      alternatives(
        pattern.slice(0, start) + part + pattern.slice(start + length),
        depth + 1,
      )
    );
  const group = GROUP_REGEXP.exec(pattern);
  if (group !== null) {
    const [whole, options = "", braced] = group;
    const parts = braced === undefined ? options.split("|") : braced.split(",");
    const isLast = /^(?:[+*?]|\{)/.test(
      pattern.slice(group.index + whole.length),
    ) && braced === undefined;
    // A group that repeats is more than its alternatives.
    if (isLast) return [pattern];
    return next(group.index, whole.length, parts.map((part) => part.trim()));
  }
  const list = pattern.split(/\s*(?:\|\|?|,|;|\s(?:or|and|&&?)\s)\s*/i)
    .filter((part) => part !== "");
  if (list.length > 1) return list;
  const words = pattern.trim().split(/\s+/);
  if (words.length > 1) return words;
  const found = CLASS_REGEXP.exec(pattern);
  if (
    found !== null &&
    !/^[+{]/.test(pattern.slice(found.index + found[0].length))
  ) {
    return next(found.index, found[0].length, [...found[1] ?? ""]);
  }
  return [pattern];
}

function globOf(pattern: string, isRegExp: boolean): string {
  if (!isRegExp) return pattern.trim().replaceAll("%", "*");
  const isOpen = pattern.startsWith("^") && !pattern.endsWith("$");
  const glob = pattern.replace(/^\^/, "").replace(/\$$/, "")
    .replaceAll(/\\d|\[0-9\]/g, "?")
    .replaceAll(/\?\+/g, "?*")
    .replaceAll(/\.\*\??/g, "*")
    .replaceAll(/\.\+\??/g, "?*")
    .replaceAll(/\\([^A-Za-z0-9])/g, "$1");
  return isOpen && !glob.endsWith("*") ? `${glob}*` : glob;
}

/** YAML takes a `*` at the start for an alias. */
function quoted(glob: string): string {
  return /^[A-Za-z0-9/][\w./@:*?%-]*$/.test(glob) && !/^[\d.]+$/.test(glob)
    ? glob
    : `"${glob}"`;
}
