/**
 * What we tell the host that we are: the answer to `plugin.register` and
 * `plugin.reconfigure`. The host sends the metadata back with every pick, so
 * the texts are short. Facts of the host: sdk/pluginapi/types.go:24-69,
 * internal/pluginhost/rpc_schema.go:21-46 (the version is named in `wire.ts`).
 */

import { DELEGATES } from "../policy/delegate.ts";
import { POLICY_NAMES } from "../policy/settings.ts";
import { encodeString } from "./go_json.ts";
import { encodeResult } from "./wire.ts";

/** The newest schema version whose meaning we know. */
export const NEWEST_SCHEMA = 3;

const NAME = "scheduler";
const AUTHOR = "CLIProxyAPI scheduler contributors";
const REPOSITORY = "https://github.com/router-for-me/CLIProxyAPI";
const LOGO =
  "https://raw.githubusercontent.com/router-for-me/CLIProxyAPI/main/docs/logo.png";

interface ConfigField {
  readonly name: string;
  readonly type: "string" | "enum" | "boolean";
  readonly values?: readonly string[];
  readonly description: string;
}

/** In the order in which the host's page shows them. */
const CONFIG_FIELDS: readonly ConfigField[] = [
  {
    name: "auth_id",
    type: "string",
    description:
      "Selects this auth ID when it is present in the scheduler candidates.",
  },
  {
    name: "delegate",
    type: "enum",
    values: ["", ...DELEGATES],
    description: "Delegates selection to a built-in scheduler when set to " +
      "fill-first or round-robin.",
  },
  {
    name: "deny",
    type: "boolean",
    description: "Rejects scheduler picks with an explicit error when enabled.",
  },
  {
    name: "policy",
    type: "enum",
    values: ["", ...POLICY_NAMES],
    description: "How to choose among the candidates; not together with " +
      "auth_id or delegate.",
  },
];

/** What a registration depends on. */
export interface RegistrationOptions {
  /** Our version, as the host's plugin page shows it. */
  readonly version: string;
  /** The newest schema that the host speaks; 0 counts as 1. */
  readonly schemaVersion: number;
}

/**
 * Encodes the registration.
 *
 * @param options Our version and the host's schema.
 * @returns The envelope, with the fields in the order of the host's example.
 */
export function encodeRegistration(options: RegistrationOptions): string {
  const schema = Math.min(options.schemaVersion || 1, NEWEST_SCHEMA);
  return encodeResult(
    `{"schema_version":${schema},"metadata":{` +
      `"Name":${encodeString(NAME)},` +
      `"Version":${encodeString(options.version)},` +
      `"Author":${encodeString(AUTHOR)},` +
      `"GitHubRepository":${encodeString(REPOSITORY)},` +
      `"Logo":${encodeString(LOGO)},` +
      `"ConfigFields":[${CONFIG_FIELDS.map(encodeField).join(",")}]},` +
      `"capabilities":{"scheduler":true}}`,
  );
}

function encodeField(field: ConfigField): string {
  const values = field.values === undefined
    ? "null"
    : `[${field.values.map(encodeString).join(",")}]`;
  return `{"Name":${encodeString(field.name)},` +
    `"Type":${encodeString(field.type)},"EnumValues":${values},` +
    `"Description":${encodeString(field.description)}}`;
}
