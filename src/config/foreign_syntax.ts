/**
 * Finds what YAML 1.2 allows and the host's YAML reader refuses or reads in
 * another way (gopkg.in/yaml.v3 v3.0.1, scannerc.go, which is YAML 1.1 for the
 * most part). Part of step 2 of reading a config. Knows syntax only.
 */

import {
  type Document,
  isCollection,
  type Node,
  type Scalar,
  visit,
} from "yaml";

/** Something that the host would not read as we do. */
export interface ForeignSyntax {
  /** Where, in UTF-16 code units from 0. */
  readonly offset: number;
  /** What the document must not or must do. */
  readonly message: string;
}

/** `\/`, surrogates, and what is no code point at all. */
const FOREIGN_ESCAPE_REGEXP =
  /\\(?:\/|[uU](?:0000)?[dD][89a-fA-F]|U(?!00(?:0|10)))/;

/** A tab where a key could stand. */
const TAB_REGEXP = /^ *(?:[-?:] +)*(?:[-?:] *)?\t/gm;

/** A block without indentation indicator whose first text follows a tab. */
const BLOCK_TAB_REGEXP = /^[|>][-+]?(?:[ \t][^\n]*)?\n(?:[ \t]*\n)* *\t/;

/** A comment or blank line, or what stands before the first key. */
const LEADING_END_MARK_REGEXP = /^(?:[ \t]*(?:#.*)?\n)*\.\.\.(?=\s|$)/;

/**
 * Looks through a document that has no syntax error in YAML 1.2.
 *
 * @param text The text.
 * @param tree The tree that was made of it.
 * @returns Everything that the host would not read as we do.
 */
export function findForeignSyntax(
  text: string,
  tree: Document.Parsed,
): ForeignSyntax[] {
  const found: ForeignSyntax[] = [];
  const spans: Span[] = [];
  if (LEADING_END_MARK_REGEXP.test(text)) {
    found.push({ offset: 0, message: "must not begin with an end mark" });
  }
  const check = (node: Node, message: string | undefined) => {
    if (message !== undefined) found.push({ offset: startOf(node), message });
  };
  visit(tree, {
    Scalar(key, node, path) {
      const span = { start: startOf(node), end: node.range?.[1] ?? 0 };
      if (node.type !== "PLAIN") spans.push(span);
      check(node, checkAnchor(node.anchor));
      check(node, checkScalar(node.type, text.slice(span.start, span.end)));
      if (node.type !== "PLAIN" || !path.some(isFlow)) return;
      check(node, checkFlowText(text, span, key === "key"));
    },
    Collection: (_key, node) => check(node, checkAnchor(node.anchor)),
    Alias: (_key, node) => check(node, checkAnchor(node.source)),
  });
  for (const offset of tabsOutside(spans, text)) {
    const message = "must be indented with spaces, got a tab";
    found.push({ offset, message });
  }
  return found;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Tabs that indent, but not inside of quotes or blocks, which are sorted. */
function* tabsOutside(spans: readonly Span[], text: string): Generator<number> {
  let next = 0;
  for (const { index } of text.matchAll(TAB_REGEXP)) {
    while ((spans[next]?.end ?? Infinity) <= index) next++;
    if ((spans[next]?.start ?? Infinity) >= index) yield index;
  }
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function isFlow(node: Document | Node | object): boolean {
  return isCollection(node) && node.flow === true;
}

function checkAnchor(name: string | undefined): string | undefined {
  return name === undefined || /^[\w-]+$/.test(name)
    ? undefined
    : "must have anchors of ASCII letters, digits, - and _";
}

function checkScalar(
  type: Scalar["type"],
  raw: string,
): string | undefined {
  if (type === "QUOTE_DOUBLE") {
    return FOREIGN_ESCAPE_REGEXP.test(raw.replaceAll("\\\\", ""))
      ? "must not hold escapes that JSON has and YAML 1.1 has not"
      : undefined;
  }
  const isBlock = type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
  return isBlock && BLOCK_TAB_REGEXP.test(raw)
    ? "must not begin a block with a tab"
    : undefined;
}

/** In brackets, `?` and `:` end a text for the host, or belong to it. */
function checkFlowText(
  text: string,
  { start, end }: Span,
  isKey: boolean,
): string | undefined {
  const raw = text.slice(start, end);
  const colon = /[ \t]*:\S/y;
  colon.lastIndex = end;
  const isForeign = raw.startsWith(":") || raw.includes("?") ||
    isKey && raw === "" || colon.test(text);
  return isForeign
    ? "must have quotes around a text with : or ? inside brackets or braces"
    : undefined;
}
