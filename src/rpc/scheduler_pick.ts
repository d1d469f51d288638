/**
 * The method `scheduler.pick`: the host's JSON in, a policy's request out.
 * Step 3 of a pick; knows the request's fields, decides nothing. A newer host's
 * further fields are ignored. Facts of the host: sdk/pluginapi/types.go:24-69
 * and 478-517 (the version is named in `wire.ts`).
 */

import type { Candidate, PickRequest } from "../policy/pick_request.ts";
import { DecodeError, decodeJson, type JsonDocument } from "./go_json.ts";
import {
  fieldNames,
  type JsonObject,
  readBoolean,
  readInteger,
  readList,
  readMap,
  readObject,
  readString,
  readStringMap,
  readStrings,
  refuseFoldedKeys,
} from "./go_fields.ts";
import { RpcError } from "./rpc_error.ts";
import { PLUGIN_ERROR, SCHEDULER_PICK } from "./wire.ts";

const REQUEST_FIELDS = fieldNames([
  "Plugin",
  "Provider",
  "Providers",
  "Model",
  "Stream",
  "Options",
  "Candidates",
]);
const PLUGIN_TEXTS = ["Name", "Version", "Author", "GitHubRepository", "Logo"];
const PLUGIN_FIELDS = fieldNames([...PLUGIN_TEXTS, "ConfigFields"]);
const CONFIG_TEXTS = ["Name", "Type", "Description"];
const CONFIG_FIELDS = fieldNames([...CONFIG_TEXTS, "EnumValues"]);
const OPTIONS_FIELDS = fieldNames(["Headers", "Metadata"]);
const CANDIDATE_FIELDS = fieldNames([
  "ID",
  "Provider",
  "Priority",
  "Status",
  "Attributes",
  "Metadata",
]);

/**
 * Decodes a pick.
 *
 * @param bytes The host's JSON.
 * @returns What a policy may know of it.
 * @throws {RpcError} `plugin_error` when Go would refuse it, or when it holds
 * what no host sends: a key twice or in another case.
 *
 * @example
 * ```ts
 * import { decodePickRequest } from "./scheduler_pick.ts";
 *
 * const bytes = new TextEncoder().encode(`{"Candidates":[{"ID":"a"}]}`);
 * decodePickRequest(bytes).candidates.length; // 1
 * ```
 */
export function decodePickRequest(bytes: Uint8Array): PickRequest {
  try {
    return readRequest(decodeJson(bytes));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RpcError(
      PLUGIN_ERROR,
      `Cannot decode ${SCHEDULER_PICK}: ${error.message}`,
    );
  }
}

function readRequest(document: JsonDocument): PickRequest {
  const request = readObject(document.value, "the request");
  refuseFoldedKeys(request, REQUEST_FIELDS, "");
  checkPlugin(request["Plugin"]);
  const options = readObject(request["Options"], "Options");
  refuseFoldedKeys(options, OPTIONS_FIELDS, "Options");
  return {
    provider: readString(request, "Provider", ""),
    providers: readStrings(request["Providers"], "Providers"),
    model: readString(request, "Model", ""),
    stream: readBoolean(request, "Stream", ""),
    headers: readMap(options["Headers"], "Options.Headers", readStrings),
    metadata: readObject(options["Metadata"], "Options.Metadata"),
    candidates: readCandidates(request, document),
  };
}

/** Our own metadata, sent back to us: nobody needs it, but Go checks it. */
function checkPlugin(value: unknown): void {
  const plugin = readObject(value, "Plugin");
  refuseFoldedKeys(plugin, PLUGIN_FIELDS, "Plugin");
  for (const key of PLUGIN_TEXTS) readString(plugin, key, "Plugin");
  const fields = readList(plugin["ConfigFields"], "Plugin.ConfigFields");
  fields.forEach((item, index) => {
    const path = `Plugin.ConfigFields[${index}]`;
    const field = readObject(item, path);
    refuseFoldedKeys(field, CONFIG_FIELDS, path);
    for (const key of CONFIG_TEXTS) readString(field, key, path);
    readStrings(field["EnumValues"], `${path}.EnumValues`);
  });
}

function readCandidates(
  request: JsonObject,
  document: JsonDocument,
): readonly Candidate[] {
  const list = readList(request["Candidates"], "Candidates");
  const spelled = spelledCandidates(document);
  return list.map((item, index) => {
    const path = `Candidates[${index}]`;
    const candidate = readObject(item, path);
    refuseFoldedKeys(candidate, CANDIDATE_FIELDS, path);
    readObject(candidate["Metadata"], `${path}.Metadata`);
    return {
      id: readString(candidate, "ID", path),
      provider: readString(candidate, "Provider", path),
      priority: readInteger(candidate, "Priority", path, {
        spelled: spelled === undefined
          ? undefined
          : readObject(spelled[index], path),
      }),
      status: readString(candidate, "Status", path),
      attributes: readStringMap(candidate["Attributes"], `${path}.Attributes`),
    };
  });
}

/** The candidates with each number as its text, if that can matter. */
function spelledCandidates(
  document: JsonDocument,
): readonly unknown[] | undefined {
  if (document.isPlainInteger("Priority")) return undefined;
  const request = readObject(document.spelled(), "the request");
  return readList(request["Candidates"], "Candidates");
}
