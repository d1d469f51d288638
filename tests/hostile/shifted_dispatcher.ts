/**
 * Stands for `src/rpc/dispatcher.ts` in a build that is a test: the real one
 * with its answers in advance, but with a clock of which a minute ends when a
 * test wants it, and a method that overwrites the channel.
 */

import {
  Dispatcher as RealDispatcher,
  type DispatcherOptions,
  type PickFrame,
  type Reply,
} from "../../src/rpc/dispatcher.ts";

export type { Reply } from "../../src/rpc/dispatcher.ts";

/** 12:00 on a Wednesday, UTC. */
const NOON_MS = Date.UTC(2026, 3, 1, 12);

/** Overwrites the whole channel, its header and every slot, for a while. */
function scribble(request: Uint8Array): Reply {
  const channel = new Uint32Array(request.buffer);
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < channel.length; i += 1 + (i & 7)) {
      channel[i] = Math.random() * 2 ** 32;
    }
  }
  return { rc: 0, body: "scribbled" };
}

/** The clock is right until `hostile:noon MS` sets it to so long before 12. */
export class Dispatcher extends RealDispatcher {
  readonly #clock: { shiftMs: number };

  constructor(options: DispatcherOptions) {
    const clock = { shiftMs: 0 };
    super({ ...options, now: () => options.now() + clock.shiftMs });
    this.#clock = clock;
  }

  override call(
    method: string,
    request: Uint8Array,
    frame?: PickFrame,
  ): Reply {
    if (method === "hostile:scribble") return scribble(request);
    if (method === "hostile:noon") {
      const beforeMs = Number(new TextDecoder().decode(request));
      this.#clock.shiftMs = NOON_MS - beforeMs - Date.now();
      return { rc: 0, body: '{"ok":true,"result":{}}' };
    }
    return super.call(method, request, frame);
  }
}
