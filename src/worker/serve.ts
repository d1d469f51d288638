/**
 * The worker's main isolate: starts the pick isolate, writes its messages to
 * stderr, watches the files of policies, and ends the process when the host
 * asks. Its event loop is free for asynchronous work at any time; picks never
 * pass through it. Makes no decision.
 */

import type { LogEntry } from "../rpc/log_entry.ts";
import type { MainIsolateMessage, PickIsolateMessage } from "./messages.ts";
import { ModuleChecker } from "./module_checker.ts";
import { giveUpPermissions, NO_PERMISSIONS } from "./permissions.ts";
import { PolicyWatcher } from "./policy_watcher.ts";

/** Exit code when the worker cannot serve; the host side reports it. */
const CANNOT_SERVE = 1;

/** Exit code of wrong usage, as every command has it. */
const USAGE = 2;

/** What the pick isolate needs to open its library, and nothing else. */
const PICK_ISOLATE_PERMISSIONS: Deno.PermissionOptionsObject = {
  ...NO_PERMISSIONS,
  ffi: true,
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

function fail(reason: string): never {
  log({ level: "error", message: reason, fields: {} });
  return Deno.exit(CANNOT_SERVE);
}

function onMessage(message: PickIsolateMessage, watcher: PolicyWatcher): void {
  switch (message.kind) {
    case "log":
      return log(message.entry);
    case "watch":
      return watcher.watch(message.modules);
    case "check":
      return watcher.order(message.key, message.order);
    case "serving":
      isServing = true;
      return;
    case "stopped":
      Deno.exit(0);
      break;
    case "failed":
      return fail(message.reason);
    case "misused":
      Deno.stderr.writeSync(new TextEncoder().encode(`${message.reason}\n`));
      Deno.exit(USAGE);
  }
}

/**
 * Serves picks until the host asks to stop; ends the process then.
 *
 * @param cwd Working directory of the host. @default {"/"}
 */
export function serve(cwd = "/"): void {
  const isolate = new Worker(new URL("./pick_isolate.ts", import.meta.url), {
    type: "module",
    name: "pick",
    deno: { permissions: PICK_ISOLATE_PERMISSIONS },
  });
  // The pick isolate has what it was given; the files of policies are read here.
  giveUpPermissions("read");
  const watcher = new PolicyWatcher({
    cwd,
    checker: new ModuleChecker(),
    post: (message: MainIsolateMessage) => isolate.postMessage(message),
    giveUp: fail,
  });
  isolate.onmessage = (event: MessageEvent<PickIsolateMessage>) =>
    onMessage(event.data, watcher);
  isolate.onerror = (event) => {
    event.preventDefault();
    // What was thrown may hold anything once policies run.
    const reason = isServing ? "a fault outside of any pick" : event.message;
    fail(`The pick isolate ended: ${reason}`);
  };
}
