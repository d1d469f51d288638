/**
 * The worker's main isolate: starts the pick isolate, writes its messages to
 * stderr, and ends the process when the host asks. Its event loop is free for
 * asynchronous work at any time; picks never pass through it. Makes no
 * decision.
 */

import type { LogEntry } from "../rpc/dispatcher.ts";
import type { PickIsolateMessage } from "./messages.ts";
import { giveUpPermissions } from "./permissions.ts";

/** Exit code when the worker cannot serve; the host side reports it. */
const CANNOT_SERVE = 1;

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

/** One line: `scheduler: <level>: <message> key=value`. */
function formatEntry(entry: LogEntry): string {
  const fields = Object.entries(entry.fields)
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
    .join("");
  return `scheduler: ${entry.level}: ${entry.message}${fields}\n`;
}

function say(line: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  } catch {
    // A stderr that nobody reads must not end the worker.
  }
}

function onMessage(message: PickIsolateMessage): void {
  switch (message.kind) {
    case "log":
      return say(formatEntry(message.entry));
    case "serving":
      return giveUpPermissions();
    case "stopped":
      Deno.exit(0);
      break;
    case "failed":
      say(`scheduler: ${message.reason}\n`);
      Deno.exit(CANNOT_SERVE);
  }
}

/** Serves picks until the host asks to stop; ends the process then. */
export function serve(): void {
  const isolate = new Worker(new URL("./pick_isolate.ts", import.meta.url), {
    type: "module",
    name: "pick",
    deno: { permissions: PICK_ISOLATE_PERMISSIONS },
  });
  isolate.onmessage = (event: MessageEvent<PickIsolateMessage>) =>
    onMessage(event.data);
  isolate.onerror = (event) => {
    event.preventDefault();
    onMessage({ kind: "failed", reason: event.message });
  };
}
