/**
 * The worker's main isolate: starts the pick isolate, writes its messages to
 * stderr, and ends the process when the host asks. Its event loop is free for
 * asynchronous work at any time; picks never pass through it. Makes no
 * decision.
 */

import type { LogEntry } from "../rpc/log_entry.ts";
import type { PickIsolateMessage } from "./messages.ts";
import { giveUpPermissions } from "./permissions.ts";

/** Exit code when the worker cannot serve; the host side reports it. */
const CANNOT_SERVE = 1;

/** Exit code of wrong usage, as every command has it. */
const USAGE = 2;

/** What the pick isolate needs to open its library, and nothing else. */
const PICK_ISOLATE_PERMISSIONS: Deno.PermissionOptionsObject = {
  env: false,
  ffi: true,
  import: false,
  net: false,
  read: false,
  run: false,
  sys: false,
  write: false,
};

/** The longest line that the host side takes, in bytes. */
const ENTRY_BYTES = 1024;

/**
 * Writes one entry for the host's log to stderr, where the host side reads
 * it: a line of JSON, as `host.log` takes it. An entry that is too long goes
 * without its fields, and its message is cut.
 */
function log({ level, message: text, fields }: LogEntry): void {
  const encoder = new TextEncoder();
  const message = `scheduler: ${text}`;
  // The host side knows an entry by this order of the keys.
  let line = encoder.encode(JSON.stringify({ level, message, fields }));
  if (line.length > ENTRY_BYTES) {
    const start = message.slice(0, ENTRY_BYTES / 8);
    line = encoder.encode(
      JSON.stringify({ level, message: start, fields: {} }),
    );
  }
  try {
    Deno.stderr.writeSync(Uint8Array.of(...line, 0x0a));
  } catch {
    // A stderr that nobody reads must not end the worker.
  }
}

/** Whether the pick isolate has begun, and policies may have run. */
let isServing = false;

function onMessage(message: PickIsolateMessage): void {
  switch (message.kind) {
    case "log":
      return log(message.entry);
    case "serving":
      isServing = true;
      return;
    case "stopped":
      Deno.exit(0);
      break;
    case "failed":
      log({ level: "error", message: message.reason, fields: {} });
      Deno.exit(CANNOT_SERVE);
      break;
    case "misused":
      Deno.stderr.writeSync(new TextEncoder().encode(`${message.reason}\n`));
      Deno.exit(USAGE);
  }
}

/** Serves picks until the host asks to stop; ends the process then. */
export function serve(): void {
  const isolate = new Worker(new URL("./pick_isolate.ts", import.meta.url), {
    type: "module",
    name: "pick",
    deno: { permissions: PICK_ISOLATE_PERMISSIONS },
  });
  // The pick isolate has what it was given; nobody needs any of it here.
  giveUpPermissions();
  isolate.onmessage = (event: MessageEvent<PickIsolateMessage>) =>
    onMessage(event.data);
  isolate.onerror = (event) => {
    event.preventDefault();
    // What was thrown may hold anything once policies run.
    const reason = isServing ? "a fault outside of any pick" : event.message;
    onMessage({ kind: "failed", reason: `The pick isolate ended: ${reason}` });
  };
}
