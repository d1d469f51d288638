/**
 * The worker's main isolate: starts the pick isolate, hands its messages to
 * the host, watches the files of policies, and ends the process when the host
 * asks. Its event loop is free for asynchronous work at any time; picks never
 * pass through it. Makes no decision.
 */

import { openMainLibrary, OWN_FILE } from "../channel/library.ts";
import { nameOfKey } from "../modules/module_key.ts";
import { EntryWriter } from "./entry_writer.ts";
import type { MainIsolateMessage, PickIsolateMessage } from "./messages.ts";
import { ModuleChecker } from "./module_checker.ts";
import { giveUpPermissions, NO_PERMISSIONS } from "./permissions.ts";
import { PolicyWatcher } from "./policy_watcher.ts";
import { Rest } from "./rest.ts";

/** Exit code when the worker cannot serve; the host side reports it. */
const CANNOT_SERVE = 1;

/** Exit code of wrong usage, as every command has it. */
const USAGE = 2;

/** What the pick isolate needs to open its library, and nothing else. */
const PICK_ISOLATE_PERMISSIONS: Deno.PermissionOptionsObject = {
  ...NO_PERMISSIONS,
  ffi: true,
};

/** Whether the pick isolate has begun, and policies may have run. */
let isServing = false;

function onMessage(
  message: PickIsolateMessage,
  { entries, watcher, rest, introduce, fail }: {
    readonly entries: EntryWriter;
    readonly watcher: PolicyWatcher;
    readonly rest: Rest;
    /** Says whose worker it is, now that it is heard. */
    readonly introduce: () => void;
    readonly fail: (reason: string) => never;
  },
): void {
  switch (message.kind) {
    case "log":
      return entries.write(message.entry);
    case "watch":
      return watcher.watch(message.modules, message.proven);
    case "check":
      return watcher.order(message.key, message.order);
    case "find again":
      return watcher.findAgain(message.key);
    case "serving":
      isServing = true;
      introduce();
      return rest.soon();
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
  const { symbols } = openMainLibrary(OWN_FILE);
  // The pick isolate has what it was given; the files of policies are read here.
  giveUpPermissions("read");
  const entries = new EntryWriter((bytes) =>
    symbols.sched_worker_log(bytes, bytes.length)
  );
  const fail = (reason: string): never => {
    entries.write({ level: "error", message: reason, fields: {} });
    return Deno.exit(CANNOT_SERVE);
  };
  const rest = new Rest({
    letGo: () => symbols.sched_worker_rest(),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  const tell = (message: MainIsolateMessage) => {
    isolate.postMessage(message);
    symbols.sched_worker_ring();
  };
  const introduce = () =>
    tell({ kind: "host", host: { pid: Deno.ppid, folder: cwd } });
  const watcher = new PolicyWatcher({
    cwd,
    checker: new ModuleChecker({ onEnd: () => rest.soon() }),
    post: (message: MainIsolateMessage) => {
      if (message.kind === "found") {
        entries.writeName(message.fingerprint, nameOfKey(message.key));
      }
      tell(message);
    },
    giveUp: fail,
  });
  isolate.onmessage = (event: MessageEvent<PickIsolateMessage>) =>
    onMessage(event.data, { entries, watcher, rest, introduce, fail });
  isolate.onerror = (event) => {
    event.preventDefault();
    // What was thrown may hold anything once policies run.
    const reason = isServing ? "a fault outside of any pick" : event.message;
    fail(`The pick isolate ended: ${reason}`);
  };
}
