/**
 * Puts what flags say into a request, in place of what it said before.
 */

import type { PickRequest } from "../policy/pick_request.ts";
import { CliError } from "./cli_error.ts";
import { closest } from "./closest.ts";
import type { RequestChanges } from "./invocation.ts";

const HASH_REGEXP = /^[0-9a-f]{64}$/i;

/** Hashes by names of callers; undefined where no config was given. */
export type Callers =
  | Readonly<Record<string, readonly string[]>>
  | undefined;

/**
 * Changes a request.
 *
 * @param request A request.
 * @param changes What is to be in it.
 * @param callers The callers that the config names.
 * @returns The request with the changes.
 * @throws {CliError} when a caller is not known. The error does not show it: it
 * may be a key.
 */
export function changeRequest(
  request: PickRequest,
  changes: RequestChanges,
  callers: Callers,
): PickRequest {
  const { model, provider, stream, caller, headers, metadata } = changes;
  const scope = caller === undefined ? undefined : hashOf(caller, callers);
  return {
    ...request,
    ...model !== undefined && { model },
    ...provider !== undefined && withProvider(request, provider),
    stream: stream || request.stream,
    headers: withHeaders(request.headers, headers),
    metadata: {
      ...request.metadata,
      ...metadata,
      ...scope !== undefined && { "caller_scope": scope },
    },
  };
}

/** Candidates that have a provider keep it. */
function withProvider({ candidates }: PickRequest, provider: string) {
  return {
    provider,
    providers: [provider],
    candidates: candidates.map((candidate) =>
      candidate.provider === "" ? { ...candidate, provider } : candidate
    ),
  };
}

function hashOf(caller: string, callers: Callers): string {
  const hashes = callers !== undefined && Object.hasOwn(callers, caller)
    ? callers[caller]
    : undefined;
  const hash = hashes?.[0] ?? caller;
  if (HASH_REGEXP.test(hash)) return hash.toLowerCase();
  if (callers === undefined) {
    throw new CliError(
      "Cannot use --caller: without a config it must be a hash of 64 " +
        "hexadecimal digits",
      'see "scheduler caller"',
    );
  }
  const names = Object.keys(callers);
  const guess = closest(caller, names);
  throw new CliError(
    "Cannot use --caller: it must be a name under callers of the config, or " +
      "a hash of 64 hexadecimal digits",
    guess !== undefined
      ? `did you mean ${JSON.stringify(guess)}`
      : names.length === 0
      ? "there are no callers in the config"
      : `known are ${names.join(", ")}`,
  );
}

/** In place of headers of these names, whatever their case. */
function withHeaders(
  sent: PickRequest["headers"],
  headers: RequestChanges["headers"],
): PickRequest["headers"] {
  const changed = new Set(headers.map(([name]) => name.toLowerCase()));
  const kept = Object.entries(sent)
    .filter(([name]) => !changed.has(name.toLowerCase()));
  const values = Map.groupBy(headers, ([name]) => name.toLowerCase());
  const added = [...values.values()].map((same) =>
    [
      same[0]![0],
      same.map(([, value]) => value),
    ] as const
  );
  return Object.fromEntries([...kept, ...added]);
}
