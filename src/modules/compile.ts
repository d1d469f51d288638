/**
 * From the text of a policy's file to a script that a realm can run: takes the
 * types away, refuses what a policy may not be, and turns the default export
 * into an assignment. Every line and column stays where it was. Runs nothing of
 * it.
 *
 *   text -> without types (amaro) -> syntax tree (acorn) -> checks -> script
 */

import { type AnyNode, parse, type Program, type Token, tokTypes } from "acorn";
import {
  MAX_SOURCE_BYTES,
  type ModuleProblem,
  TOO_LARGE,
} from "./module_problem.ts";

/** A file that may be loaded. */
export interface CompiledModule {
  /**
   * A script whose value is a function of an object, to whose property `v` it
   * assigns the default export, and of what the policy gets for `globalThis`:
   * `GuestModule`. Its first line is line 0 of the file.
   */
  readonly script: string;
}

/**
 * Stands for the function's parameter in the script. One code unit, so that
 * `export` and what replaces it are of the same length; a letter, and one that
 * nobody types.
 */
const EXPORTS = "\u01c3";

/**
 * What a policy finds without asking the global object, which is slow in a
 * realm (190 ns a name). Also the names that a realm keeps at all.
 */
export const GLOBAL_NAMES: readonly string[] = [
  "AggregateError",
  "Array",
  "ArrayBuffer",
  "BigInt",
  "BigInt64Array",
  "BigUint64Array",
  "Boolean",
  "DataView",
  "Date",
  "Error",
  "EvalError",
  "Float32Array",
  "Float64Array",
  "Function",
  "Int16Array",
  "Int32Array",
  "Int8Array",
  "Intl",
  "Iterator",
  "JSON",
  "Map",
  "Math",
  "Number",
  "Object",
  "Proxy",
  "RangeError",
  "ReferenceError",
  "Reflect",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "SyntaxError",
  "TypeError",
  "URIError",
  "Uint16Array",
  "Uint32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "WeakMap",
  "WeakSet",
  "console",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
];

const START = `(function(){"use strict";const{${
  GLOBAL_NAMES.join(",")
}}=globalThis;return function(${EXPORTS},globalThis){\n`;
const END = "\n}})()";

const IMPORT: Omit<ModuleProblem, "line" | "column"> = {
  message: "A policy cannot import anything",
  hint: 'types are imported with "import type"; put everything else into ' +
    "the file",
};

const ASYNC: Omit<ModuleProblem, "line" | "column"> = {
  message: "A policy cannot wait for anything",
  hint: "leave async and await out: a pick is answered at once",
};

/** In which form a policy is exported. */
const FORM = "write export default { pick(candidates, context) { … } }";

/** What the tree says against it; position is an offset. */
class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problem: Omit<ModuleProblem, "line" | "column">;
  readonly at: number;

  constructor(problem: Omit<ModuleProblem, "line" | "column">, at: number) {
    super(problem.message);
    this.problem = problem;
    this.at = at;
  }
}

/** One change of the text that keeps its length. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/**
 * Loads what is needed to take types away, for an isolate that cannot load
 * anything later. It is 3.4 MB: loaded only where a policy is.
 */
export async function loadCompiler(): Promise<void> {
  await import("amaro");
}

/**
 * Compiles the text of a policy's file.
 *
 * @param text What the file holds.
 * @param file Its name; what ends in `.ts` or `.mts` has its types taken away.
 * @returns The script, or what is wrong; never throws.
 */
export async function compileModule(
  text: string,
  file: string,
): Promise<CompiledModule | { readonly problem: ModuleProblem }> {
  if (new TextEncoder().encode(text).length > MAX_SOURCE_BYTES) {
    return { problem: TOO_LARGE };
  }
  try {
    const plain = /\.m?ts$/.test(file) ? await withoutTypes(text) : text;
    if (typeof plain !== "string") return plain;
    return { script: START + toScript(withoutHashbang(plain)) + END };
  } catch (error) {
    return { problem: problemOf(text, error) };
  }
}

