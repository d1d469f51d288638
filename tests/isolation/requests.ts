/**
 * Picks of several clients among the same credentials, byte for byte in the
 * host's form, some with tricks in what the client or the host writes.
 */

import { goMap, goString, goStruct } from "../advance/go_text.ts";

/** Hashes of clients: of the isolated one, of others. */
export const SCOPES = {
  red: "37fd8f355a99e569190988c886c374e86a398480365c7681e33e9d9657afba50",
  blue: "0f".repeat(32),
  green: "a1".repeat(32),
} as const;

/** A credential: its ID, and the pool that it is in, if it is in one. */
export interface Credential {
  readonly id: string;
  readonly note?: string;
  readonly weight?: number;
}

/** Credentials, of which those with a note are the isolated client's own. */
export const CREDENTIALS: readonly Credential[] = [
  { id: "open-1" },
  { id: "open-2" },
  { id: "open-3" },
  { id: "red-1", note: "red" },
  { id: "red-2", note: "red" },
  { id: "red-3", note: "red" },
  { id: "redo-1" },
  { id: "spare-1", note: "spare" },
  { id: "zz-open" },
];

/** Whether the isolated client may get a credential. */
export function isOwn({ note }: Credential): boolean {
  return note !== undefined;
}

/** What a pick is about. */
export interface PickParts {
  readonly scope?: string | undefined;
  readonly model?: string;
  readonly candidates?: readonly Credential[];
  /** JSON texts. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes a pick.
 *
 * @param parts What it is about.
 * @returns The request.
 */
export function pickOf(parts: PickParts): string {
  const { scope, model = "gpt-5.5", candidates = CREDENTIALS } = parts;
  const headers = Object.fromEntries(
    Object.entries(parts.headers ?? {}).map(([name, values]) => [
      name,
      `[${values.map(goString)}]`,
    ]),
  );
  const metadata = {
    ...scope !== undefined && { "caller_scope": goString(scope) },
    "request_path": '"/v1/responses"',
    ...parts.metadata,
  };
  return goStruct([
    ["Plugin", goStruct([["Name", '"scheduler"']])],
    ["Provider", '""'],
    ["Providers", '["codex"]'],
    ["Model", goString(model)],
    ["Stream", "true"],
    [
      "Options",
      goStruct([["Headers", goMap(headers)], ["Metadata", goMap(metadata)]]),
    ],
    ["Candidates", `[${candidates.map(candidateOf)}]`],
  ]);
}

function candidateOf({ id, note, weight }: Credential): string {
  const attributes = {
    ...note !== undefined && { note: goString(note) },
    ...weight !== undefined && { weight: goString(`${weight}`) },
  };
  return goStruct([
    ["ID", goString(id)],
    ["Provider", '"codex"'],
    ["Priority", "0"],
    ["Status", '"active"'],
    ["Attributes", goMap(attributes)],
    ["Metadata", "null"],
  ]);
}

/**
 * Picks of a client in which its hash stands once more, or another one does,
 * where neither counts.
 *
 * @param scope Hash of the client.
 * @param candidates The credentials.
 * @returns The picks by what is special about them.
 */
export function tricks(
  scope: string,
  candidates: readonly Credential[],
): Readonly<Record<string, string>> {
  const other = SCOPES.blue;
  const nested = `{"caller_scope":${goString(other)}}`;
  const pick = (parts: PickParts) => pickOf({ scope, candidates, ...parts });
  return {
    "nothing": pick({}),
    "another nested before": pick({ metadata: { a: nested } }),
    "another nested after": pick({ metadata: { z: nested } }),
    "the same nested": pick({
      metadata: { a: `{"caller_scope":${goString(scope)}}` },
    }),
    "another in a list": pick({ metadata: { a: `[${nested}]` } }),
    "another as a header": pick({ headers: { "caller_scope": [other] } }),
    "another as a canonical header": pick({
      headers: { "Caller_scope": [other], "Caller-Scope": [other] },
    }),
    "another in a header's text": pick({
      headers: { "X-A": [`{"caller_scope":"${other}"`, `,"caller_scope":"`] },
    }),
    "another in a text of the host": pick({
      metadata: { note: goString(`,"caller_scope":"${other}",`) },
    }),
    "another in the model": pick({ model: `{"caller_scope":"${other}"}` }),
    "a list of candidates as a header": pick({
      headers: { "Candidates": ['[{"ID":"open-1"}]', ',"Candidates":[]}'] },
    }),
    "a list of candidates in the metadata": pick({
      metadata: { z: '{"Candidates":[{"ID":"open-1"}]}' },
    }),
    "options in the model": pick({
      model: ',"Options":{"Headers":{},"Metadata":{}}',
    }),
    "twice, the other first": pick({}).replace(
      '"caller_scope":',
      `"caller_scope":"${other}","caller_scope":`,
    ),
    "twice, the other last": pick({}).replace(
      `"caller_scope":"${scope}"`,
      `"caller_scope":"${scope}","caller_scope":"${other}"`,
    ),
    "in escapes": pick({}).replace(
      `"${scope}"`,
      `"\\u00${scope.charCodeAt(0).toString(16)}${scope.slice(1)}"`,
    ),
    "metadata twice": pick({}).replace(
      '"Metadata":',
      '"Metadata":{},"Metadata":',
    ),
    "options in another case": pick({}).replace('"Options":', '"options":'),
    "cut off": pick({}).slice(0, -20),
    "no candidates": pick({ candidates: [] }),
    "candidates null": pick({ candidates: [] }).replace("[]}", "null}"),
    "a second attempt": pick({
      metadata: { "selected_auth_id": '"open-1"' },
    }),
  };
}
