/**
 * The method `plugin.register`, and `plugin.reconfigure`, which the host means
 * the same: its JSON in, the config's bytes and the schema out. Reads no YAML.
 * Facts of the host: internal/pluginhost/rpc_schema.go:10-13 (the version is
 * named in `wire.ts`).
 */

import { decodeBase64 } from "./go_base64.ts";
import {
  fieldNames,
  type JsonObject,
  readInteger,
  readObject,
  refuseFoldedKeys,
  wrongType,
} from "./go_fields.ts";
import { DecodeError, decodeJson, type JsonDocument } from "./go_json.ts";
import { RpcError } from "./rpc_error.ts";
import { PLUGIN_ERROR } from "./wire.ts";

const FIELDS = fieldNames(["config_yaml", "schema_version"]);
const MAX_UINT32 = 2n ** 32n - 1n;

/** What the host says when it registers or reconfigures us. */
export interface LifecycleRequest {
  /** The plugin's own YAML; empty for none. */
  readonly configYaml: Uint8Array;
  /** The newest schema that the host speaks; 0 if it does not say. */
  readonly schemaVersion: number;
}

/**
 * Decodes a lifecycle call.
 *
 * @param method The method's name, for the message.
 * @param bytes The host's JSON; none counts as `{}`.
 * @returns The config's bytes and the schema.
 * @throws {RpcError} `plugin_error` when Go would refuse it, when the schema
 * is not a whole number of 32 bits, or when it holds what no host sends: a key
 * twice or in another case.
 */
export function decodeLifecycleRequest(
  method: string,
  bytes: Uint8Array,
): LifecycleRequest {
  if (bytes.length === 0) {
    return { configYaml: new Uint8Array(), schemaVersion: 0 };
  }
  try {
    return readRequest(decodeJson(bytes));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RpcError(
      PLUGIN_ERROR,
      `Cannot decode ${method}: ${error.message}`,
    );
  }
}

function readRequest(document: JsonDocument): LifecycleRequest {
  const request = readObject(document.value, "the request");
  refuseFoldedKeys(request, FIELDS, "");
  return {
    configYaml: readBytes(request["config_yaml"], document),
    schemaVersion: readInteger(request, "schema_version", "", {
      min: 0n,
      max: MAX_UINT32,
      spelled: document.isPlainInteger("schema_version")
        ? undefined
        : spelledRequest(document),
    }),
  };
}

/** Base64, or the list of numbers that Go takes for bytes too. */
function readBytes(value: unknown, document: JsonDocument): Uint8Array {
  if (value === null || value === undefined) return new Uint8Array();
  if (typeof value === "string") return decodeBase64(value, "config_yaml");
  if (!Array.isArray(value)) {
    throw wrongType(value, "config_yaml", "base64 text");
  }
  const spelled = spelledRequest(document)["config_yaml"];
  const texts: readonly unknown[] = Array.isArray(spelled) ? spelled : [];
  return Uint8Array.from(value, (item: unknown, index) => {
    if (item === null) return 0;
    const digits = /^[0-9]{1,3}$/.test(`${texts[index]}`);
    if (typeof item === "number" && digits && item <= 255) return item;
    throw new DecodeError(
      `config_yaml[${index}] must be a whole number from 0 to 255`,
    );
  });
}

/** The request with each number as its text. */
function spelledRequest(document: JsonDocument): JsonObject {
  return readObject(document.spelled(), "the request");
}