function problemOf(text: string, error: unknown): ModuleProblem {
  if (error instanceof Refusal) {
    return { ...error.problem, ...placeAt(text, error.at) };
  }
  if (error instanceof RangeError) {
    return { message: "The file is nested too deeply" };
  }
  if (error instanceof SyntaxError) {
    // acorn: "Unexpected token (1:5)", and where.
    const message = error.message.replace(/ \(\d+:\d+\)$/, "");
    const { pos } = error as { readonly pos?: unknown };
    return {
      message,
      ...(typeof pos === "number" && placeAt(text, pos)),
    };
  }
  // amaro is WebAssembly and ends so when it runs out of stack; it is of no use
  // after.
  return { message: "The file cannot be read: it is too much for the parser" };
}

/** Line and column, from 1. */
function placeAt(text: string, at: number) {
  const before = text.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** What amaro throws. */
interface AmaroError {
  readonly message: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

/**
 * The start of an escape that amaro takes for the second half of a surrogate
 * pair, and refuses, since it follows a first half: `\u{` in `"\ud800\u{41}"`.
 */
const HALF_PAIR_REGEXP = /(?<=\\u[dD][89abAB][0-9a-fA-F]{2})\\u\{/g;

function hasHalfPair(text: string): boolean {
  return text.search(HALF_PAIR_REGEXP) >= 0;
}

/** Letters and digits that are as long as `\u{`, and not in the text. */
function absentIn(text: string): string {
  for (let number = 0; number < 36 ** 3; number++) {
    const standIn = number.toString(36).padStart(3, "z");
    if (!text.includes(standIn)) return standIn;
  }
  return "\\u{";
}

async function withoutTypes(
  text: string,
): Promise<string | { readonly problem: ModuleProblem }> {
  const { transformSync } = await import("amaro");
  const standIn = hasHalfPair(text) ? absentIn(text) : "";
  try {
    const { code } = transformSync(
      standIn === "" ? text : text.replace(HALF_PAIR_REGEXP, standIn),
      {
        mode: "strip-only",
      },
    );
    return standIn === "" ? code : code.replaceAll(standIn, "\\u{");
  } catch (error) {
    const thrown = Object(error) as AmaroError;
    if (typeof thrown.startLine !== "number") throw error;
    const { message, startLine, startColumn = 0 } = thrown;
    const isUnsupported = message.includes("strip-only mode");
    return {
      problem: {
        message: message.replace(" in strip-only mode", " in a policy"),
        line: startLine,
        column: startColumn + 1,
        ...(isUnsupported && { hint: "write it without what needs compiling" }),
      },
    };
  }
}

function withoutHashbang(text: string): string {
  return text.startsWith("#!") ? `//${text.slice(2)}` : text;
}

function toScript(text: string): string {
  const program = parse(text, {
    ecmaVersion: "latest",
    sourceType: "module",
    onToken: (token) => refuseOldComment(text, token),
  });
  refuseForbidden(program);
  const edits = exportEdits(program, text);
  let script = "";
  let from = 0;
  for (const { start, end, by } of edits) {
    script += text.slice(from, start) + by;
    from = end;
  }
  return script + text.slice(from);
}

/**
 * What a module takes for operators is a comment in a script, which this
 * becomes: what is checked and what runs would not be the same.
 */
function refuseOldComment(text: string, { type, start }: Token): void {
  const isText = type === tokTypes.string || type === tokTypes.template ||
    type === tokTypes.regexp;
  if (isText) return;
  if (text.startsWith("<!--", start) || text.startsWith("-->", start)) {
    const message = "<!-- and --> are comments of old";
    throw new Refusal({ message, hint: "put a space between" }, start);
  }
}

/** Every node of the tree, without recursion: it may be deep. */
function* nodesOf(program: Program): Generator<AnyNode> {
  const rest: unknown[] = [program];
  while (rest.length > 0) {
    const next = rest.pop();
    if (Array.isArray(next)) rest.push(...next);
    else if (typeof next === "object" && next !== null && "type" in next) {
      yield next as AnyNode;
      rest.push(...Object.values(next));
    }
  }
}

/** The first one in the text is told. */
function refuseForbidden(program: Program): void {
  let first: Refusal | undefined;
  for (const node of nodesOf(program)) {
    const problem = refusalOf(node);
    const isFirst = first === undefined || node.start < first.at;
    if (problem !== undefined && isFirst) {
      first = new Refusal(problem, node.start);
    }
  }
  if (first !== undefined) throw first;
}

function refusalOf(node: AnyNode): Refusal["problem"] | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ImportExpression":
    case "ExportAllDeclaration":
      return IMPORT;
    case "MetaProperty":
      // Of the two that there are, `new.target` is harmless.
      return node.meta.name === "new" ? undefined : IMPORT;
    case "ExportNamedDeclaration":
      return node.source ? IMPORT : undefined;
    case "AwaitExpression":
      return ASYNC;
    case "ForOfStatement":
      return node.await ? ASYNC : undefined;
    case "VariableDeclaration":
      return String(node.kind).startsWith("await") ? ASYNC : undefined;
    case "ArrowFunctionExpression":
    case "FunctionDeclaration":
    case "FunctionExpression":
      return node.async ? ASYNC : undefined;
    default:
      return undefined;
  }
}

/** How each form of default export that is none is called. */
const WRONG_EXPORTS: Readonly<Record<string, string>> = {
  ArrowFunctionExpression: "a function",
  ClassDeclaration: "a class",
  ClassExpression: "a class",
  FunctionDeclaration: "a function",
  FunctionExpression: "a function",
};

function exportEdits(program: Program, text: string): readonly Edit[] {
  let hasDefault = false;
  const edits: Edit[] = [];
  for (const node of program.body) {
    if (node.type === "ExportDefaultDeclaration") {
      hasDefault = true;
      const wrong = WRONG_EXPORTS[node.declaration.type];
      if (wrong !== undefined) {
        const message = `The default export must be an object, got ${wrong}`;
        throw new Refusal({ message, hint: FORM }, node.start);
      }
      edits.push(...defaultEdits(node.start, text));
    } else if (node.type === "ExportNamedDeclaration") {
      edits.push(namedEdit(node, text));
    }
  }
  if (hasDefault) return edits;
  const message = "The file has no default export";
  throw new Refusal({ message, hint: FORM }, 0);
}

const DEFAULT_REGEXP =
  /export((?:\s|\/\*[^]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*)default/y;

/** `export default` -> `;ǃ.v=`, at the same place and as long. */
function defaultEdits(start: number, text: string): readonly Edit[] {
  DEFAULT_REGEXP.lastIndex = start;
  const [whole = "", gap = ""] = DEFAULT_REGEXP.exec(text) ?? [];
  const middle = start + "export".length;
  return [
    { start, end: middle, by: `;${EXPORTS}.v= ` },
    {
      start: middle + gap.length,
      end: start + whole.length,
      by: " ".repeat("default".length),
    },
  ];
}

/** Others are for the test of the policy: they are no exports in the script. */
function namedEdit(
  node: AnyNode & { readonly type: "ExportNamedDeclaration" },
  text: string,
): Edit {
  const { start, declaration } = node;
  const isDefault = node.specifiers.some(({ exported }) =>
    (exported.type === "Identifier" ? exported.name : exported.value) ===
      "default"
  );
  if (isDefault) {
    const message = "The default export must be written as one";
    throw new Refusal({ message, hint: FORM }, start);
  }
  const end = declaration ? start + "export".length : node.end;
  const blank = text.slice(start + 1, end).replace(/[^\r\n\u2028\u2029]/g, " ");
  return { start, end, by: `;${blank}` };
}
