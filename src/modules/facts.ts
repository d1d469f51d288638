/**
 * What a policy that a user wrote is told of a request: nothing secret. Keys
 * never; the session as a hash; of the headers those that the rule lets it see.
 */

import { headerValues } from "../policy/client_header.ts";
import { isRetry } from "../policy/conditions/retry.ts";
import { metadataText } from "../policy/metadata.ts";
import type { PickRequest } from "../policy/pick_request.ts";
import { hashText } from "../policy/policies/murmur.ts";
import { findSession } from "../policy/session_id.ts";
import type { RequestFacts } from "./api.d.ts";

/**
 * Puts together what a policy is told.
 *
 * @param request The request.
 * @param headers Names of the headers that it may see, in lower case.
 * @returns The facts.
 */
export function factsOf(
  request: PickRequest,
  headers: readonly string[],
): RequestFacts {
  const text = (field: string) => metadataText(request, field) ?? "";
  return {
    provider: request.provider,
    providers: request.providers,
    model: request.model,
    stream: request.stream,
    path: text("request_path"),
    caller: text("caller_scope"),
    session: sessionOf(request),
    isRetry: isRetry(request),
    serviceTier: text("service_tier"),
    headers: headers.length === 0 ? NO_HEADERS : headersOf(request, headers),
  };
}

const NO_HEADERS = {};

function headersOf(
  request: PickRequest,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = headerValues(request, name);
      return values.length === 0 ? [] : [[name, values.join(", ")]];
    }),
  );
}

/** Hashes that are remembered, by session: hashing is what takes longest. */
const MAX_HASHES = 256;
const hashes = new Map<string, string>();

/** As the policy `sticky` knows it: session IDs are secrets, hashes are not. */
function sessionOf(request: PickRequest): string {
  const { id } = findSession(request);
  if (id === undefined) return "";
  let hash = hashes.get(id);
  if (hash === undefined) {
    hash = hexOf(hashText(id, 1)) + hexOf(hashText(id, 2));
    if (hashes.size >= MAX_HASHES) hashes.clear();
    hashes.set(id, hash);
  }
  return hash;
}

function hexOf(word: number): string {
  return word.toString(16).padStart(8, "0");
}
