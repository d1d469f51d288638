/**
 * What the isolates of the worker say to each other, by `postMessage`.
 *
 *   pick isolate  --watch-->  main isolate                      (a config)
 *                 <--found--               (a file holds something new)
 *                 --check-->               (with what to try it out)
 *                               main isolate  --text-->   check isolate
 *                                             <--result--
 *                 <--checked, refused--
 *                 --find again-->           (it was set aside for a while)
 *
 * The pick isolate waits in C (`src/channel`), so each message to it comes with
 * a ring of the bell.
 */

import type { ModuleCheck } from "../modules/check_module.ts";
import type { CompiledModule } from "../modules/compile.ts";
import type { ModuleProblem } from "../modules/module_problem.ts";
import type { CheckOrder, WatchedModule } from "../modules/registry.ts";
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
  | { readonly kind: "misused"; readonly reason: string }
  /** All files of policies that are to be watched from now on. */
  | {
    readonly kind: "watch";
    readonly modules: readonly WatchedModule[];
    /** Versions that come before others. */
    readonly proven: readonly number[];
  }
  /** What was found may be checked; without an order it may not. */
  | {
    readonly kind: "check";
    readonly key: string;
    readonly order?: CheckOrder;
  }
  /** What this file holds is to be found again, though it is as it was. */
  | { readonly kind: "find again"; readonly key: string };

/** The process that started the worker. */
export interface HostFacts {
  readonly pid: number;
  /** Its working directory. */
  readonly folder: string;
}

/** From the main isolate to the pick isolate. */
export type MainIsolateMessage =
  /** Whose worker it is, for `policy list`. */
  | { readonly kind: "host"; readonly host: HostFacts }
  | FileMessage;

/** What became of a policy's file. */
export type FileMessage =
  /** A file holds something new. */
  | {
    readonly kind: "found";
    readonly key: string;
    readonly fingerprint: number;
    /** It was written anew, and holds what it held. */
    readonly isTouched: boolean;
  }
  /** It is good. */
  | {
    readonly kind: "checked";
    readonly key: string;
    readonly fingerprint: number;
    readonly compiled: CompiledModule;
    readonly doubt?: ModuleProblem;
  }
  /** It is not, or there is no file. */
  | {
    readonly kind: "refused";
    readonly key: string;
    readonly problem: ModuleProblem;
  };

/** From the main isolate to the check isolate. */
export interface CheckIsolateRequest extends ModuleCheck {
  /** It is compiled, and not tried out. @default {false} */
  readonly isProven?: boolean;
}

/** From the check isolate to the main isolate. */
export type CheckIsolateMessage =
  | { readonly compiled: CompiledModule; readonly doubt?: ModuleProblem }
  | { readonly problem: ModuleProblem };
