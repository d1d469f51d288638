/**
 * The reference in `examples/README.md`, made of the doc comments in
 * `src/modules/api.d.ts`.
 */

import { denoOutput } from "./deno_output.ts";
import { formatMarkdown } from "./format_markdown.ts";

const API = new URL("../../src/modules/api.d.ts", import.meta.url);

/** What `deno doc --json` says, as far as it is used. */
interface Tag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
}

interface Documented {
  readonly name: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly Tag[] };
  readonly location: { readonly byteIndex: number };
  readonly optional?: boolean;
}

interface Declaration extends Omit<Documented, "name"> {
  readonly kind: string;
  readonly def: {
    readonly methods?: readonly Documented[];
    readonly properties?: readonly Documented[];
  };
}

interface Doc {
  readonly nodes: Readonly<
    Record<string, {
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly Declaration[];
      }[];
    }>
  >;
}

/**
 * Makes the reference.
 *
 * @returns Markdown, as `deno fmt` has it.
 * @throws {TypeError} when something has no doc comment.
 */
export async function apiReference(): Promise<string> {
  const source = await Deno.readFile(API);
  const json = await denoOutput(["doc", "--json", API.pathname]);
  const { nodes } = JSON.parse(json) as Doc;
  const parts = Object.values(nodes).flatMap(({ symbols }) =>
    symbols.flatMap(({ name, declarations }) =>
      declarations.map((one) => describe(name, one, source))
    )
  );
  return await formatMarkdown(`${parts.join("\n")}\n`);
}

function describe(
  name: string,
  declaration: Declaration,
  source: Uint8Array,
): string {
  const { properties = [], methods = [] } = declaration.def;
  const lines = [`### ${name}`, "", docOf(name, declaration), ""];
  if (declaration.kind === "typeAlias") {
    const type = signatureOf(declaration, source).replace(/^.*?= /, "");
    lines.push(`\`${type}\``, "");
  }
  const members = [...properties, ...methods]
    .toSorted((a, b) => a.location.byteIndex - b.location.byteIndex);
  if (members.length > 0) lines.push("| | type | meaning |", "|-|-|-|");
  for (const member of members) {
    lines.push(rowOf(name, member, source));
  }
  return [...lines, "", ...methods.flatMap(listTags)].join("\n");
}

function rowOf(of: string, member: Documented, source: Uint8Array): string {
  const { name, optional = false } = member;
  const signature = signatureOf(member, source);
  const type = signature.startsWith(`${name}(`)
    ? signature.slice(name.length).replace("( ", "(").replace(", )", ")")
    : signature.replace(/^(?:readonly )?\w+\??: /, "");
  const shown = type.replaceAll("|", "\\|");
  const may = optional ? " May be left out." : "";
  return `| \`${name}\` | \`${shown}\` | ${
    docOf(`${of}.${name}`, member)
  }${may} |`;
}

/** What a method takes and returns. */
function listTags({ jsDoc }: Documented): readonly string[] {
  return (jsDoc?.tags ?? []).map(({ kind, name, doc = "" }) => {
    const what = kind === "param" ? `\`${name}\`` : "Returns";
    return `- ${what}: ${oneLine(doc)}`;
  });
}

function docOf(name: string, { jsDoc }: Pick<Documented, "jsDoc">): string {
  const doc = oneLine(jsDoc?.doc ?? "");
  if (doc === "") throw new TypeError(`"${name}" must have a doc comment`);
  return doc;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** The declaration as it stands in the file; no type there has a semicolon. */
function signatureOf(
  { location: { byteIndex } }: Pick<Documented, "location">,
  source: Uint8Array,
): string {
  const text = new TextDecoder().decode(source.subarray(byteIndex));
  return oneLine(text.slice(0, text.indexOf(";")));
}
