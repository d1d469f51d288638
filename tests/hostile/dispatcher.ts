/**
 * What a policy could do at its worst: stands for `src/rpc/dispatcher.ts` in
 * a build that is a test, in the pick isolate, where users' policies run. The
 * model of a pick or the name of a method says what to do; anything else is
 * passed on.
 *
 * It is worse than a policy: it is handed the raw request, and through it the
 * memory of the whole channel.
 */

import {
  Dispatcher as RealDispatcher,
  type PickFrame,
  type Reply,
} from "../../src/rpc/dispatcher.ts";

export type { Reply } from "../../src/rpc/dispatcher.ts";

/** What looks like an entry of the worker, and like words of its runtime. */
const SAID = [
  "",
  '{"level":"error","message":"scheduler: FORGED","fields":{}}',
  "policy 7 FORGED",
  "# Fatal FORGED:",
  "error: Uncaught FORGED",
  "scheduler: FORGED\x1b[31m",
  "",
].join("\n");

/** What each attempt came to: the error's class, or what it got. */
type Attempts = Record<string, string>;

/** Taken when this module is loaded, before the isolate is locked down: what
 * the second wall, the permissions, must hold without the first. */
const runtime = Deno;
const NestedWorker = Worker;

function attempt(act: () => unknown): string {
  try {
    return `done: ${String(act())}`;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

function attemptAll(acts: Record<string, () => unknown>): Attempts {
  return Object.fromEntries(
    Object.entries(acts).map(([name, act]) => [name, attempt(act)]),
  );
}

/** Tries every door of Deno that opens without waiting. */
function tryDoors(): Attempts {
  return attemptAll({
    "read a file": () => runtime.readTextFileSync("/etc/passwd"),
    "write a file": () => runtime.writeTextFileSync("/tmp/planted", ""),
    "listen": () => runtime.listen({ port: 0 }).addr,
    "start a program": () => new runtime.Command("/bin/true").outputSync().code,
    "open a library": () => runtime.dlopen("libc.so.6", {}),
    "read the environment": () => runtime.env.get("HOME"),
    "read the host name": () => runtime.hostname(),
    "signal another process": () => runtime.kill(runtime.ppid, "SIGCONT"),
    "make a pointer": () => runtime.UnsafePointer.create(4096n),
    "take a pointer": () => runtime.UnsafePointer.of(new Uint8Array(1)),
    "make a callback": () =>
      new runtime.UnsafeCallback(
        { parameters: [], result: "void" },
        () => {},
      ),
    "ask for a permission": () =>
      runtime.permissions.requestSync({ name: "read" }).state,
    "start a worker with more": () =>
      new NestedWorker(
        "data:application/javascript,0",
        { type: "module", deno: { permissions: { read: true } } },
      ),
  });
}

/** What a policy, loaded after the lock-down, finds of the global scope. */
function findGlobals(): Attempts {
  const names = [
    "Deno",
    "Worker",
    "close",
    "postMessage",
    "reportError",
    "alert",
    "confirm",
    "prompt",
  ];
  const scope: object = globalThis;
  return Object.fromEntries(
    names.map((name) => [name, typeof Reflect.get(scope, name)]),
  );
}

function eatHeap(): never {
  const eaten: string[][] = [];
  for (;;) eaten.push(Array.from({ length: 10_000 }, (_, i) => `${i}`));
}

function eatBuffers(): never {
  const eaten: Uint8Array[] = [];
  for (;;) eaten.push(new Uint8Array(1 << 24).fill(1));
}

function loopForever(): never {
  for (;;);
}

/** Overwrites the whole channel, its header and every slot, for a while. */
function scribble(request: Uint8Array): void {
  const channel = new Uint32Array(request.buffer);
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < channel.length; i += 1 + (i & 7)) {
      channel[i] = Math.random() * 2 ** 32;
    }
  }
}

function act(wish: string, request: Uint8Array): Reply | undefined {
  switch (wish) {
    case "hostile:loop":
      return loopForever();
    case "hostile:heap":
      return eatHeap();
    case "hostile:buffers":
      return eatBuffers();
    case "hostile:scribble":
      scribble(request);
      return { rc: 0, body: "scribbled" };
    case "hostile:nonsense":
      return { rc: 0, body: "nonsense" };
    case "hostile:throw":
      throw new TypeError("secret-in-an-error");
    case "hostile:say":
      runtime.stderr.writeSync(new TextEncoder().encode(SAID));
      break;
    case "hostile:log":
      // deno-lint-ignore no-console -- it is what a policy might do
      console.log("secret-in-a-console-line");
      return undefined;
    case "hostile:exit":
      return runtime.exit(7);
    case "hostile:reject":
      Promise.reject(new Error("secret-in-a-rejection"));
      return undefined;
    case "hostile:globals":
      return {
        rc: 0,
        body: JSON.stringify({ ok: true, result: findGlobals() }),
      };
    case "hostile:doors":
      return { rc: 0, body: JSON.stringify({ ok: true, result: tryDoors() }) };
    default:
      return undefined;
  }
}

/** The text of a config, or of any other request as it is. */
function textOf(request: Uint8Array): string {
  const text = new TextDecoder().decode(request);
  const [, base64] = /^\{"config_yaml":"([^"]*)"/.exec(text) ?? [];
  return base64 === undefined ? text : atob(base64);
}

/**
 * What is to be done, if anything: the name of a method, the model of a pick,
 * or a word in a config.
 */
function wishOf(method: string, request: Uint8Array): string {
  if (/^hostile:/.test(method)) return method;
  if (request.length >= 1000) return "";
  const text = textOf(request);
  if (method !== "scheduler.pick") {
    return /hostile:[a-z]+/.exec(text)?.[0] ?? "";
  }
  return /"Model":"(hostile:[a-z]+)"/.exec(text)?.[1] ?? "";
}

/**
 * Like the real one, but for what is named above, and but for the answers in
 * advance: so each pick asks the worker, unless the config answers any.
 */
export class Dispatcher extends RealDispatcher {
  override call(
    method: string,
    request: Uint8Array,
    frame?: PickFrame,
  ): Reply {
    const wished = act(wishOf(method, request), request);
    if (wished !== undefined) return wished;
    const { publication: _, ...reply } = super.call(method, request, frame);
    return reply;
  }
}
