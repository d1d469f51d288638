/**
 * Which session a request belongs to, as far as a plugin can know it: the
 * host's own names, in the host's order (`extractSessionIDs` in
 * sdk/cliproxy/auth/selector.go of the host, v7.2.140), but for the body, which
 * no plugin sees. Newer hosts read the body for it, and send what they found as
 * metadata. Session IDs are secrets.
 */

import { headerValues } from "./client_header.ts";
import { metadataText } from "./metadata.ts";
import type { PickRequest } from "./pick_request.ts";
import { NEVER, type Reuse, sameMetadata } from "./reuse.ts";

/**
 * Metadata fields with a session ID, the first asked first. v7.2.140 sends the
 * second and the last, newer hosts all of them.
 */
export const SESSION_FIELDS = [
  "canonical_session_id",
  "execution_session_id",
  "lcp_affinity_session_id",
  "derived_session_id",
] as const;

/** Headers with a session ID, the first asked first. */
export const SESSION_HEADERS = [
  "X-Claude-Code-Session-Id",
  "Session-Id",
  "Session_id",
  "X-Session-ID",
  "X-Session-Affinity",
  "X-Client-Request-Id",
  "Thread-Id",
  "X-Thread-Id",
  "X-Conversation-Id",
  "X-Session-Key",
] as const;

/** Longest ID that the host takes, in bytes of UTF-8. */
const MAX_BYTES = 256;

/** Go's `unicode.IsControl`. */
// deno-lint-ignore no-control-regex -- these are what is looked for
const CONTROL_REGEXP = /[\0-\x1f\x7f-\x9f]/;

/** The session of a request, and what was looked at to find it. */
export interface Session {
  /** Secret. Absent if the request has none. */
  readonly id?: string;
  readonly reuse: Reuse;
}

/**
 * Finds the session of a request. Metadata first, other than the host: what
 * looked at no header stands for the whole session. The host derives an ID only
 * for a request without a session of its own, so that no header would say
 * otherwise; a WebSocket stays with its connection, whatever headers it came
 * with.
 *
 * @param request The request.
 * @returns The session.
 *
 * @example
 * ```ts
 * import { findSession } from "./session_id.ts";
 *
 * const request = {
 *   provider: "",
 *   providers: ["codex"],
 *   model: "m",
 *   stream: false,
 *   headers: { "Thread-Id": ["t"] },
 *   metadata: { "derived_session_id": "s" },
 *   candidates: [],
 * };
 * findSession(request).id; // "s"
 * ```
 */
export function findSession(request: PickRequest): Session {
  for (const [place, field] of SESSION_FIELDS.entries()) {
    const id = firstField(request, [field]);
    if (id === undefined) continue;
    // No later field was looked at.
    return { id, reuse: sameMetadata(...SESSION_FIELDS.slice(0, place + 1)) };
  }
  const id = firstHeader(request, SESSION_HEADERS);
  return { ...id !== undefined && { id }, reuse: NEVER };
}

/**
 * Reads the first of some metadata fields.
 *
 * @param request The request.
 * @param names Names of the fields.
 * @returns The first text that the host would take for an ID.
 */
export function firstField(
  request: PickRequest,
  names: readonly string[],
): string | undefined {
  return firstId(names.map((name) => metadataText(request, name) ?? ""));
}

/**
 * Reads the first of some headers.
 *
 * @param request The request.
 * @param names Names of the headers; case does not count.
 * @returns The first value that the host would take for an ID.
 */
export function firstHeader(
  request: PickRequest,
  names: readonly string[],
): string | undefined {
  return firstId(names.flatMap((name) => headerValues(request, name)));
}

function firstId(values: readonly string[]): string | undefined {
  for (const value of values) {
    const id = idOf(value);
    if (id !== "") return id;
  }
  return undefined;
}

/** As `NormalizeExplicitID` in sdk/cliproxy/session/identity.go of the host. */
function idOf(text: string): string {
  const id = text.trim();
  // One code unit has three bytes at most.
  const isLong = id.length * 3 > MAX_BYTES && bytesOf(id) > MAX_BYTES;
  return isLong || CONTROL_REGEXP.test(text) ? "" : id;
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
