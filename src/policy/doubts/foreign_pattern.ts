/**
 * Finds patterns that are written in the language of another tool: regular
 * expressions, lists in one text, negations, networks. As globs they are good,
 * and match next to nothing. Gives warnings only; decides nothing.
 */

import type { Doubt } from "../shape.ts";
import {
  bracketsIn,
  isClass,
  isListBySpaces,
  isNameRegExp,
  isRange,
  isRegExp,
} from "./foreign_forms.ts";
import { rewriteAsGlobs } from "./rewrite_as_globs.ts";

/**
 * What the texts are that a glob is compared with: a `name` has no spaces,
 * commas or braces; neither has an `id`, which may be a file with a dot before
 * its end; a `text` may have anything.
 */
export type PatternKind = "name" | "id" | "text";

const NOT_A_REGEXP = "is a glob over the whole text, not a regular expression";

const LIST_HINT = "write each alternative as an item of a list";

const GLOB_HINT = "* is any run of characters and ? is one, as in gpt-*";

/** A kind of foreign pattern. */
interface Foreign {
  /** Whether a pattern is of the kind. */
  readonly found: RegExp | ((pattern: string, kind: PatternKind) => boolean);
  /** Which texts it is foreign to; `name` is for IDs, too. @default all */
  readonly in?: "name" | "text";
  readonly message: string;
  readonly hint: string;
  /** Whether it can be tried to be written as globs. @default {false} */
  readonly isRewritten?: boolean;
}

/** Words of headers whose values are lists by themselves. */
const HEADER_LIST_REGEXP =
  /gzip|deflate|\bbr\b|zstd|identity|keep-alive|upgrade|\bclose\b|no-cache|no-store|max-age|trailers|\//i;

/** Spaces without width, marks of direction, and spaces that do not break. */
const INVISIBLE_REGEXP =
  /[\u00a0\u00ad\u200b-\u200f\u202a-\u202f\u2060-\u2064\ufeff]/;

/** Dashes and quotes as word processors write them, and wide wildcards. */
const LOOKALIKE_REGEXP =
  /[\u2010-\u2015\u2018-\u201f\u2212\uff0a\uff0d\uff1f\u2217]/;

