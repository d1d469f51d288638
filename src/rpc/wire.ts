/**
 * The host's names and the envelopes of our answers. The one place that spells
 * them. Facts of the host: router-for-me/CLIProxyAPI v7.2.140 (a7e3596b),
 * sdk/pluginabi/types.go (methods), sdk/pluginapi/types.go:478-535 (pick),
 * internal/pluginhost/rpc_client.go:302-325 (how it reads an error).
 */

import type { Answer } from "../policy/decision.ts";
import { encodeString } from "./go_json.ts";

/** The host's name of the first call after loading. */
export const PLUGIN_REGISTER = "plugin.register";
/** The host's name of the call at each change of config or credentials. */
export const PLUGIN_RECONFIGURE = "plugin.reconfigure";
/** The host's name of the question which credential to use. */
export const SCHEDULER_PICK = "scheduler.pick";
/** The host's name of the news of one attempt; it ignores the answer. */
export const USAGE_HANDLE = "usage.handle";
/** The host's name of the news of one request; it ignores the answer. */
export const REQUEST_COMPLETE = "request.complete";
/**
 * Not the host's: our own C side gives a config to a worker that has just
 * started (`ffi/plugin/lifecycle.c`). Nobody but the log is told what comes of it.
 */
export const CONFIG_REPLAY = "config.replay";
/**
 * Not the host's: our own C side tells how many answers in advance it gave
 * (`ffi/calls/outbox.c`).
 */
export const ROTATION_TAKEN = "rotation.taken";

/** Code of a call that failed: the host fails what it called for. */
export const PLUGIN_ERROR = "plugin_error";
/** Code of a method we do not have: the host tolerates it. */
export const UNKNOWN_METHOD = "unknown_method";

/**
 * Encodes what a pick was decided to be.
 *
 * @param answer The decision's answer.
 * @returns The envelope, byte for byte as the host's own example writes it.
 *
 * @example
 * ```ts
 * import { encodeAnswer } from "./wire.ts";
 *
 * encodeAnswer({ kind: "auth", id: "a" });
 * // {"ok":true,"result":{"AuthID":"a","DelegateBuiltin":"","Handled":true}}
 * ```
 */
export function encodeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "auth":
      return encodePick(answer.id, "", true);
    case "delegate":
      return encodePick("", answer.to, true);
    case "unhandled":
      return encodePick("", "", false);
    case "refuse":
      return encodeError(answer.code, answer.message, answer.status);
  }
}

/**
 * Encodes a success.
 *
 * @param result The result, as JSON text.
 * @returns The envelope.
 */
export function encodeResult(result: string): string {
  return `{"ok":true,"result":${result}}`;
}

/**
 * Encodes a failure.
 *
 * @param code For programs, such as `plugin_error`; the host ignores it, except
 * for an unknown method.
 * @param message For people: reaches the host's log and, from a pick, the
 * client.
 * @param status HTTP status for the client of a pick; without one it is 500.
 * @returns The envelope.
 */
export function encodeError(
  code: string,
  message: string,
  status?: number,
): string {
  const httpStatus = status === undefined ? "" : `,"http_status":${status}`;
  return `{"ok":false,"error":{"code":${encodeString(code)},` +
    `"message":${encodeString(message)}${httpStatus}}}`;
}

function encodePick(id: string, to: string, handled: boolean): string {
  return encodeResult(
    `{"AuthID":${encodeString(id)},"DelegateBuiltin":${encodeString(to)},` +
      `"Handled":${handled}}`,
  );
}
