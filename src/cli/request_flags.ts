/**
 * What flags say of a request: `--caller`, `--header` and the like. They go
 * before what a recorded request says. Values of headers and metadata are
 * secret, and so may be what stands for a caller: no error shows one.
 */

import { HEADER_NAME_PATTERN } from "../policy/client_header.ts";
import { CliError } from "./cli_error.ts";
import type { Given } from "./flags.ts";
import type { RequestChanges } from "./invocation.ts";

const HEADER_REGEXP = new RegExp(`^(${HEADER_NAME_PATTERN}):\\s*([^]*?)\\s*$`);
const METADATA_REGEXP = /^([A-Za-z0-9_.-]{1,100})=([^]*)$/;

/** Flags that stand for a field of the metadata. */
const FIELDS = {
  "caller": "caller_scope",
  "path": "request_path",
  "retry": "selected_auth_id",
  "service-tier": "service_tier",
} as const;

/** Stands for the credential that was tried before. */
const EARLIER_ID = "an-earlier-credential";

/**
 * Reads what the flags say.
 *
 * @param given The flags.
 * @returns The changes.
 * @throws {CliError} when a flag cannot be read, or two say the same.
 */
export function parseChanges(
  { values, switches, lists }: Given,
): RequestChanges {
  const metadata = parseMetadata(lists.get("metadata") ?? []);
  for (const [flag, field] of Object.entries(FIELDS)) {
    if (!values.has(flag) && !switches.has(flag)) continue;
    if (!Object.hasOwn(metadata, field)) continue;
    throw new CliError(
      `Cannot use both --${flag} and --metadata ${field}: they say the same`,
      "leave one of them out",
    );
  }
  const path = values.get("path");
  const tier = values.get("service-tier");
  return {
    model: values.get("model"),
    provider: values.get("provider"),
    stream: switches.has("stream"),
    caller: values.get("caller"),
    headers: (lists.get("header") ?? []).map(parseHeader),
    metadata: {
      ...metadata,
      ...path !== undefined && { [FIELDS.path]: path },
      ...tier !== undefined && { [FIELDS["service-tier"]]: tier },
      ...switches.has("retry") && { [FIELDS.retry]: EARLIER_ID },
    },
  };
}

function parseHeader(text: string): readonly [string, string] {
  const [, name, value] = HEADER_REGEXP.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new CliError(
    "Cannot read --header: it must be a name, a colon and a value",
    "write it such as --header 'X-Team: red'",
  );
}

function parseMetadata(
  texts: readonly string[],
): Readonly<Record<string, string>> {
  const fields = texts.map((text) => {
    const [, name, value] = METADATA_REGEXP.exec(text) ?? [];
    if (name !== undefined && value !== undefined) {
      return [name, value] as const;
    }
    throw new CliError(
      "Cannot read --metadata: it must be a name, = and a value",
      "write it such as --metadata derived_session_id=s1",
    );
  });
  const names = fields.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return Object.fromEntries(fields);
  throw new CliError(
    `Cannot read --metadata: each name must stand once, got ${twice} twice`,
    "leave one of them out",
  );
}
