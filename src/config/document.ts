/**
 * Step 2 of reading a config: text to a tree with positions. Two libraries
 * read it, and both must accept it: `yaml` makes the tree, which keeps quotes,
 * tags and lines; `@std/yaml` gives plain values, with which the next step
 * compares what it made of the tree. Does not know any key.
 */

import { parse } from "@std/yaml";
import process from "node:process";
import {
  type Document,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";
import { findForeignSyntax } from "./foreign_syntax.ts";
import type { ConfigProblem } from "./problem.ts";
import type { ScalarSource } from "./scalar.ts";

/** More syntax errors than these are most likely echoes of the first. */
const MAX_SYNTAX_PROBLEMS = 10;

/** What `yaml` finds wrong, by its error code, without the text it quotes. */
const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: "must not hold unknown escapes in double quotes",
  BAD_INDENT: "must have the keys of a mapping in the same column",
  BAD_SCALAR_START: "must have quotes around a text that begins so",
  BLOCK_AS_IMPLICIT_KEY: "must have one key on a line",
  BLOCK_IN_FLOW: "must not hold a block inside brackets or braces",
  MISSING_CHAR: "must have a quote, bracket, colon or comma before this",
  MULTILINE_IMPLICIT_KEY: "must have a key and its colon on one line",
  TAB_AS_INDENT: "must be indented with spaces, got a tab",
  UNEXPECTED_TOKEN: "must not go on like this after what is before it",
};

/** What to do about some of them. */
const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'put quotes around a text that holds ": "',
};

/** Blank lines and comments, before the next document. */
const GAP_REGEXP = /(?:[ \t]*(?:#.*)?(?:\n|$))*/y;

/**
 * Tags that `@std/yaml` refuses where the host does not, and without which the
 * values stay the same. The host writes one before each merge key.
 */
const NEEDLESS_TAG_REGEXP = /!!merge (?=<<:)|(?<=: )!!int (?=\S)/g;

/** Place in a text: line and column from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What the second library made of a text, or where it gave up. */
export type SecondReading = { readonly value: unknown } | Position;

/** A config without syntax errors. */
export class YamlDocument {
  /** Top of the tree; `null` for an empty document. */
  readonly root: Node | null;
  /** The same as plain values, merge keys applied. */
  readonly second: SecondReading;
  readonly #text: string;
  readonly #lines: LineCounter;
  /** Offset behind the document. */
  readonly #end: number;

  constructor(
    text: string,
    tree: Document.Parsed,
    lines: LineCounter,
    second: SecondReading,
  ) {
    this.root = tree.contents;
    this.second = second;
    this.#text = text;
    this.#lines = lines;
    this.#end = tree.range[2];
  }

  /** That the second library gave up, if it did. */
  get problems(): readonly ConfigProblem[] {
    if ("value" in this.second) return [];
    const next = this.#next();
    if (next < this.#text.length) {
      const message = "must be one YAML document, got a second one";
      return [problemAt(message, { at: toPosition(this.#lines, next) })];
    }
    const { line, column } = this.second;
    const message = "must be YAML without unusual tags";
    return [problemAt(message, { at: { line, column } })];
  }

  /** Whether nothing but comments follows the document. */
  get isAlone(): boolean {
    return this.#next() === this.#text.length;
  }

  /** Offset of what follows the document, but for comments. */
  #next(): number {
    GAP_REGEXP.lastIndex = this.#end;
    return this.#end + (GAP_REGEXP.exec(this.#text)?.[0].length ?? 0);
  }

  /** Where a node starts, behind its tag and anchor. */
  positionOf(node: Node): Position {
    return toPosition(this.#lines, node.range?.[0] ?? 0);
  }

  /** The text of a node as it was written. */
  textOf(node: Node): string {
    return this.#text.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
  }
}

/**
 * Parses one YAML document.
 *
 * @param text What {@linkcode decodeSource} gave.
 * @returns The document, or everything that is wrong with its syntax.
 */
export function openDocument(
  text: string,
): YamlDocument | readonly ConfigProblem[] {
  // First the reader that gives up at once on brackets a million deep.
  const second = readValues(text);
  if ("isTooDeep" in second) {
    return [problemAt("must be nested less deeply")];
  }
  const lines = new LineCounter();
  const tree = readTree(text, lines);
  const problems = [
    ...tree.errors.map(({ code, pos }) =>
      problemAt(SYNTAX_MESSAGES[code] ?? "must be valid YAML", {
        at: toPosition(lines, pos[0]),
        hint: SYNTAX_HINTS[code],
      })
    ),
    ...findForeignSyntax(text, tree).map(({ offset, message }) =>
      problemAt(message, { at: toPosition(lines, offset) })
    ),
  ];
  if (problems.length > 0) return onePerLine(problems);
  return new YamlDocument(text, tree, lines, second);
}

/** What `scalar.ts` needs to know of a scalar. */
export function sourceOf(scalar: Scalar): ScalarSource {
  const tag = scalar.tag?.replace("tag:yaml.org,2002:", "!!");
  return {
    text: scalar.source ?? "",
    plain: scalar.type === undefined || scalar.type === "PLAIN",
    // A lone "!" is no tag to the host, which drops it.
    tag: tag === "!" ? undefined : tag,
  };
}

function readValues(
  text: string,
): SecondReading | { readonly isTooDeep: true } {
  try {
    const untagged = text.replaceAll(NEEDLESS_TAG_REGEXP, "");
    return { value: parse(untagged, { allowDuplicateKeys: true }) };
  } catch (error) {
    if (error instanceof RangeError) return { isTooDeep: true };
    return isPosition(error) ? error : { line: 1, column: 1 };
  }
}

/**
 * The package looks up two variables for its own debugging, which needs a
 * permission. There is none where picks are served, so it gets an empty
 * environment while it runs.
 */
function readTree(text: string, lines: LineCounter): Document.Parsed {
  const { env } = process;
  process.env = {};
  try {
    return parseDocument(text, {
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      lineCounter: lines,
    });
  } finally {
    process.env = env;
  }
}

function onePerLine(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const byLine = new Map<number | undefined, ConfigProblem>();
  for (const problem of problems) {
    if (!byLine.has(problem.line)) byLine.set(problem.line, problem);
  }
  return [...byLine.values()].slice(0, MAX_SYNTAX_PROBLEMS);
}

function isPosition(error: unknown): error is Error & Position {
  return error instanceof SyntaxError && "line" in error && "column" in error;
}

function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function problemAt(
  message: string,
  { at, hint }: {
    readonly at?: Position;
    readonly hint?: string | undefined;
  } = {},
): ConfigProblem {
  const advice = hint === undefined ? {} : { hint };
  return { severity: "error", path: "", ...at, message, ...advice };
}
