/**
 * What we tell the host that we are: the answer to `plugin.register` and
 * `plugin.reconfigure`. The host sends the metadata back with every pick, so
 * the texts are short. Facts of the host: sdk/pluginapi/types.go:24-69,
 * internal/pluginhost/rpc_schema.go:21-46 (the version is named in `wire.ts`).
 */

import { DELEGATES } from "../policy/delegate.ts";
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
  readonly type: "array" | "boolean" | "enum" | "object" | "string";
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
    type: "string",
    description: "How to choose among the candidates, such as round_robin; " +
      "not together with auth_id, delegate or rules.",
  },
  {
    name: "rules",
    type: "array",
    description: "Asked in their order; the first that matches decides.",
  },
  {
    name: "pools",
    type: "object",
    description: "Credentials by what they have in common, for rules.",
  },
  {
    name: "callers",
    type: "object",
    description: "Clients by the hashes of their keys, for rules.",
  },
  {
    name: "tiers",
    type: "enum",
    values: ["top", "all"],
    description: "Which priorities rules see.",
  },
  {
    name: "refuse",
    type: "object",
    description: "What a client is told when a rule refuses.",
  },
  {
    name: "policies",
    type: "object",
    description: "Policies of your own: their files and options, for rules.",
  },
  {
    name: "policies_dir",
    type: "string",
    description: "Folder of the files of policies.",
  },
];

/** What a registration depends on. */
export interface RegistrationOptions {
  /** Our version, as the host's plugin page shows it. */
  readonly version: string;
  /** The newest schema that the host speaks; 0 counts as 1. */
  readonly schemaVersion: number;
  /**
   * Whether a rule wants candidates of all priorities. Hosts from v7.3.8 on
   * send them then; older ones ignore it.
   */
  readonly allTiers: boolean;
}

/**
 * Encodes the registration.
 *
 * @param options Our version and the host's schema.
 * @returns The envelope, with the fields in the order of the host's example.
 */
export function encodeRegistration(options: RegistrationOptions): string {
  const tiers = options.allTiers ? ',"scheduler_across_priorities":true' : "";
  const schema = Math.min(options.schemaVersion || 1, NEWEST_SCHEMA);
  return encodeResult(
    `{"schema_version":${schema},"metadata":{` +
      `"Name":${encodeString(NAME)},` +
      `"Version":${encodeString(options.version)},` +
      `"Author":${encodeString(AUTHOR)},` +
      `"GitHubRepository":${encodeString(REPOSITORY)},` +
      `"Logo":${encodeString(LOGO)},` +
      `"ConfigFields":[${CONFIG_FIELDS.map(encodeField).join(",")}]},` +
      `"capabilities":{"scheduler":true${tiers}}}`,
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
