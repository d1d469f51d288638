/**
 * What the two isolates of the worker say to each other, by `postMessage`.
 */

import type { LogEntry } from "../rpc/log_entry.ts";

/** From the pick isolate to the main isolate. */
export type PickIsolateMessage =
  /** Something that the host's user should know. */
  | { readonly kind: "log"; readonly entry: LogEntry }
  /** The channel is open and FFI given up. */
  | { readonly kind: "serving" }
  /** The host asked to stop. */
  | { readonly kind: "stopped" }
  /** It cannot go on. */
  | { readonly kind: "failed"; readonly reason: string }
  /** It was started by a person, not by the plugin. */
  | { readonly kind: "misused"; readonly reason: string };