/** The first of these that fits is told. */
const KINDS: readonly Foreign[] = [
  {
    found: /^\s|\s$/,
    message: "begins or ends with a space, which counts",
    hint: "leave the spaces around it out",
  },
  {
    found: INVISIBLE_REGEXP,
    message: "has a character in it that nobody sees",
    hint: "type it anew instead of copying it",
  },
  {
    found: LOOKALIKE_REGEXP,
    in: "name",
    message: "has a dash, a quote or a wildcard of a book in it, not the one " +
      "of a keyboard",
    hint: "type it anew instead of copying it",
  },
  {
    found: /^(["'`]).*\1$/s,
    message: "has quotes inside of its quotes, which count",
    hint: "write one pair of quotes",
  },
  {
    found: /^\$\{?\w+\}?$/,
    message: "is a glob: variables of the environment are not put in",
    hint: "write the value itself",
  },
  {
    found:
      /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:]*:[\da-f:]*)\/\d{1,3}$/i,
    message: "is compared as text: it is no network of addresses",
    hint: "write a glob such as 10.1.*",
  },
  {
    found: /^(\d{1,3}(?:\.\d{1,3}){3})\s*-\s*\d{1,3}(?:\.\d{1,3}){0,3}$/,
    message: "is compared as text: it is no range of addresses",
    hint: "write a glob such as 10.1.*, or a list of addresses",
  },
  {
    found:
      /^(?:re|regexp?|glob|prefix|suffix|exact|contains|match|pattern)\s*[:=~]/i,
    message: "is a glob by itself: a word before it counts as text",
    hint: GLOB_HINT,
  },
  {
    found: /^(?:!|not\s)/i,
    message: "is a glob, in which ! and not are ordinary text: it denies " +
      "nothing",
    hint: "write the pattern without it under not",
  },
  {
    found: /^~/,
    message: "is a glob, in which ~ stands for itself",
    hint: GLOB_HINT,
  },
  {
    found: /^[=<>]=?/,
    in: "name",
    message: "is a glob, in which =, < and > stand for themselves",
    hint: GLOB_HINT,
  },
  {
    found: (pattern) => isRegExp(pattern),
    message: NOT_A_REGEXP,
    hint: GLOB_HINT,
    isRewritten: true,
  },
  {
    found: (pattern, kind) => isNameRegExp(pattern, kind === "id"),
    in: "name",
    message: NOT_A_REGEXP,
    hint: GLOB_HINT,
    isRewritten: true,
  },
  {
    found: /\|/,
    message: "is one glob, in which | stands for itself",
    hint: LIST_HINT,
    isRewritten: true,
  },
  {
    found: /\{[^{}"]*,[^{}"]*\}/,
    message: "is one glob, in which { and } stand for themselves",
    hint: LIST_HINT,
    isRewritten: true,
  },
  {
    found: /[{}]/,
    in: "name",
    message: "is a glob, in which { and } stand for themselves",
    hint: GLOB_HINT,
  },
  {
    found: (pattern) => bracketsIn(pattern).some(isClass),
    in: "name",
    message: "is a glob, in which [ and ] stand for themselves: it knows no " +
      "classes of characters",
    hint: "? is any one character; or write each as an item of a list",
    isRewritten: true,
  },
  {
    found: (pattern) => bracketsIn(pattern).some(isRange),
    in: "text",
    message: "is a glob, in which [ and ] stand for themselves: it knows no " +
      "classes of characters",
    hint: "? is any one character; or write each as an item of a list",
  },
  {
    found: /[,;]/,
    in: "name",
    message: "is one glob, in which a comma or semicolon stands for itself",
    hint: LIST_HINT,
    isRewritten: true,
  },
  {
    found: /\s(?:or|and|&&?)\s/i,
    in: "name",
    message: "is one glob, in which or and and are ordinary text",
    hint: LIST_HINT,
    isRewritten: true,
  },
  {
    found: (pattern) => isListBySpaces(pattern),
    in: "name",
    message: "is one glob, in which a space stands for itself",
    hint: LIST_HINT,
    isRewritten: true,
  },
  {
    found: /^%.+%$/,
    message: "is a glob, in which % stands for itself",
    hint: GLOB_HINT,
    isRewritten: true,
  },
  {
    found: /^%[^%\dA-F]|[^%]%$/i,
    in: "name",
    message: "is a glob, in which % stands for itself",
    hint: GLOB_HINT,
    isRewritten: true,
  },
  {
    found: /(?<!\\)\*\*/,
    message: "has ** in it, which is the same as *: that crosses every /",
    hint: "write one *",
  },
  {
    found: /(?<!\\)(?:\\\\)*\\[A-Za-z0-9]/,
    message: "has a backslash before a letter or digit, which changes nothing",
    hint: "leave it out; \\\\ stands for a backslash",
  },
];

/**
 * Says what is foreign in a pattern.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @param kind What it is compared with.
 * @returns What a glob makes of it, and how to write what was meant.
 *
 * @example
 * ```ts
 * import { doubtPattern } from "./foreign_pattern.ts";
 *
 * doubtPattern("a|b", "name")?.instead; // "[a, b]"
 * doubtPattern("claude-x[1m]", "name"); // undefined
 * ```
 */
export function doubtPattern(
  pattern: string,
  kind: PatternKind,
): Doubt | undefined {
  const foreign = KINDS.find(({ found, in: place = kind }) =>
    (place === kind || place === "name" && kind === "id") &&
    (typeof found === "function" ? found(pattern, kind) : found.test(pattern))
  );
  if (foreign === undefined) return undefined;
  const { message, hint, isRewritten = false } = foreign;
  const instead = isRewritten ? rewriteAsGlobs(pattern) : undefined;
  return { message, hint, ...(instead !== undefined && { instead }) };
}

/**
 * Says the same of the value of a header, where a list of plain words is
 * meant as one more often than not.
 *
 * @param pattern A pattern that `checkGlob` likes.
 * @returns What a glob makes of it; never how to write it, which is secret.
 */
export function doubtHeaderValue(pattern: string): Doubt | undefined {
  const isList = /^[\w*?.-]+(?:\s*[,;]\s*[\w*?.-]+)+$/.test(pattern) &&
    !/\d{4}|\d\.\d|[-_]\w+[-_]/.test(pattern) &&
    !HEADER_LIST_REGEXP.test(pattern);
  return doubtPattern(pattern, "text") ?? (isList
    ? {
      message: "is one glob, in which a comma or semicolon stands for itself",
      hint: LIST_HINT,
    }
    : undefined);
}
