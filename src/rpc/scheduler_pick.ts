/**
 * The method `scheduler.pick`: the host's JSON in, a policy's request out.
 * Step 3 of a pick; knows the request's fields, decides nothing. A newer host's
 * further fields are ignored. Facts of the host: sdk/pluginapi/types.go:24-69
 * and 478-517 (the version is named in `wire.ts`).
 */

import type { Candidate, PickRequest } from "../policy/pick_request.ts";
import { DecodeError, decodeJsonText, type JsonDocument } from "./go_json.ts";
import {
  fieldNames,
  type JsonObject,
  readBoolean,
  readInteger,
  readList,
  readObject,
  readString,
  readStringLists,
  readStringMap,
  readStrings,
  refuseFoldedKeys,
} from "./go_fields.ts";
import { decodeText } from "./go_text.ts";
import { isHostHead, isHostOptions } from "./request_form.ts";
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
const TAIL_START = ',"Candidates":[';

const TAIL_START_BYTES = new TextEncoder().encode(TAIL_START);
const ENCODER = new TextEncoder();

/** What the client's part of a request begins with. */
const OPTIONS_START = ',"Options":';

/** Places that are tried for it: a client's request may hold the same text. */
const TAIL_TRIES = 4;

/** A decoded pick. */
export interface DecodedPick {
  readonly request: PickRequest;
  /**
   * Where in the bytes the candidates begin, at the comma before their key, if
   * they are last, as the host writes them.
   */
  readonly tailOffset: number | undefined;
  /**
   * Whether what stands before the candidates is written as the host writes
   * it. A function, since not every pick needs to know.
   */
  readonly isHostForm: () => boolean;
}

/** A request that is written otherwise. */
const NO_HOST_FORM = () => false;

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
    const text = decodeText(bytes);
    for (const at of placesOf(TAIL_START, text)) {
      const decoded = decodeInTwo(text, at);
      if (decoded === undefined) continue;
      return { ...decoded, tailOffset: byteOffset(bytes, text, at) };
    }
    const document = decodeJsonText(text);
    const fields = readObject(document.value, "the request");
    const candidates = readCandidates(fields, document);
    return {
      request: readRequest(fields, candidates),
      tailOffset: undefined,
      isHostForm: NO_HOST_FORM,
    };
  });
}

/**
 * Decodes a pick whose candidates are known already.
 *
 * @param bytes The host's JSON up to the comma before the candidates.
 * @param candidates What follows.
 * @returns The request, and no place.
 * @throws {RpcError} as `decodePickRequest`.
 */
