/// <reference lib="deno.worker" />
/**
 * The pick isolate: a Web Worker in which all decisions are made, without any
 * permission once its library is open. Takes turns between the wait loop in C
 * (`src/channel`) and its own messages. Policies that users wrote are loaded
 * here, each in a realm of its own. Started by `serve.ts`.
 */

import {
  Channel,
  type ChannelAnswer,
  ChannelError,
} from "../channel/channel.ts";
import { openLibrary, OWN_FILE } from "../channel/library.ts";
import { encodePublication } from "../channel/publication.ts";
import { PolicyRegistry } from "../modules/registry.ts";
import { Dispatcher, type Reply } from "../rpc/dispatcher.ts";
import { VERSION } from "../version.ts";
import { Inbox } from "./inbox.ts";
import { lockDown } from "./lock_down.ts";
import type {
  HostFacts,
  MainIsolateMessage,
  PickIsolateMessage,
} from "./messages.ts";
import { giveUpPermissions } from "./permissions.ts";
import { PolicyBoard } from "./policy_board.ts";
import { lengthOfTurn } from "./turn_length.ts";

/** How long a call waits until it is looked at again, in milliseconds. */
const LATER_MS = 5;

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

/** The first byte of what is published with a config (ffi/plugin/answers.h). */
const FOR = { any: "a", failure: "f", sealed: "s", open: "n" } as const;

/** The second one: what the host is told that the config asks for. */
const DECLARED = { scheduler: "1", allTiers: "2" } as const;

/** What the C side is to keep, as bytes. */
function published(reply: Reply): Pick<ChannelAnswer, "publish"> {
  const { accepted, refused, publication } = reply;
  if (publication !== undefined) {
    return { publish: encodePublication(publication) };
  }
  if (refused !== undefined) return { publish: FOR[refused] };
  if (accepted === undefined) return {};
  const { isForAny, allTiers, onFailure } = accepted;
  const kind = isForAny ? FOR.any : FOR.failure;
  const declared = allTiers ? DECLARED.allTiers : DECLARED.scheduler;
  return { publish: kind + declared + onFailure };
}

/** Whose worker it is, once the main isolate has said so. */
let host: HostFacts | undefined;

function onMessage(registry: PolicyRegistry, message: MainIsolateMessage) {
  switch (message.kind) {
    case "host":
      host = message.host;
      return;
    case "found": {
      const { key, fingerprint, isTouched } = message;
      const order = registry.found(key, fingerprint, isTouched);
      return post({ kind: "check", key, ...(order && { order }) });
    }
    case "checked": {
      const { key, fingerprint, compiled, doubt } = message;
      return registry.checked(key, fingerprint, compiled, doubt);
    }
    case "refused":
      return registry.refused(message.key, message.problem);
  }
}

interface Opened {
  readonly channel: Channel;
  readonly dispatcher: Dispatcher;
  readonly registry: PolicyRegistry;
  readonly inbox: Inbox;
}

function open(): Opened {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const library = openLibrary(OWN_FILE);
  const channel: Channel = new Channel(library, (method, request, frame) => {
    const reply = dispatcher.call(method, request, frame);
    if (reply.failed) return undefined;
    if (reply.needsWhole) return "need whole";
    if (reply.isPending) return "later";
    return { rc: reply.rc, envelope: reply.body, ...published(reply) };
  });
  const registry: PolicyRegistry = new PolicyRegistry({
    seed,
    now: () => performance.now(),
    cpuNow: () => library.symbols.sched_worker_cpu_ms(),
    wallNow: Date.now,
    log: (entry) => post({ kind: "log", entry }),
    marks: channel.marks,
    culprits: channel.culprits,
    proven: channel.proven,
    isAwaited: () => channel.isAwaited,
    watch: (modules) =>
      post({ kind: "watch", modules, proven: channel.proven }),
    findAgain: (key) => post({ kind: "find again", key }),
  });
  const dispatcher = new Dispatcher({
    version: VERSION,
    now: Date.now,
    seed,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    log: (entry) => post({ kind: "log", entry }),
    modules: registry,
  });
  const inbox = new Inbox();
  self.onmessage = (event: MessageEvent<MainIsolateMessage>) => {
    inbox.received();
    onMessage(registry, event.data);
  };
  self.onmessageerror = () => inbox.received();
  giveUpPermissions();
  return { channel, dispatcher, registry, inbox };
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
  const { channel, dispatcher, registry, inbox } = open();
  const gc = garbageCollector();
  const board = new PolicyBoard({
    now: () => performance.now(),
    text: () =>
      JSON.stringify({ version: VERSION, host, policies: registry.facts() }),
    show: (text) => channel.board(text),
  });
  const sleep = setTimeout;
  forgiveRejections();
  lockDown(globalThis);
  post({ kind: "serving" });
  for (;;) {
    const { turnMs, restMs } = lengthOfTurn({
      isBehind: inbox.isBehind(channel.rings),
      isWaiting: registry.isWaiting,
      boardMs: board.look(),
    });
    const end = channel.serve(turnMs, restMs);
    if (end === "stop") break;
    if (end === "over") await turn();
    else await new Promise((resolve) => sleep(resolve, LATER_MS));
    registry.turn();
    dispatcher.turn();
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
