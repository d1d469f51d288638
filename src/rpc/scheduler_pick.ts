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

/** What the candidates of a request begin with, at its end. */
const TAIL_START = new TextEncoder().encode(',"Candidates":[');

/** Places that are tried for it: a client's request may hold the same text. */
const TAIL_TRIES = 4;

const CLOSING_BRACE = 0x7d;
const OPENING_BRACE = 0x7b;

/** A decoded pick. */
export interface DecodedPick {
  readonly request: PickRequest;
  /**
   * Where in the bytes the candidates begin, at the comma before their key, if
   * they are last, as the host writes them.
   */
  readonly tailOffset: number | undefined;
}

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
  return decodePick(bytes).request;
}

/**
 * Decodes a pick, and finds where its candidates begin.
 *
 * @param bytes The host's JSON.
 * @returns The request, and the place.
 * @throws {RpcError} as `decodePickRequest`.
 */
export function decodePick(bytes: Uint8Array): DecodedPick {
  return asRpcErrors(() => {
    for (const tailOffset of tailOffsets(bytes)) {
      const request = decodeInTwo(bytes, tailOffset);
      if (request !== undefined) return { request, tailOffset };
    }
    const document = decodeJson(bytes);
    const fields = readObject(document.value, "the request");
    const candidates = readCandidates(fields, document);
    return {
      request: readRequest(fields, candidates),
      tailOffset: undefined,
    };
  });
}

/**
 * Decodes a pick whose candidates are known already.
 *
 * @param bytes The host's JSON up to the comma before the candidates.
 * @param candidates What follows.
 * @returns What a policy may know of it.
 * @throws {RpcError} as `decodePickRequest`.
 */
export function decodePickBefore(
  bytes: Uint8Array,
  candidates: readonly Candidate[],
): PickRequest {
  return asRpcErrors(() => {
    const fields = readObject(decodeJson(closed(bytes)).value, "the request");
    if (Object.hasOwn(fields, "Candidates")) {
      throw new DecodeError("an object has the same key twice");
    }
    return readRequest(fields, candidates);
  });
}

function asRpcErrors<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RpcError(
      PLUGIN_ERROR,
      `Cannot decode ${SCHEDULER_PICK}: ${error.message}`,
    );
  }
}

/** Where `TAIL_START` stands, first places first. */
function* tailOffsets(bytes: Uint8Array): Generator<number> {
  let from = 0;
  for (let tries = 0; tries < TAIL_TRIES; tries++) {
    const at = indexOf(bytes, TAIL_START, from);
    if (at < 0) return;
    yield at;
    from = at + 1;
  }
}

function indexOf(
  bytes: Uint8Array,
  wanted: Uint8Array,
  from: number,
): number {
  const [first = 0] = wanted;
  for (
    let at = bytes.indexOf(first, from);
    at >= 0;
    at = bytes.indexOf(first, at + 1)
  ) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

/**
 * Decodes what is before the candidates and the candidates by themselves.
 * Both are JSON objects, once each has its brace, only if the place is in the
 * outermost object, and then the whole is JSON as well.
 */
function decodeInTwo(
  bytes: Uint8Array,
  tailOffset: number,
): PickRequest | undefined {
  const tail = bytes.slice(tailOffset);
  tail[0] = OPENING_BRACE;
  let fields: JsonObject;
  let document: JsonDocument;
  try {
    fields = readObject(
      decodeJson(closed(bytes.subarray(0, tailOffset))).value,
      "the request",
    );
    document = decodeJson(tail);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
  const rest = readObject(document.value, "the request");
  const isWhole = Object.keys(fields).length > 0 &&
    !Object.hasOwn(fields, "Candidates") && Object.keys(rest).length === 1;
  if (!isWhole) return undefined;
  return readRequest(fields, readCandidates(rest, document));
}

function closed(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length + 1);
  copy.set(bytes);
  copy[bytes.length] = CLOSING_BRACE;
  return copy;
}

function readRequest(
  request: JsonObject,
  candidates: readonly Candidate[],
): PickRequest {
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
    candidates,
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
