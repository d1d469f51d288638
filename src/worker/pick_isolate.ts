/// <reference lib="deno.worker" />
/**
 * The pick isolate: a Web Worker in which all decisions are made, without any
 * permission once its library is open. Takes turns between the wait loop in C
 * (`src/channel`) and its own messages. Started by `serve.ts`.
 */

import {
  Channel,
  type ChannelAnswer,
  ChannelError,
} from "../channel/channel.ts";
import { openLibrary, OWN_FILE } from "../channel/library.ts";
import { encodePublication } from "../channel/publication.ts";
import { Dispatcher, type Reply } from "../rpc/dispatcher.ts";
import { VERSION } from "../version.ts";
import { lockDown } from "./lock_down.ts";
import type { PickIsolateMessage } from "./messages.ts";
import { giveUpPermissions } from "./permissions.ts";

/**
 * How long the wait loop may keep this isolate's own messages waiting, in
 * milliseconds. A guess: short for a person who saved a file, long against
 * the cost of a turn (0.06 ms).
 */
const TURN_MS = 250;

const post: (message: PickIsolateMessage) => void = self.postMessage.bind(
  self,
);

/** One turn of this isolate's event loop: cheaper than a timer's (1.2 ms). */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * The first byte of what is published with a config, `FOR_ANY` and
 * `FOR_FAILURE` in ffi/answers.h.
 */
const FOR = { any: "a", failure: "f" } as const;

/** What the C side is to keep, as bytes. */
function published(reply: Reply): Pick<ChannelAnswer, "publish"> {
  const { accepted, publication } = reply;
  if (publication !== undefined) {
    return { publish: encodePublication(publication) };
  }
  if (accepted === undefined) return {};
  const kind = accepted.isForAny ? FOR.any : FOR.failure;
  return { publish: kind + accepted.onFailure };
}

function open(): Channel {
  const dispatcher = new Dispatcher({
    version: VERSION,
    now: Date.now,
    seed: crypto.getRandomValues(new Uint32Array(1))[0]!,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    log: (entry) => post({ kind: "log", entry }),
  });
  const library = openLibrary(OWN_FILE);
  const channel = new Channel(library, (method, request, frame) => {
    const reply = dispatcher.call(method, request, frame);
    if (reply.failed) return undefined;
    if (reply.needsWhole) return "need whole";
    return { rc: reply.rc, envelope: reply.body, ...published(reply) };
  });
  giveUpPermissions();
  return channel;
}

/**
 * A promise that a policy left rejected ends nothing: the pick has its answer
 * already. What it was rejected with may hold anything, so it is not told.
 */
function forgiveRejections(): void {
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    post({
      kind: "log",
      entry: {
        level: "warn",
        message: "A policy left a promise rejected",
        fields: {},
      },
    });
  });
}

/** V8's own function; there because the build asks for it (`--expose-gc`). */
function garbageCollector(): (() => void) | undefined {
  return (globalThis as { gc?: () => void }).gc;
}

async function run(): Promise<void> {
  const channel = open();
  const gc = garbageCollector();
  forgiveRejections();
  lockDown(globalThis);
  post({ kind: "serving" });
  while (channel.serve(TURN_MS) !== "stop") {
    await turn();
    // A large request leaves garbage that would count for the memory limit
    // until enough later ones make V8 collect it.
    if (channel.takeHadLarge()) gc?.();
  }
  post({ kind: "stopped" });
}

try {
  await run();
} catch (error) {
  const misused = error instanceof ChannelError && error.isMisuse;
  post({
    kind: misused ? "misused" : "failed",
    reason: error instanceof Error ? error.message : String(error),
  });
}