export function decodePickBefore(
  bytes: Uint8Array,
  candidates: readonly Candidate[],
): DecodedPick {
  return asRpcErrors(() => {
    const text = decodeText(bytes);
    const decoded = decodeAfterHead(text, candidates);
    if (decoded !== undefined) return { ...decoded, tailOffset: undefined };
    const fields = readObject(decodeJsonText(`${text}}`).value, "the request");
    if (Object.hasOwn(fields, "Candidates")) {
      throw new DecodeError("an object has the same key twice");
    }
    return {
      request: readRequest(fields, candidates),
      tailOffset: undefined,
      isHostForm: NO_HOST_FORM,
    };
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

/** Where a text stands in another one, first places first. */
function* placesOf(wanted: string, text: string): Generator<number> {
  let at = -1;
  for (let tries = 0; tries < TAIL_TRIES; tries++) {
    at = text.indexOf(wanted, at + 1);
    if (at < 0) return;
    yield at;
  }
}

/** The place in the bytes; undefined if bad bytes stand before it. */
function byteOffset(
  bytes: Uint8Array,
  text: string,
  at: number,
): number | undefined {
  const offset = ENCODER.encode(text.slice(0, at)).length;
  const isThere = TAIL_START_BYTES.every((byte, index) =>
    bytes[offset + index] === byte
  );
  return isThere ? offset : undefined;
}

/**
 * Decodes what is before a place in the outermost object and what follows by
 * themselves. Both are JSON objects, once each has its brace, only if the place
 * is one, and then the whole is JSON as well.
 */
function decodeParts(
  before: string,
  after: string,
  key: string,
): { fields: JsonObject; rest: JsonDocument } | undefined {
  const rest = tryDecode(`{${after.slice(1)}`);
  const fields = rest && tryDecode(`${before}}`);
  if (fields === undefined || rest === undefined) return undefined;
  const first = readObject(fields.value, "the request");
  const second = readObject(rest.value, "the request");
  const isWhole = Object.keys(first).length > 0 && !Object.hasOwn(first, key) &&
    Object.keys(second).length === 1;
  return isWhole ? { fields: first, rest } : undefined;
}

function tryDecode(text: string): JsonDocument | undefined {
  try {
    return decodeJsonText(text);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** A decoded pick, but for the place of its candidates. */
type Decoded = Omit<DecodedPick, "tailOffset">;

function decodeInTwo(text: string, at: number): Decoded | undefined {
  const before = text.slice(0, at);
  const parts = decodeParts(before, text.slice(at), "Candidates");
  if (parts === undefined) return undefined;
  const { fields, rest } = parts;
  const candidates = readCandidates(
    readObject(rest.value, "the request"),
    rest,
  );
  return {
    request: readRequest(fields, candidates),
    isHostForm: () => isHostForm(before, fields),
  };
}

/** A place that is not the right one is not written so either. */
function isHostForm(text: string, fields: JsonObject): boolean {
  const { Options, ...head } = fields;
  const at = text.indexOf(OPTIONS_START);
  return at >= 0 && isHostHead(text.slice(0, at), head) &&
    isHostOptions(text.slice(at), Options);
}

/** What stands before the options: the same for most requests in a row. */
interface Head {
  readonly text: string;
  readonly route: Route;
  readonly isHostForm: boolean;
}

type Route = Pick<PickRequest, "provider" | "providers" | "model" | "stream">;

/** The last one that was decoded, by its text: a cache of one. */
let lastHead: Head | undefined;

/** Undefined if it is not in the host's order: to be decoded as a whole. */
function decodeAfterHead(
  text: string,
  candidates: readonly Candidate[],
): Decoded | undefined {
  const at = text.indexOf(OPTIONS_START);
  if (at < 0) return undefined;
  const head = text.slice(0, at);
  const after = text.slice(at);
  const fields = lastHead?.text === head
    ? decodeOptions(after)
    : decodeWithHead(head, after);
  if (fields === undefined || lastHead === undefined) return undefined;
  const { route, isHostForm } = lastHead;
  return {
    request: { ...route, ...readOptions(fields), candidates },
    isHostForm: () => isHostForm && isHostOptions(after, fields["Options"]),
  };
}

function decodeOptions(after: string): JsonObject | undefined {
  const rest = tryDecode(`{${after.slice(1)}}`);
  const fields = rest && readObject(rest.value, "the request");
  return fields && Object.keys(fields).length === 1 ? fields : undefined;
}

/** Remembers the head. */
function decodeWithHead(head: string, after: string): JsonObject | undefined {
  const parts = decodeParts(head, `${after}}`, "Options");
  if (parts === undefined || Object.hasOwn(parts.fields, "Candidates")) {
    return undefined;
  }
  // A copy: a part of a text may keep the whole alive, the headers too.
  const text = decodeText(ENCODER.encode(head));
  lastHead = {
    text,
    route: readRoute(parts.fields),
    isHostForm: isHostHead(text, parts.fields),
  };
  return readObject(parts.rest.value, "the request");
}

function readRequest(
  request: JsonObject,
  candidates: readonly Candidate[],
): PickRequest {
  return { ...readRoute(request), ...readOptions(request), candidates };
}

function readRoute(request: JsonObject): Route {
  refuseFoldedKeys(request, REQUEST_FIELDS, "");
  checkPlugin(request["Plugin"]);
  return {
    provider: readString(request, "Provider", ""),
    providers: readStrings(request["Providers"], "Providers"),
    model: readString(request, "Model", ""),
    stream: readBoolean(request, "Stream", ""),
  };
}

function readOptions(
  request: JsonObject,
): Pick<PickRequest, "headers" | "metadata"> {
  refuseFoldedKeys(request, REQUEST_FIELDS, "");
  const options = readObject(request["Options"], "Options");
  refuseFoldedKeys(options, OPTIONS_FIELDS, "Options");
  return {
    headers: readStringLists(options["Headers"], "Options.Headers"),
    metadata: readObject(options["Metadata"], "Options.Metadata"),
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
