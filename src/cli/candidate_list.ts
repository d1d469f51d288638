/**
 * Reads the candidates of `--candidates`: IDs between commas, each with what is
 * said of it in braces, such as `a{plan_type=pro,priority=10},b`. A backslash
 * takes the meaning from the next character.
 */

import { CliError } from "./cli_error.ts";
import type { QuickCandidate } from "./invocation.ts";

const HINT =
  "write it such as --candidates 'a{plan_type=pro,priority=10},b', " +
  "in quotes for the shell";

/** What is said of a candidate without braces. */
const PLAIN = { provider: "", priority: 0, status: "active", attributes: {} };

/**
 * Reads a list of candidates.
 *
 * @param text The value of the flag.
 * @returns The candidates, in their order.
 * @throws {CliError} when it is no such list, or an ID stands in it twice.
 *
 * @example
 * ```ts
 * import { parseCandidates } from "./candidate_list.ts";
 *
 * parseCandidates("a{priority=10},b").map(({ priority }) => priority); // [10, 0]
 * ```
 */
export function parseCandidates(text: string): readonly QuickCandidate[] {
  const candidates = splitAt(text, ",").map((item) => {
    const open = splitAt(item, "{").at(0)!.length;
    const braced = item.slice(open).trimEnd();
    if (/\}/.test(item.slice(0, open).replace(/\\[^]/g, ""))) {
      throw unreadable("an opening brace before each closing one", HINT);
    }
    if (braced === "") return candidateOf(plain(item), "");
    if (piecesOf(braced).at(-1) !== "}") {
      throw unreadable("a closing brace behind what is said of an ID", HINT);
    }
    return candidateOf(plain(item.slice(0, open)), braced.slice(1, -1));
  });
  refuseTwice(candidates);
  return candidates;
}

/** At each such character outside of braces that no backslash precedes. */
function splitAt(text: string, separator: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const piece of piecesOf(text)) {
    if (piece === separator && depth === 0) {
      parts.push("");
      continue;
    }
    if (piece === "{") depth++;
    if (piece === "}") depth--;
    parts[parts.length - 1] += piece;
  }
  return parts;
}

/** Characters, with the backslash before them if there is one. */
function piecesOf(text: string): readonly string[] {
  return text.match(/\\?[^]/g) ?? [];
}

function candidateOf(id: string, fields: string): QuickCandidate {
  if (id === "") {
    throw new CliError(
      "Cannot read --candidates: every ID must have a name, got an empty one",
      'separate the IDs by single commas, such as "a,b,c"',
    );
  }
  if (fields.trim() === "") return { id, ...PLAIN };
  const { priority = "0", provider = "", status = "active", ...attributes } =
    fieldsOf(fields);
  if (!/^[+-]?\d{1,15}$/.test(priority)) {
    throw unreadable("a whole number for priority", "such as priority=10");
  }
  return { id, provider, priority: Number(priority), status, attributes };
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  const fields = splitAt(text, ",").map((field) => {
    const [name = "", ...value] = splitAt(field, "=");
    if (plain(name) === "" || value.length === 0) {
      throw unreadable("name=value in the braces", HINT);
    }
    return [plain(name), plain(value.join("="))] as const;
  });
  const names = fields.map(([name]) => name);
  if (new Set(names).size < names.length) {
    throw unreadable("each name once in the braces", HINT);
  }
  return Object.fromEntries(fields);
}

/** Without white space around it and without the backslashes. */
function plain(text: string): string {
  return text.trim().replace(/\\([^])/g, "$1");
}

function refuseTwice(candidates: readonly QuickCandidate[]): void {
  const ids = candidates.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  throw new CliError(
    `Cannot read --candidates: every ID must be unique, got ` +
      `${JSON.stringify(twice)} twice`,
    "leave one of them out",
  );
}

/** Values may be secret: none is shown. */
function unreadable(wanted: string, hint: string): CliError {
  return new CliError(
    `Cannot read --candidates: it must have ${wanted}`,
    hint,
  );
}
