/**
 * A policy alone, and the dispatcher alone: what a pick costs in the worker
 * without the hand-over between the processes.
 */

import { decide } from "../../src/policy/decide.ts";
import { firstPick } from "../../src/policy/pick_context.ts";
import { DEFAULT_SETTINGS } from "../../src/policy/settings.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import { decodePickRequest } from "../../src/rpc/scheduler_pick.ts";
import { lifecycleRequest } from "../host/host.ts";
import { encodePrefix, encodeTail, makeCandidates } from "./requests.ts";

const SIZES = [1, 10, 100, 1000];

function request(size: number): Uint8Array {
  const prefix = encodePrefix({
    metadata: {
      Name: "scheduler",
      Version: "0",
      Author: "",
      GitHubRepository: "",
      Logo: "",
      ConfigFields: [],
    },
    provider: "codex",
    model: "gpt-5.5",
    caller: 0,
    session: 0,
    named: false,
    serial: 0,
  });
  const tail = encodeTail(makeCandidates("codex", size));
  return new TextEncoder().encode(prefix + tail);
}

function lastOf(size: number): string {
  return makeCandidates("codex", size).at(-1)?.id ?? "";
}

function dispatcher(yaml: string): Dispatcher {
  const made = new Dispatcher({
    version: "0",
    now: Date.now,
    seed: 0,
    timeZone: "UTC",
    log: () => {},
  });
  const bytes = new TextEncoder().encode(lifecycleRequest(yaml));
  made.call("plugin.register", bytes);
  return made;
}

for (const size of SIZES) {
  const bytes = request(size);
  const decoded = decodePickRequest(bytes);
  const settings = { ...DEFAULT_SETTINGS, authId: lastOf(size) };
  const context = firstPick(0);
  const fixed = dispatcher(`auth_id: '${lastOf(size)}'\n`);
  Deno.bench(`decide, ${size} candidates`, { group: "policy" }, () => {
    decide(decoded, settings, context);
  });
  Deno.bench(`Dispatcher, ${size} candidates`, { group: "dispatcher" }, () => {
    fixed.call("scheduler.pick", bytes);
  });
}
